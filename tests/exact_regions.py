"""Linear regions by clipping polygons one neuron at a time, in rational numbers: slow, and without any rounding."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from grokscope.partitions.network import PiecewiseLinearNetwork
from grokscope.partitions.plane import Plane

Point = tuple[Fraction, Fraction]
Affine = list[Fraction]
"""Value at the origin of the plane, and slopes along its two axes."""


def exact_polygons(network: PiecewiseLinearNetwork, plane: Plane, corners: ArrayLike) -> list[list[Point]]:
    """The polygons of all regions. The arrays' float64 numbers are taken at their word."""
    slope = Fraction(network.negative_slope)
    polygon = [(Fraction(x), Fraction(y)) for x, y in np.asarray(corners, dtype=np.float64).tolist()]
    start: list[Affine] = [
        [Fraction(float(number)) for number in (value, *along)]
        for value, along in zip(plane.origin, plane.axes.T, strict=True)
    ]
    cells = [(polygon, start)]
    for layer in network.hidden:
        following = []
        for shape, inputs in cells:
            neurons = _affine(layer, inputs)
            for part in _cut(shape, neurons):
                following.append((part, [_activated(neuron, part, slope) for neuron in neurons]))
        cells = following
    return [shape for shape, _ in cells]


def exact_area(polygon: list[Point]) -> Fraction:
    """Area of a polygon, counter-clockwise."""
    pairs = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    return sum((a[0] * b[1] - a[1] * b[0] for a, b in pairs), Fraction(0)) / 2


def _affine(layer: object, inputs: list[Affine]) -> list[Affine]:
    weight, bias = layer.weight.tolist(), layer.bias.tolist()  # type: ignore[attr-defined]
    neurons = []
    for neuron, offset in enumerate(bias):
        terms = [(Fraction(row[neuron]), affine) for row, affine in zip(weight, inputs, strict=True)]
        total = [sum((factor * affine[part] for factor, affine in terms), Fraction(0)) for part in range(3)]
        neurons.append([total[0] + Fraction(offset), total[1], total[2]])
    return neurons


def _value(affine: Affine, point: Point) -> Fraction:
    return affine[0] + affine[1] * point[0] + affine[2] * point[1]


def _activated(neuron: Affine, polygon: list[Point], slope: Fraction) -> Affine:
    if any(_value(neuron, corner) > 0 for corner in polygon):
        return neuron
    return [slope * part for part in neuron]


def _cut(polygon: list[Point], neurons: list[Affine]) -> list[list[Point]]:
    parts = [polygon]
    for neuron in neurons:
        parts = [half for part in parts for half in _halves(part, neuron)]
    return parts


def _halves(polygon: list[Point], neuron: Affine) -> list[list[Point]]:
    values = [_value(neuron, corner) for corner in polygon]
    if not (min(values) < 0 < max(values)):
        return [polygon]
    above: list[Point] = []
    below: list[Point] = []
    for here, there, value, following in zip(
        polygon, polygon[1:] + polygon[:1], values, values[1:] + values[:1], strict=True
    ):
        if value >= 0:
            above.append(here)
        if value <= 0:
            below.append(here)
        if value * following < 0:
            share = value / (value - following)
            crossing = (here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1]))
            above.append(crossing)
            below.append(crossing)
    return [above, below]

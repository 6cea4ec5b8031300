"""How a network with a piecewise linear nonlinearity divides a cross-polytope around a point, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grokscope.metrics.exact_complexity.cells import Cell, cross_polytope
from grokscope.partitions.network import PiecewiseLinearNetwork


@dataclass(frozen=True)
class Counts:
    """What is found in one neighbourhood, each `(layers,)`."""

    neurons: np.ndarray
    """Neurons whose zero set cuts the neighbourhood, each counted once."""
    pieces: np.ndarray
    """Flat pieces of these zero sets: a neuron is counted in every region of the layers before that it cuts."""
    regions: np.ndarray
    """Parts into which the neurons of the layer and of those before divide the neighbourhood; the outputs divide
    nothing."""


def count_in_neighbourhood(network: PiecewiseLinearNetwork, radius: float, most: int) -> Counts | None:
    """Exact counts in the cross-polytope with vertices `+- radius` along each axis of a network's inputs, which are
    the coordinates along the P directions around a point; None where it has more than `most` regions.

    A neuron is cut where its pre-activation takes both signs within the cross-polytope. Its vertices do not always show
    that: only in the first layer is a pre-activation affine there.
    """
    first, layers = network.layers[0], len(network.layers)
    cells, maps = [cross_polytope(network.inputs, radius)], np.concatenate([first.bias[None], first.weight])[None]
    neurons, pieces, regions = (np.zeros(layers, dtype=np.int64) for _ in range(3))
    for layer in range(layers):
        last = layer == layers - 1
        seen = np.zeros(maps.shape[2], dtype=bool)
        parts: list[Cell] = []
        owners: list[int] = []
        for number, cell in enumerate(cells):
            of_cell = maps[number]
            cutting, noise = cutting_neurons(cell, of_cell)
            seen[cutting] = True
            pieces[layer] += len(cutting)
            within = [cell] if last else divided(cell, of_cell[:, cutting], noise[cutting])
            parts += within
            owners += [number] * len(within)
            if len(parts) > most:
                return None
        neurons[layer], regions[layer] = seen.sum(), len(parts)
        if not last:
            maps = _following(np.array([part.middle() for part in parts]), maps[owners], network, layer + 1)
            cells = parts
    return Counts(neurons, pieces, regions)


def cutting_neurons(cell: Cell, maps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The neurons `(k,)` of affine `maps` `(P + 1, width)` that take both signs in a cell, and what is zero for each
    `(width,)`.
    """
    values, noise = cell.vertices @ maps, cell.noise(maps)
    return np.flatnonzero((values.max(axis=0) > noise) & (values.min(axis=0) < -noise)), noise


def divided(cell: Cell, maps: np.ndarray, noise: np.ndarray) -> list[Cell]:
    """The parts of a cell between the zero sets of affine `maps` `(P + 1, k)`."""
    parts = [cell]
    for column, limit in zip(maps.T, noise, strict=True):
        following: list[Cell] = []
        for part in parts:
            following += part.cut(part.vertices @ column, float(limit)) or (part,)
        parts = following
    return parts


def _following(middles: np.ndarray, maps: np.ndarray, network: PiecewiseLinearNetwork, layer: int) -> np.ndarray:
    """Affine maps `(C, P + 1, outputs)` of `layer` (from 0) in the cells with these `middles` `(C, P + 1)`, given those
    of the layer before.
    """
    values = np.einsum("cp,cpw->cw", middles, maps)
    active = maps * np.where(values > 0, 1.0, network.negative_slope)[:, None]
    following: np.ndarray = active @ network.layers[layer].weight
    following[:, 0] += network.layers[layer].bias
    return following

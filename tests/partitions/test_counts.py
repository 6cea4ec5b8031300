"""Counts of regions against a closed form and against exact clipping in rational numbers."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from exact_regions import exact_area, exact_polygons
from grokscope.partitions.measures import areas
from grokscope.partitions.network import DenseLayer, PiecewiseLinearNetwork
from grokscope.partitions.plane import Plane, rectangle, square
from grokscope.partitions.subdivide import partition
from partition_support import assert_sound, random_network, whole_number_network


def crossings_inside(weight: np.ndarray, bias: np.ndarray, half_width: float) -> int:
    """Pairs of lines that meet inside the square."""
    count = 0
    for pair in combinations(range(len(bias)), 2):
        point = np.linalg.solve(weight[:, pair].T, -bias[list(pair)])
        count += bool((np.abs(point) < half_width).all())
    return count


@pytest.mark.parametrize("seed", range(5))
def test_one_layer_in_general_position_has_one_region_a_line_and_one_a_crossing_more(seed: int) -> None:
    network = random_network((2, 60, 2), seed)
    layer = network.layers[0]
    corners = square(1.3)
    values = layer.values(corners)
    lines = (values.min(axis=0) < 0) & (values.max(axis=0) > 0)
    assert 20 < lines.sum() < 60
    found = partition(network, Plane.whole(), corners)
    assert found.regions == 1 + lines.sum() + crossings_inside(layer.weight[:, lines], layer.bias[lines], 1.3)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("sizes", "slope"), [((2, 7, 6, 2), 0.0), ((2, 5, 5, 5, 1), 0.25), ((3, 6, 5, 2), 0.0)])
def test_regions_are_those_of_exact_clipping(sizes: tuple[int, ...], slope: float, seed: int) -> None:
    network = random_network(sizes, seed, negative_slope=slope)
    axes = np.eye(sizes[0])[:2]
    plane = Plane(np.full(sizes[0], 0.125), axes)
    exact = exact_polygons(network, plane, square(2))
    found = partition(network, plane, square(2))
    assert found.regions == len(exact) > 15
    assert np.sort(areas(found)) == pytest.approx(sorted(float(exact_area(shape)) for shape in exact), abs=1e-12)


@pytest.mark.parametrize("slope", [0.0, 0.25])
@pytest.mark.parametrize("sizes", [(2, 9, 2), (2, 6, 6, 2), (2, 4, 5, 5, 1)])
def test_whole_number_weights_with_all_their_coincidences_give_the_exact_regions(
    sizes: tuple[int, ...], slope: float
) -> None:
    merged = 0
    for seed in range(25):
        network = whole_number_network(sizes, seed, negative_slope=slope)
        corners = rectangle((-2, -2), (2, 1))
        exact = exact_polygons(network, Plane.whole(), corners)
        found = partition(network, Plane.whole(), corners)
        assert_sound(found, corners)
        assert np.sort(areas(found)) == pytest.approx(sorted(float(exact_area(shape)) for shape in exact), abs=1e-12)
        assert found.dropped.inconsistent == found.dropped.slivers == 0
        merged += found.dropped.corners + found.dropped.merged + found.dropped.coincident
    assert merged > 50


@pytest.mark.parametrize("slope", [0.0, 0.25])
@pytest.mark.parametrize("sizes", [(2, 9, 2), (2, 12, 10, 2), (2, 5, 5, 5, 1)])
def test_coincidences_that_hold_up_to_rounding_only_give_the_exact_regions(
    sizes: tuple[int, ...], slope: float
) -> None:
    """The same networks turned by an angle and with weights that are thirds: nothing coincides exactly any more."""
    for seed in range(12):
        network = whole_number_network(sizes, seed, negative_slope=slope)
        corners = rectangle((-2, -2), (2, 1))
        exact = exact_polygons(network, Plane.whole(), corners)
        angle = 0.1 + seed
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        layers = [
            DenseLayer(layer.weight / 3, layer.bias / 3.0**number)
            for number, layer in enumerate(network.layers, start=1)
        ]
        layers[0] = DenseLayer(turn.T @ layers[0].weight, layers[0].bias)
        found = partition(PiecewiseLinearNetwork(tuple(layers), slope), Plane.whole(), corners @ turn)
        assert_sound(found, corners @ turn)
        assert np.sort(areas(found)) == pytest.approx(sorted(float(exact_area(shape)) for shape in exact), abs=1e-10)
        assert found.dropped.inconsistent == found.dropped.slivers == 0

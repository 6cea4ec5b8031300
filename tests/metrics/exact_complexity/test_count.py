"""Exact counts in a cross-polytope against closed forms, linear programs over all activation patterns, and grids."""

from __future__ import annotations

import itertools
from math import comb

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.spatial import ConvexHull

from grokscope.metrics.exact_complexity.cells import cross_polytope
from grokscope.metrics.exact_complexity.count import Counts, count_in_neighbourhood
from grokscope.partitions.network import DenseLayer, PiecewiseLinearNetwork
from grokscope.partitions.plane import Plane
from grokscope.partitions.subdivide import partition

MOST = 10_000
INSIDE = 1e-7
"""A region is counted by linear programs if a ball of this radius fits into it."""


def made_up(widths: list[int], directions: int, seed: int, slope: float = 0.0) -> PiecewiseLinearNetwork:
    generator = np.random.default_rng(seed)
    layers = [DenseLayer(generator.normal(size=(directions, widths[0])), 0.3 * generator.normal(size=widths[0]))]
    for inputs, outputs in itertools.pairwise(widths):
        weight = generator.normal(size=(inputs, outputs)) / np.sqrt(inputs)
        layers.append(DenseLayer(weight, 0.3 * generator.normal(size=outputs)))
    return PiecewiseLinearNetwork(tuple(layers), slope)


def chain(*pairs: tuple[object, object]) -> PiecewiseLinearNetwork:
    return PiecewiseLinearNetwork(tuple(DenseLayer(np.array(weight), np.array(bias)) for weight, bias in pairs))


def counted(network: PiecewiseLinearNetwork, radius: float) -> Counts:
    found = count_in_neighbourhood(network, radius, MOST)
    assert found is not None
    return found


@pytest.mark.parametrize("directions", [1, 2, 3, 4, 5])
def test_a_neuron_of_the_first_layer_is_cut_where_its_largest_slope_reaches_zero(directions: int) -> None:
    network = made_up([20, 3], directions, seed=directions)
    for radius in (0.01, 0.05, 0.2):
        first = network.layers[0]
        expected = np.abs(first.bias) < radius * np.abs(first.weight).max(axis=0)
        assert counted(network, radius).neurons[0] == expected.sum()


@pytest.mark.parametrize("directions", [1, 2, 3, 4])
@pytest.mark.parametrize("lines", [1, 3, 6])
def test_hyperplanes_that_all_meet_inside_make_as_many_regions_as_schlaefli_says(directions: int, lines: int) -> None:
    generator = np.random.default_rng(lines)
    first = generator.normal(size=(directions, lines)), 1e-3 * generator.normal(size=lines)
    found = counted(chain(first, (np.ones((lines, 1)), [1.0])), 100.0)
    assert found.regions[0] == sum(comb(lines, dimension) for dimension in range(directions + 1))


@pytest.mark.parametrize("slope", [0.0, 0.01])
@pytest.mark.parametrize(("widths", "directions"), [([4, 3, 2], 1), ([3, 3, 2], 2), ([3, 3, 1], 3), ([3, 2, 1], 4)])
def test_counts_are_those_of_linear_programs_over_all_activation_patterns(
    widths: list[int], directions: int, slope: float
) -> None:
    for seed in range(2):
        network = made_up(widths, directions, seed, slope)
        found = counted(network, 1.0)
        for name, expected in by_linear_programs(network, 1.0).items():
            np.testing.assert_array_equal(getattr(found, name), expected, err_msg=name)


@pytest.mark.parametrize("slope", [0.0, 0.2])
def test_in_two_directions_regions_are_those_of_the_partition_and_neurons_those_of_a_grid(slope: float) -> None:
    network = made_up([9, 8, 7, 2], 2, 5, slope)
    found = counted(network, 0.8)
    whole = partition(network, Plane.whole(), 0.8 * np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]))
    assert found.regions[-1] == len(whole.region_map)
    u = np.stack(np.meshgrid(*[np.linspace(-0.8, 0.8, 501)] * 2), axis=-1).reshape(-1, 2)
    u = u[np.abs(u).sum(axis=1) < 0.8]
    z = network.layers[0].values(u)
    for number, layer in enumerate(network.layers):
        if number:
            z = layer.values(network.activate(z))
        assert ((z > 0).any(axis=0) & (z < 0).any(axis=0)).sum() == found.neurons[number]


def test_vertices_miss_a_neuron_whose_zero_set_bends_back() -> None:
    """Neuron |x| - 1/2 over the segment from -1 to 1 has the same sign at both ends, and two zeros between."""
    found = counted(chain(([[1.0, -1.0]], [0.0, 0.0]), ([[1.0], [1.0]], [-0.5]), ([[1.0]], [1.0])), 1.0)
    assert found.neurons.tolist() == [2, 1, 0]
    assert found.pieces.tolist() == [2, 2, 0]
    assert found.regions.tolist() == [2, 4, 4]


def test_where_there_are_too_many_regions_there_is_no_count() -> None:
    assert count_in_neighbourhood(made_up([30, 30, 2], 3, 0), 5.0, 50) is None


def test_parts_of_a_cell_fill_it() -> None:
    generator = np.random.default_rng(0)
    for directions, volume in ((2, 2.0), (3, 4 / 3), (4, 2 / 3)):
        cells = [cross_polytope(directions, 1.0)]
        for _ in range(4):
            line = generator.normal(size=1 + directions) * np.array([0.2] + directions * [1.0])
            cells = [part for cell in cells for part in cell.cut(cell.vertices @ line, 1e-12) or (cell,)]
        assert len(cells) > 4
        assert sum(_volume(cell.vertices[:, 1:]) for cell in cells) == pytest.approx(volume)


def test_dead_and_repeated_neurons_do_no_harm() -> None:
    network = made_up([6, 5, 2], 2, 1)
    first, second, last = network.layers
    alone = counted(network, 1.0)
    copies = (
        np.concatenate([first.weight, first.weight, 0 * first.weight], axis=1),
        np.concatenate([first.bias, first.bias, 0 * first.bias]),
    )
    halves = np.concatenate([second.weight / 2, second.weight / 2, second.weight]), second.bias
    found = counted(chain(copies, halves, (last.weight, last.bias)), 1.0)
    assert found.regions.tolist() == alone.regions.tolist()
    assert found.neurons[0] == 2 * alone.neurons[0]
    assert found.neurons[1:].tolist() == alone.neurons[1:].tolist()


def _volume(vertices: np.ndarray) -> float:
    return float(ConvexHull(vertices).volume)


def by_linear_programs(network: PiecewiseLinearNetwork, radius: float) -> dict[str, list[int]]:
    """Counts from all activation patterns: a pattern is a region if a small ball fits where it holds."""
    signs = np.array(list(itertools.product([1, -1], repeat=network.inputs)))
    first = np.concatenate([network.layers[0].bias[None], network.layers[0].weight])
    regions = [(signs, np.full(len(signs), radius), first)]  # where rows @ u <= bounds, and the map of the layer there
    found: dict[str, list[int]] = {"neurons": [], "pieces": [], "regions": []}
    for layer in range(1, len(network.layers) + 1):
        last = layer == len(network.layers)
        seen, pieces, following = set(), 0, []
        for rows, bounds, maps in regions:
            extremes = [_extremes(rows, bounds, maps[:, neuron]) for neuron in range(maps.shape[1])]
            cut = [low < -INSIDE and high > INSIDE for low, high in extremes]
            seen |= {neuron for neuron, is_cut in enumerate(cut) if is_cut}
            pieces += sum(cut)
            if last:
                continue
            for pattern in itertools.product([1, -1], repeat=maps.shape[1]):
                sides = np.array(pattern)
                more_rows = np.concatenate([rows, -(sides * maps[1:]).T])
                more_bounds = np.concatenate([bounds, sides * maps[0]])
                if _has_room(more_rows, more_bounds):
                    onward = maps * np.where(sides > 0, 1.0, network.negative_slope) @ network.layers[layer].weight
                    onward[0] += network.layers[layer].bias
                    following.append((more_rows, more_bounds, onward))
        found["neurons"].append(len(seen))
        found["pieces"].append(pieces)
        found["regions"].append(len(regions) if last else len(following))
        regions = following or regions
    return found


def _extremes(rows: np.ndarray, bounds: np.ndarray, function: np.ndarray) -> tuple[float, float]:
    ends = [linprog(side * function[1:], rows, bounds, bounds=(None, None)).fun for side in (1, -1)]
    return float(function[0] + ends[0]), float(function[0] - ends[1])


def _has_room(rows: np.ndarray, bounds: np.ndarray) -> bool:
    """Whether a ball of radius INSIDE fits between the half-spaces: the largest one does, by a linear program."""
    sizes = np.linalg.norm(rows, axis=1)[:, None]
    largest = linprog([0.0] * rows.shape[1] + [-1.0], np.hstack([rows, sizes]), bounds, bounds=(None, None))
    return bool(largest.status == 0 and -largest.fun > INSIDE)

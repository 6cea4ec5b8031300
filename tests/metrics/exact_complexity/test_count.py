"""Exact counts in a cross-polytope against closed forms, linear programs over all activation patterns, and grids."""

from __future__ import annotations

import itertools
from math import comb

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.spatial import ConvexHull

from grokscope.metrics.exact_complexity.cells import cross_polytope
from grokscope.metrics.exact_complexity.count import Chain, Counts, count_in_neighbourhood

MOST = 10_000
INSIDE = 1e-7
"""A region is counted by linear programs if a ball of this radius fits into it."""


def made_up(widths: list[int], directions: int, seed: int, slope: float = 0.0) -> tuple[np.ndarray, Chain]:
    generator = np.random.default_rng(seed)
    first = generator.normal(size=(1 + directions, widths[0]))
    first[0] *= 0.3
    weights = [generator.normal(size=pair) / np.sqrt(pair[0]) for pair in itertools.pairwise(widths)]
    return first, Chain(weights, [0.3 * generator.normal(size=width) for width in widths[1:]], slope)


def counted(first: np.ndarray, chain: Chain, radius: float) -> Counts:
    found = count_in_neighbourhood(first, chain, radius, MOST)
    assert found is not None
    return found


@pytest.mark.parametrize("directions", [1, 2, 3, 4, 5])
def test_a_neuron_of_the_first_layer_is_cut_where_its_largest_slope_reaches_zero(directions: int) -> None:
    first, chain = made_up([20, 3], directions, seed=directions)
    for radius in (0.01, 0.05, 0.2):
        expected = np.abs(first[0]) < radius * np.abs(first[1:]).max(axis=0)
        assert counted(first, chain, radius).neurons[0] == expected.sum()


@pytest.mark.parametrize("directions", [1, 2, 3, 4])
@pytest.mark.parametrize("lines", [1, 3, 6])
def test_hyperplanes_that_all_meet_inside_make_as_many_regions_as_schlaefli_says(directions: int, lines: int) -> None:
    generator = np.random.default_rng(lines)
    first = np.concatenate([1e-3 * generator.normal(size=(1, lines)), generator.normal(size=(directions, lines))])
    found = counted(first, Chain([np.ones((lines, 1))], [np.ones(1)], 0.0), 100.0)
    assert found.regions[0] == sum(comb(lines, dimension) for dimension in range(directions + 1))


@pytest.mark.parametrize("slope", [0.0, 0.01])
@pytest.mark.parametrize(("widths", "directions"), [([4, 3, 2], 1), ([3, 3, 2], 2), ([3, 3, 1], 3), ([3, 2, 1], 4)])
def test_counts_are_those_of_linear_programs_over_all_activation_patterns(
    widths: list[int], directions: int, slope: float
) -> None:
    for seed in range(2):
        first, chain = made_up(widths, directions, seed, slope)
        found = counted(first, chain, 1.0)
        for name, expected in by_linear_programs(first, chain, 1.0).items():
            np.testing.assert_array_equal(getattr(found, name), expected, err_msg=name)


@pytest.mark.parametrize("slope", [0.0, 0.2])
def test_in_two_directions_a_fine_grid_finds_the_same_patterns(slope: float) -> None:
    first, chain = made_up([9, 8, 7, 2], 2, 5, slope)
    found = counted(first, chain, 0.8)
    u = np.stack(np.meshgrid(*[np.linspace(-0.8, 0.8, 1001)] * 2), axis=-1).reshape(-1, 2)
    u = u[np.abs(u).sum(axis=1) < 0.8]
    z = first[0] + u @ first[1:]
    pattern = z > 0
    for layer, (weight, bias) in enumerate(zip(chain.weights, chain.biases, strict=True)):
        regions = len(np.unique(np.packbits(pattern, axis=1), axis=0))
        assert regions <= found.regions[layer] <= regions + 3  # a few are too small for the grid
        assert ((z > 0).any(axis=0) & (z < 0).any(axis=0)).sum() == found.neurons[layer]
        z = np.where(z > 0, z, slope * z) @ weight + bias
        pattern = np.concatenate([pattern, z > 0], axis=1)


def test_vertices_miss_a_neuron_whose_zero_set_bends_back() -> None:
    """Neuron |x| - 1/2 over the segment from -1 to 1 has the same sign at both ends, and two zeros between."""
    first = np.array([[0.0, 0.0], [1.0, -1.0]])
    found = counted(first, Chain([np.ones((2, 1)), np.ones((1, 1))], [np.full(1, -0.5), np.ones(1)], 0.0), 1.0)
    assert found.neurons.tolist() == [2, 1, 0]
    assert found.pieces.tolist() == [2, 2, 0]
    assert found.regions.tolist() == [2, 4, 4]


def test_where_there_are_too_many_regions_there_is_no_count() -> None:
    first, chain = made_up([30, 30, 2], 3, 0)
    assert count_in_neighbourhood(first, chain, 5.0, 50) is None


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
    first, chain = made_up([6, 5, 2], 2, 1)
    alone = counted(first, chain, 1.0)
    doubled = np.concatenate([first, first, np.zeros_like(first)], axis=1)
    weights = [np.concatenate([chain.weights[0] / 2, chain.weights[0] / 2, chain.weights[0]]), chain.weights[1]]
    found = counted(doubled, Chain(weights, chain.biases, 0.0), 1.0)
    assert found.regions.tolist() == alone.regions.tolist()
    assert found.neurons[0] == 2 * alone.neurons[0]
    assert found.neurons[1:].tolist() == alone.neurons[1:].tolist()


def _volume(vertices: np.ndarray) -> float:
    return float(ConvexHull(vertices).volume)


def by_linear_programs(first: np.ndarray, chain: Chain, radius: float) -> dict[str, list[int]]:
    """Counts from all activation patterns: a pattern is a region if a small ball fits where it holds."""
    directions = len(first) - 1
    signs = np.array(list(itertools.product([1, -1], repeat=directions)))
    regions = [(signs, np.full(len(signs), radius), first)]  # rows, bounds: rows @ u <= bounds; and the map of the layer
    found: dict[str, list[int]] = {"neurons": [], "pieces": [], "regions": []}
    for layer in range(len(chain.weights) + 1):
        last = layer == len(chain.weights)
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
                    active = maps * np.where(sides > 0, 1.0, chain.negative_slope)
                    onward = active @ chain.weights[layer]
                    onward[0] += chain.biases[layer]
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

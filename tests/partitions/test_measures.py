"""Sizes, neighbours, regions at points and distances."""

from __future__ import annotations

import numpy as np
import pytest

from grokscope.partitions.distances import distances_to_points, distances_to_segments
from grokscope.partitions.locate import classes_at, outputs_at, regions_at
from grokscope.partitions.measures import areas, centroids, edge_lengths, neighbours, slope_norms
from grokscope.partitions.network import DenseLayer, PiecewiseLinearNetwork
from grokscope.partitions.partition import Partition
from grokscope.partitions.plane import Plane, rectangle, square
from grokscope.partitions.subdivide import partition
from partition_support import random_network, random_points_in


@pytest.fixture(scope="module")
def network() -> PiecewiseLinearNetwork:
    return random_network((2, 40, 40, 5), seed=1)


@pytest.fixture(scope="module")
def found(network: PiecewiseLinearNetwork) -> Partition:
    return partition(network, Plane.whole(), square(2))


def quarters() -> Partition:
    """The rectangle from (0, 0) to (4, 2), cut by x = 1 and y = 1; the output is 3 max(x - 1, 0) + 4 max(y - 1, 0)."""
    layers = (DenseLayer(np.eye(2), -np.ones(2)), DenseLayer(np.array([[3.0], [4.0]]), np.zeros(1)))
    return partition(PiecewiseLinearNetwork(layers), Plane.whole(), rectangle((0, 0), (4, 2)))


def test_sizes_and_slopes_of_four_rectangles() -> None:
    found = quarters()
    order = np.lexsort(centroids(found).T)
    assert centroids(found)[order] == pytest.approx(np.array([[0.5, 0.5], [2.5, 0.5], [0.5, 1.5], [2.5, 1.5]]))
    assert areas(found)[order] == pytest.approx([1, 3, 1, 3])
    assert slope_norms(found)[order] == pytest.approx([0, 3, 4, 5])
    assert sorted(edge_lengths(found)) == pytest.approx([1] * 9 + [3] * 3)
    places = np.argsort(order)
    pairs = {tuple(sorted(places[pair])) for pair in neighbours(found)}
    assert pairs == {(0, 1), (0, 2), (1, 3), (2, 3)}


def test_points_are_found_in_their_regions(network: PiecewiseLinearNetwork, found: Partition) -> None:
    points, regions = random_points_in(found, 3, seed=0)
    deep = np.repeat(areas(found) > 1e-8, 3)
    assert deep.mean() > 0.95
    assert (regions_at(found, points) == regions)[deep].all()
    assert np.abs(outputs_at(found, points) - network.forward(points)).max() < 1e-9
    assert (classes_at(found, points) == network.forward(points).argmax(axis=1)).all()


def test_every_point_of_the_polygon_is_found_and_none_outside(found: Partition) -> None:
    on_it = np.concatenate([found.vertices, found.vertices[found.edges].mean(axis=1)])
    assert (regions_at(found, on_it) >= 0).all()
    outside = np.array([[2.001, 0], [0, -7], [-2.1, 2.1]])
    assert regions_at(found, outside).tolist() == [-1, -1, -1]
    assert np.isnan(outputs_at(found, outside)).all()
    assert classes_at(found, outside).tolist() == [-1, -1, -1]


def test_one_output_has_two_classes() -> None:
    classes = classes_at(quarters(), [[0.5, 0.5], [3, 0.5]])
    assert classes.tolist() == [0, 1]


def test_distances_are_those_to_the_nearest() -> None:
    generator = np.random.default_rng(0)
    points = generator.standard_normal((500, 2)) * [3, 0.2]
    segments = generator.standard_normal((80, 2, 2))
    share = np.linspace(0, 1, 4001)
    sampled = segments[:, 0, None] + share[:, None] * (segments[:, 1] - segments[:, 0])[:, None]
    found = distances_to_segments(points, segments)
    for point, distance in zip(points[::25], found[::25], strict=True):
        nearest = np.linalg.norm(sampled - point, axis=2).min()
        assert distance <= nearest + 1e-12
        assert distance == pytest.approx(nearest, abs=1e-3)
    targets = segments[:, 0]
    exact = np.linalg.norm(points[:, None] - targets[None], axis=2).min(axis=1)
    assert distances_to_points(points, targets) == pytest.approx(exact, abs=1e-14)


def test_distances_of_special_cases() -> None:
    assert distances_to_points([[0, 0], [3, 4]], np.zeros((0, 2))).tolist() == [np.inf, np.inf]
    assert distances_to_points(np.zeros((0, 2)), [[1, 1]]).shape == (0,)
    assert distances_to_points([[3, 4]], [[0, 0]]).tolist() == [5]
    assert distances_to_segments([[1, 1], [-3, 4], [0, 2]], [[[0, 0], [5, 0]]]).tolist() == [1, 5, 2]

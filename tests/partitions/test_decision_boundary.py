"""The decision boundary is where the two greatest outputs are equal, and all of it."""

from __future__ import annotations

import numpy as np
import pytest

from grokscope.partitions.decision_boundary import decision_boundary
from grokscope.partitions.distances import distances_to_segments
from grokscope.partitions.locate import regions_at
from grokscope.partitions.network import DenseLayer, PiecewiseLinearNetwork
from grokscope.partitions.plane import Plane, square
from grokscope.partitions.subdivide import partition
from partition_support import balanced, random_network


@pytest.mark.parametrize("outputs", [2, 3, 10])
def test_on_the_boundary_two_outputs_are_greatest(outputs: int) -> None:
    network = balanced(random_network((2, 15, 15, outputs), seed=outputs, bias=0.3), 2)
    found = partition(network, Plane.whole(), square(2))
    boundary = decision_boundary(found)
    assert len(boundary.segments) > 10
    for share in (0.0, 0.31, 1.0):
        points = boundary.segments[:, 0] * (1 - share) + boundary.segments[:, 1] * share
        values = network.forward(points)
        greatest = values.max(axis=1)
        first, second = (np.take_along_axis(values, boundary.classes[:, [side]], axis=1)[:, 0] for side in (0, 1))
        assert np.abs(first - greatest).max() < 1e-9
        assert np.abs(second - greatest).max() < 1e-9
    lengths = np.linalg.norm(boundary.segments[:, 1] - boundary.segments[:, 0], axis=1)
    middles = boundary.segments.mean(axis=1)
    long = lengths > 1e-6
    assert (regions_at(found, middles) == boundary.regions)[long].all()


@pytest.mark.parametrize("outputs", [2, 5])
def test_two_points_of_different_classes_have_the_boundary_between_them(outputs: int) -> None:
    network = balanced(random_network((2, 15, 15, outputs), seed=outputs, bias=0.3), 2)
    boundary = decision_boundary(partition(network, Plane.whole(), square(2)))
    generator = np.random.default_rng(0)
    points = generator.uniform(-1.9, 1.9, (40_000, 2))
    others = points + generator.uniform(-0.02, 0.02, points.shape)
    differ = network.forward(points).argmax(axis=1) != network.forward(others).argmax(axis=1)
    assert differ.sum() > 50
    distances = distances_to_segments(points[differ], boundary.segments)
    assert (distances <= np.linalg.norm(others - points, axis=1)[differ] + 1e-12).all()


def test_one_output_is_held_against_zero() -> None:
    layers = (DenseLayer(np.eye(2), np.zeros(2)), DenseLayer(np.array([[1.0], [1.0]]), np.array([-0.5])))
    boundary = decision_boundary(partition(PiecewiseLinearNetwork(layers), Plane.whole(), square(1)))
    assert boundary.classes.tolist() == [[0, 1]] * 3
    lengths = np.linalg.norm(boundary.segments[:, 1] - boundary.segments[:, 0], axis=1)
    assert sorted(lengths) == pytest.approx([np.sqrt(0.5), 1, 1])


def test_without_a_second_class_there_is_no_boundary() -> None:
    layers = (DenseLayer(np.eye(2), np.zeros(2)), DenseLayer(np.ones((2, 2)), np.array([0.0, 1.0])))
    boundary = decision_boundary(partition(PiecewiseLinearNetwork(layers), Plane.whole(), square(1)))
    assert boundary.segments.shape == (0, 2, 2)
    assert boundary.regions.shape == (0,)

"""Vertices, edges and regions are as many as an independent program counts (regioncam, in Rust and float32)."""

from __future__ import annotations

import platform
import sys
from typing import Any

import numpy as np
import pytest

from grokscope.partitions.decision_boundary import decision_boundary
from grokscope.partitions.measures import areas, edge_lengths
from grokscope.partitions.network import PiecewiseLinearNetwork
from grokscope.partitions.plane import Plane, square
from grokscope.partitions.subdivide import partition
from partition_support import random_network

if (sys.platform, platform.machine()) != ("linux", "x86_64"):
    pytest.skip("regioncam has wheels for Linux on x86_64 only", allow_module_level=True)
import regioncam


def independent(network: PiecewiseLinearNetwork, plane: Plane, half_width: float) -> Any:
    """The square of `half_width` around the origin of `plane`, as regioncam cuts it."""
    found = regioncam.Regioncam(size=half_width)
    first = network.layers[0]
    on_plane = [(plane.axes @ first.weight, first.values(plane.origin[None])[0])]
    for number, (weight, bias) in enumerate(on_plane + [(layer.weight, layer.bias) for layer in network.layers[1:]]):
        if number > 0:
            found.add(regioncam.LeakyReLU(network.negative_slope) if network.negative_slope else regioncam.ReLU())
        found.add(regioncam.Linear(weight.astype(np.float32), bias.astype(np.float32)))
    return found


@pytest.mark.parametrize(
    ("sizes", "slope", "half_width"),
    [((2, 40, 40, 3), 0.0, 2.0), ((784, 50, 40, 30, 10), 0.0, 30.0), ((20, 30, 30, 30, 30, 2), 0.1, 2.0)],
)
def test_vertices_edges_and_regions_are_as_many(sizes: tuple[int, ...], slope: float, half_width: float) -> None:
    network = random_network(sizes, seed=sum(sizes), negative_slope=slope)
    plane = Plane.random(np.zeros(sizes[0]), np.random.default_rng(3))
    other = independent(network, plane, half_width)
    found = partition(network, plane, square(half_width))
    assert found.regions > 500
    assert found.regions == other.num_faces
    assert (len(found.vertices), len(found.edges)) == (other.num_vertices, other.num_edges)
    assert np.sort(areas(found)) == pytest.approx(sorted(face.area for face in other.faces), abs=1e-4)


def test_decision_boundaries_are_as_long() -> None:
    network = random_network((6, 20, 20, 4), seed=11)
    plane = Plane.random(np.zeros(6), np.random.default_rng(3))
    other = independent(network, plane, 2.0)
    other.decision_boundary()
    length = sum(edge.length for edge in other.edges if edge.is_decision_boundary)
    pieces = decision_boundary(partition(network, plane, square(2.0))).segments
    assert len(pieces) > 20
    assert np.linalg.norm(pieces[:, 1] - pieces[:, 0], axis=1).sum() == pytest.approx(length, rel=1e-4)


def test_edges_of_a_layer_are_as_long() -> None:
    network = random_network((6, 20, 20, 4), seed=10)
    plane = Plane.random(np.zeros(6), np.random.default_rng(3))
    other = independent(network, plane, 2.0)
    found = partition(network, plane, square(2.0))
    layers = np.array([edge.layer_nr for edge in other.edges])
    lengths = np.array([edge.length for edge in other.edges])
    numbers = sorted(set(layers.tolist()))
    assert len(numbers) == 3
    assert [np.sum(layers == number) for number in numbers] == np.bincount(found.edge_layer).tolist()
    ours = [edge_lengths(found)[found.edge_layer == layer].sum() for layer in range(3)]
    assert ours == pytest.approx([lengths[layers == number].sum() for number in numbers], rel=1e-5)

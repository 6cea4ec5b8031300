"""Every partition is one of its polygon, and its regions are those of the network."""

from __future__ import annotations

import numpy as np
import pytest

from grokscope.partitions.measures import areas, centroids
from grokscope.partitions.network import PiecewiseLinearNetwork
from grokscope.partitions.partition import Dropped
from grokscope.partitions.plane import Plane, square
from grokscope.partitions.subdivide import partition
from partition_support import assert_sound, forward, patterns, random_network, random_points_in

TRIANGLE = np.array([[-1.0, -0.5], [2.0, -1.0], [0.5, 1.5]])
CASES = {
    "one layer": ((2, 12, 3), 0.0, square(2)),
    "two layers": ((2, 10, 10, 1), 0.0, square(2)),
    "leaky relu": ((2, 10, 10, 3), 0.1, square(2)),
    "many inputs": ((30, 12, 8, 12, 4), 0.0, square(3)),
    "triangle": ((6, 12, 12, 2), 0.01, TRIANGLE),
    "wider than a word": ((5, 70, 130, 2), 0.0, square(0.7)),
}


def case(name: str) -> tuple[PiecewiseLinearNetwork, Plane, np.ndarray]:
    sizes, slope, corners = CASES[name]
    network = random_network(sizes, seed=len(name), negative_slope=slope)
    plane = Plane.random(np.full(sizes[0], 0.1), np.random.default_rng(1))
    return network, plane, corners


@pytest.mark.parametrize("name", CASES)
def test_a_partition_is_sound(name: str) -> None:
    network, plane, corners = case(name)
    found = partition(network, plane, corners)
    assert found.regions > 20
    assert_sound(found, corners)
    assert found.dropped == Dropped()


@pytest.mark.parametrize("name", CASES)
def test_every_region_has_one_pattern_of_active_neurons_and_the_outputs_of_its_map(name: str) -> None:
    network, plane, corners = case(name)
    found = partition(network, plane, corners)
    points, regions = random_points_in(found, 8, seed=2)
    layers = forward(network, plane.embed(points))
    # a point this near to an edge may be on its other side by rounding
    clear = np.all([(np.abs(values) > 1e-12).all(axis=1) for values in layers[:-1]], axis=0)
    assert clear.mean() > 0.99
    first = np.flatnonzero(np.diff(regions, prepend=-1))
    for values in layers[:-1]:
        active = values > 0
        assert (active == active[first][regions])[clear].all()
    maps = found.region_map[regions]
    outputs = maps[:, :, 0] + maps[:, :, 1] * points[:, :1] + maps[:, :, 2] * points[:, 1:]
    assert np.abs(outputs - layers[-1]).max() < 1e-9


@pytest.mark.parametrize("name", CASES)
def test_regions_beside_an_edge_differ_in_the_neuron_of_the_edge_and_in_no_other_up_to_its_layer(name: str) -> None:
    network, plane, corners = case(name)
    found = partition(network, plane, corners)
    inner = np.flatnonzero(found.edge_layer > 0)
    broad = areas(found) > 1e-10
    inner = inner[broad[found.edge_regions[inner]].all(axis=1)]
    assert len(inner) > 0.9 * (found.edge_layer > 0).sum()
    active = patterns(network, plane, centroids(found))
    left, right = found.edge_regions[inner].T
    for layer, on in enumerate(active, start=1):
        differing = on[left] != on[right]
        of_this = found.edge_layer[inner] == layer
        assert (differing[of_this].sum(axis=1) == 1).all()
        assert differing[of_this, found.edge_neuron[inner][of_this]].all()
        assert not differing[found.edge_layer[inner] > layer].any()


@pytest.mark.parametrize("name", CASES)
def test_neurons_are_zero_along_their_edges(name: str) -> None:
    network, plane, corners = case(name)
    found = partition(network, plane, corners)
    middles = found.vertices[found.edges].mean(axis=1)
    layers = forward(network, plane.embed(middles))
    for layer, values in enumerate(layers[:-1], start=1):
        of_this = np.flatnonzero(found.edge_layer == layer)
        assert np.abs(values[of_this, found.edge_neuron[of_this]]).max(initial=0) < 1e-10


def test_no_two_regions_of_one_layer_have_the_same_pattern() -> None:
    """Lines in general position: a pattern belongs to one convex region."""
    network, plane, corners = case("one layer")
    found = partition(network, plane, corners)
    (active,) = patterns(network, plane, centroids(found))
    assert len(np.unique(active, axis=0)) == found.regions


def test_the_border_of_the_polygon_is_told_by_its_sides() -> None:
    network, plane, corners = case("triangle")
    found = partition(network, plane, corners)
    for side in range(3):
        start, end = corners[side], corners[(side + 1) % 3]
        pieces = found.vertices[found.edges[(found.edge_layer == 0) & (found.edge_neuron == side)]]
        length = np.linalg.norm(end - start)
        off = (pieces - start) @ np.array([-(end - start)[1], (end - start)[0]]) / length
        assert np.abs(off).max() < 1e-12
        assert np.linalg.norm(pieces[:, 1] - pieces[:, 0], axis=1).sum() == pytest.approx(length, rel=1e-12)


def test_a_network_without_hidden_layers_has_one_region() -> None:
    network = random_network((4, 3), seed=0)
    plane = Plane.random(np.ones(4), np.random.default_rng(0))
    found = partition(network, plane, square(1))
    assert found.regions == 1
    assert_sound(found, square(1))
    outputs = found.region_map[0] @ np.array([1, 0.3, -0.2])
    assert outputs == pytest.approx(forward(network, plane.embed([[0.3, -0.2]]))[-1][0], abs=1e-12)


def test_a_plane_of_other_inputs_is_refused() -> None:
    with pytest.raises(ValueError, match="2 dimensions"):
        partition(random_network((4, 3), seed=0), Plane.whole(), square(1))

"""Networks whose lines coincide, are parallel, meet in one point or are not there at all."""

from __future__ import annotations

import numpy as np
import pytest

from exact_regions import exact_polygons
from grokscope.partitions.measures import areas
from grokscope.partitions.network import DenseLayer, PiecewiseLinearNetwork
from grokscope.partitions.partition import Dropped, Partition
from grokscope.partitions.plane import Plane, square
from grokscope.partitions.subdivide import partition
from partition_support import assert_sound, forward, random_network, random_points_in


def one_layer(lines: list[tuple[float, float, float]]) -> PiecewiseLinearNetwork:
    """Neurons a x + b y + c, and their sum as the output."""
    numbers = np.array(lines)
    return PiecewiseLinearNetwork(
        (DenseLayer(numbers[:, :2].T, numbers[:, 2]), DenseLayer(np.ones((len(lines), 1)), np.zeros(1)))
    )


def with_layers(network: PiecewiseLinearNetwork, *layers: DenseLayer) -> PiecewiseLinearNetwork:
    return PiecewiseLinearNetwork(layers, network.negative_slope)


def on_square(network: PiecewiseLinearNetwork, half_width: float = 1) -> Partition:
    """The partition of the plane's square, sound and with the outputs of the network."""
    corners = square(half_width)
    found = partition(network, Plane.whole(), corners)
    assert_sound(found, corners)
    points, regions = random_points_in(found, 3, seed=0)
    maps = found.region_map[regions]
    outputs = maps[:, :, 0] + maps[:, :, 1] * points[:, :1] + maps[:, :, 2] * points[:, 1:]
    assert np.abs(outputs - forward(network, points)[-1]).max() < 1e-9
    return found


def test_zero_weights_make_no_edges() -> None:
    network = random_network((2, 8, 8, 3), seed=0)
    dead = DenseLayer(np.zeros((2, 8)), np.array([0.0, 1, -1, 0, 2, 0, 0, -3]))
    assert on_square(with_layers(network, dead, *network.layers[1:])).regions == 1
    first, _, third = network.layers
    silent = DenseLayer(np.zeros((8, 8)), np.zeros(8))
    alone = on_square(with_layers(network, first, third))
    found = on_square(with_layers(network, first, silent, third))
    assert found.regions == alone.regions > 10
    assert found.dropped == Dropped()


def test_a_dead_layer_ends_the_partition() -> None:
    network = random_network((2, 8, 8, 8, 3), seed=1)
    first, second, *later = network.layers
    dead = DenseLayer(-np.abs(second.weight), -np.abs(second.bias) - 1)
    found = on_square(with_layers(network, first, dead, *later))
    assert set(found.edge_layer.tolist()) == {0, 1}
    assert np.abs(found.region_map[:, :, 1:]).max() == 0


@pytest.mark.parametrize("factor", [1.0, 3.0, -0.7])
def test_repeated_neurons_make_one_edge(factor: float) -> None:
    """The copies are multiples that no float holds exactly."""
    network = random_network((2, 10, 12, 2), seed=2)
    first, second, third = network.layers
    alone = on_square(network, 2)
    copied = with_layers(
        network,
        DenseLayer(
            np.tile(first.weight, (1, 2)) * np.repeat([1, factor], 10),
            np.tile(first.bias, 2) * np.repeat([1, factor], 10),
        ),
        DenseLayer(np.concatenate([second.weight, np.zeros((10, 12))]), second.bias),
        third,
    )
    found = on_square(copied, 2)
    assert found.regions == alone.regions
    assert np.sort(areas(found)) == pytest.approx(np.sort(areas(alone)), abs=1e-12)
    assert found.dropped.coincident >= 10
    deeper = with_layers(
        network,
        first,
        DenseLayer(
            np.tile(second.weight, (1, 2)) * np.repeat([1, factor], 12),
            np.tile(second.bias, 2) * np.repeat([1, factor], 12),
        ),
        DenseLayer(np.concatenate([third.weight, np.zeros((12, 2))]), third.bias),
    )
    found = on_square(deeper, 2)
    assert found.regions == alone.regions
    assert found.dropped.coincident >= 12


def test_neurons_that_cancel_leave_rounding_that_is_no_line() -> None:
    """Layer 2 adds a neuron and takes its copy away again; what is left of the sum is rounding."""
    network = random_network((2, 6, 6, 1), seed=3)
    first = network.layers[0]
    copies = DenseLayer(np.tile(first.weight, (1, 2)) * 0.1, np.tile(first.bias, 2) * 0.1)
    random = np.random.default_rng(4).standard_normal((6, 5))
    cancelling = DenseLayer(np.concatenate([random, -random]), np.zeros(5))
    found = on_square(with_layers(network, copies, cancelling, DenseLayer(np.ones((5, 1)), np.zeros(1))))
    assert set(found.edge_layer.tolist()) == {0, 1}
    assert found.regions == on_square(with_layers(network, first, DenseLayer(np.ones((6, 1)), np.zeros(1)))).regions


def test_a_line_through_corners_cuts_from_corner_to_corner() -> None:
    found = on_square(one_layer([(1, -1, 0), (1, 1, 0)]))
    assert found.regions == 4
    assert len(found.vertices) == 5
    assert found.dropped.corners == 4


def test_a_line_closer_to_a_corner_than_the_tolerance_goes_through_it() -> None:
    found = on_square(one_layer([(1, -1, 1e-12)]))
    assert found.regions == 2
    assert len(found.vertices) == 4
    assert found.dropped == Dropped(corners=2)
    apart = on_square(one_layer([(1, -1, 1e-9)]))
    assert len(apart.vertices) == 6
    assert apart.dropped == Dropped()


def test_a_line_closer_to_the_end_of_another_than_the_tolerance_goes_through_that_end() -> None:
    """The first line crosses the second less than the tolerance above its end, and the lower side much farther from
    that end: a triangle flatter than the tolerance would lie between the three.
    """
    height = 1e-11
    found = on_square(one_layer([(-1e-3, 1, 1 - height), (1, 0, 0)]))
    assert found.regions == 3
    assert found.dropped == Dropped(corners=1, coincident=1)
    assert on_square(one_layer([(-1e-3, 1, 1 - 1e4 * height), (1, 0, 0)])).regions == 4


def test_lines_are_found_in_a_square_of_a_ten_billionth() -> None:
    """Around a point where two lines cross, values are as small as the square, far from zero though for its size."""
    network = random_network((2, 20, 2), seed=7)
    layer = network.layers[0]
    point = np.linalg.solve(layer.weight[:, :2].T, -layer.bias[:2])
    assert np.abs(point).max() > 0.1
    plane = Plane(point, np.eye(2))
    for half_width in (1e-4, 1e-10):
        found = partition(network, plane, square(half_width))
        assert_sound(found, square(half_width))
        assert (found.regions, found.dropped) == (4, Dropped())


def test_a_line_that_touches_a_corner_or_lies_on_a_side_cuts_nothing() -> None:
    found = on_square(one_layer([(1, 1, 2), (0, 1, 1), (1, 0, -1), (1, 0.5, -1.5)]))
    assert found.regions == 1
    assert len(found.vertices) == 4


def test_a_line_through_a_corner_that_rounding_misses() -> None:
    """0.1, 0.2 and 0.3 are no binary fractions: the value at the corner is rounding."""
    polygon = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.1, 0.3]])
    network = one_layer([(3, -1, 0), (1, 1, -0.4), (0.7, 0.1, -0.1), (-0.3, 0.7, -0.18)])
    found = partition(network, Plane.whole(), polygon)
    assert_sound(found, polygon)
    exact = exact_polygons(network, Plane.whole(), polygon)
    assert found.regions == sum(1 for shape in exact if _width(shape) > 1e-9)


def _width(shape: list) -> float:
    points = np.array([[float(x), float(y)] for x, y in shape])
    there = np.roll(points, -1, axis=0)
    return float((points[:, 0] * there[:, 1] - points[:, 1] * there[:, 0]).sum())


@pytest.mark.parametrize("neurons", [2, 7, 40, 150])
def test_lines_through_one_point_make_twice_as_many_regions_as_lines(neurons: int) -> None:
    network = random_network((2, neurons, 2), seed=neurons, bias=0)
    found = on_square(network)
    assert found.regions == 2 * neurons
    assert len(found.vertices) == 4 + 2 * neurons + 1
    assert found.dropped.merged >= neurons - 2


@pytest.mark.parametrize("slope", [0.0, 0.01])
def test_without_biases_all_regions_of_a_deep_network_are_wedges_around_the_origin(slope: float) -> None:
    network = random_network((2, 15, 15, 15, 3), seed=5, bias=0, negative_slope=slope)
    found = on_square(network)
    origin = np.flatnonzero(np.linalg.norm(found.vertices, axis=1) < 1e-9)
    assert len(origin) == 1
    assert all(
        origin[0] in found.region_vertices[a:b]
        for a, b in zip(found.region_starts, found.region_starts[1:], strict=False)
    )
    # going around the border, every wedge is met once
    angles = np.linspace(-np.pi, np.pi, 200_001)[:-1]
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1) / 2
    signs = np.concatenate([values > 0 for values in _fast_forward(network, points)[:-1]], axis=1)
    assert found.regions == (signs != np.roll(signs, 1, axis=0)).any(axis=1).sum()


def _fast_forward(network: PiecewiseLinearNetwork, points: np.ndarray) -> list[np.ndarray]:
    values = [points @ network.layers[0].weight + network.layers[0].bias]
    for layer in network.layers[1:]:
        values.append(
            np.where(values[-1] > 0, values[-1], network.negative_slope * values[-1]) @ layer.weight + layer.bias
        )
    return values


def test_parallel_lines_do_not_meet() -> None:
    lines = [(1.0, 2.0, offset) for offset in np.linspace(-2, 2, 23)]
    found = on_square(one_layer(lines))
    assert found.regions == 24
    assert found.dropped == Dropped()


def test_nearly_parallel_lines_closer_than_the_tolerance_are_one() -> None:
    found = on_square(one_layer([(1, 0.3, 0.1), (1, 0.3, 0.1 + 1e-13), (1 + 1e-13, 0.3, 0.1)]))
    assert found.regions == 2
    assert found.dropped.coincident == 2
    assert on_square(one_layer([(1, 0.3, 0.1), (1, 0.3, 0.1 + 1e-8), (1 + 1e-7, 0.3, 0.1)])).regions == 6


def test_a_line_of_layer_two_along_one_of_layer_one_makes_no_second_edge() -> None:
    """Neuron 1 of layer 2 is zero where neuron 1 of layer 1 is: its kink lies on the edge that is there."""
    first = DenseLayer(np.array([[1.0, -1.0], [0.4, -0.4]]), np.array([0.1, -0.1]))
    second = DenseLayer(np.array([[2.0], [-1.0]]), np.array([0.0]))
    network = PiecewiseLinearNetwork((first, second, DenseLayer(np.ones((1, 1)), np.zeros(1))))
    found = on_square(network)
    assert found.regions == 2
    assert found.dropped.coincident == 1


def test_huge_and_tiny_weights_keep_their_lines() -> None:
    for scale in (1e-12, 1.0, 1e12):
        network = random_network((2, 20, 20, 2), seed=6)
        scaled = [DenseLayer(network.layers[0].weight * scale, network.layers[0].bias * scale)]
        scaled += [DenseLayer(network.layers[1].weight, network.layers[1].bias * scale), network.layers[2]]
        found = partition(PiecewiseLinearNetwork(tuple(scaled)), Plane.whole(), square(2))
        assert_sound(found, square(2))
        assert found.regions == partition(network, Plane.whole(), square(2)).regions

"""Networks for the tests of partitions, and what has to hold for every partition."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from grokscope.partitions.measures import areas
from grokscope.partitions.network import DenseLayer, PiecewiseLinearNetwork
from grokscope.partitions.partition import Partition
from grokscope.partitions.plane import Plane

Floats = NDArray[np.float64]


def random_network(
    sizes: Sequence[int], seed: int, *, negative_slope: float = 0.0, bias: float = 1.0
) -> PiecewiseLinearNetwork:
    """Normal weights that keep the size of values, normal biases times `bias`."""
    generator = np.random.default_rng(seed)
    layers = [
        DenseLayer(
            generator.standard_normal((inputs, outputs)) * np.sqrt(2 / inputs),
            bias * generator.standard_normal(outputs),
        )
        for inputs, outputs in pairwise(sizes)
    ]
    return PiecewiseLinearNetwork(tuple(layers), negative_slope)


def balanced(network: PiecewiseLinearNetwork, half_width: float) -> PiecewiseLinearNetwork:
    """The same with outputs that are zero on average over the square of a network with two inputs."""
    points = np.random.default_rng(0).uniform(-half_width, half_width, (2000, 2))
    last = network.layers[-1]
    moved = DenseLayer(last.weight, last.bias - network.forward(points).mean(axis=0))
    return PiecewiseLinearNetwork((*network.layers[:-1], moved), network.negative_slope)


def whole_number_network(sizes: Sequence[int], seed: int, *, negative_slope: float = 0.0) -> PiecewiseLinearNetwork:
    """Weights and biases from -2 to 2: many lines are parallel, coincide or meet in one point."""
    generator = np.random.default_rng(seed)
    layers = [
        DenseLayer(generator.integers(-2, 3, (inputs, outputs)), generator.integers(-2, 3, outputs))
        for inputs, outputs in pairwise(sizes)
    ]
    return PiecewiseLinearNetwork(tuple(layers), negative_slope)


def forward(network: PiecewiseLinearNetwork, points: Floats) -> list[Floats]:
    """Pre-activations of all layers at points (N, inputs), one neuron after the other in extended precision."""
    values, layers = np.asarray(points, dtype=np.longdouble), []
    for number, layer in enumerate(network.layers):
        if number > 0:
            values = np.where(values > 0, values, network.negative_slope * values)
        weight = layer.weight.astype(np.longdouble)
        values = np.stack(
            [(values * weight[:, neuron]).sum(axis=1) + layer.bias[neuron] for neuron in range(layer.outputs)], axis=1
        )
        layers.append(values.astype(np.float64))
    return layers


def polygon_area(corners: Floats) -> float:
    """Area of a polygon, counter-clockwise."""
    there = np.roll(corners, -1, axis=0)
    return float((corners[:, 0] * there[:, 1] - corners[:, 1] * there[:, 0]).sum() / 2)


def random_points_in(partition: Partition, per_region: int, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """Points (N, 2) strictly inside regions, as averages of the corners with random weights, and the region of each."""
    generator = np.random.default_rng(seed)
    points = []
    for number in range(partition.regions):
        corners = partition.region(number)
        points.append(generator.dirichlet(np.ones(len(corners)), per_region) @ corners)
    return np.concatenate(points), np.repeat(np.arange(partition.regions), per_region)


def assert_sound(partition: Partition, corners: Floats) -> None:
    """Euler's formula, areas that add up, and edges and walks that say the same of one another."""
    assert partition.euler_characteristic() == 1
    total = polygon_area(corners)
    assert abs(areas(partition).sum() / total - 1) < 1e-9
    assert (areas(partition) > -1e-12 * total).all()
    sides: dict[tuple[int, int], int] = {}
    for region in range(partition.regions):
        start, stop = partition.region_starts[region : region + 2]
        around = partition.region_vertices[start:stop].tolist()
        assert len(around) == len(set(around)) >= 3
        for pair in zip(around, around[1:] + around[:1], strict=True):
            assert pair not in sides, "two regions on the same side of an edge"
            sides[pair] = region
    used = np.zeros(len(partition.vertices), dtype=bool)
    for (first, second), (left, right) in zip(partition.edges.tolist(), partition.edge_regions.tolist(), strict=True):
        assert sides.pop((first, second), -1) == left
        assert sides.pop((second, first), -1) == right
        used[[first, second]] = True
    assert sides == {}
    assert used.all()
    border = partition.edge_layer == 0
    assert ((partition.edge_regions < 0).any(axis=1) == border).all()


def patterns(network: PiecewiseLinearNetwork, plane: Plane, points: Floats) -> list[NDArray[np.bool_]]:
    """Which neurons of each hidden layer are above zero at points (N, 2) of the plane."""
    return [values > 0 for values in forward(network, plane.embed(points))[:-1]]

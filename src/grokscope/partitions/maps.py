"""The affine map of every region, from the neurons that are active in it."""

from __future__ import annotations

import numpy as np

from grokscope.partitions.mesh import Cycles, Floats, Integers
from grokscope.partitions.network import PiecewiseLinearNetwork
from grokscope.partitions.plane import Plane
from grokscope.partitions.signs import Signs, Words, set_bits, unpacked

REGIONS_AT_ONCE = 256


def active_neurons(values: Floats, cycles: Cycles) -> tuple[Words, int]:
    """Which neurons are above zero in each region (R, words), and of how many this is unclear from their vertices."""
    signs = Signs(values)
    above = np.bitwise_or.reduceat(signs.positive[cycles.vertices], cycles.starts[:-1], axis=0)
    below = np.bitwise_or.reduceat(signs.negative[cycles.vertices], cycles.starts[:-1], axis=0)
    regions, neurons = set_bits(np.bitwise_and(above, below, dtype=np.uint64))
    for region, neuron in zip(regions.tolist(), neurons.tolist(), strict=True):
        around = cycles.vertices[cycles.starts[region] : cycles.starts[region + 1]]
        if values[around, neuron].mean() <= 0:
            octet = above[region : region + 1].view(np.uint8)
            octet[neuron // 8] &= ~np.uint8(128 >> (neuron % 8))
    return above, len(regions)


def first_map(network: PiecewiseLinearNetwork, plane: Plane) -> Floats:
    """(3, neurons) value at the plane's origin and slopes along its axes of layer 1."""
    layer = network.layers[0]
    return np.concatenate([layer.values(plane.origin[None]), layer.linear(plane.axes)])


def region_maps(network: PiecewiseLinearNetwork, plane: Plane, active: list[Words], parents: list[Integers]) -> Floats:
    """(R, outputs, 3) of the regions after the last hidden layer.

    `active[l]` are the active neurons of layer l + 1 in the regions that it leaves, `parents[l]` the regions before
    that these are part of, in ascending order.
    """
    count = len(parents[-1]) if parents else 1
    result = np.empty((count, network.outputs, 3))
    for start in range(0, count, REGIONS_AT_ONCE):
        regions = np.arange(start, min(start + REGIONS_AT_ONCE, count))
        result[regions] = _maps(network, plane, active, parents, len(parents), regions).transpose(0, 2, 1)
    return result


def _maps(
    network: PiecewiseLinearNetwork,
    plane: Plane,
    active: list[Words],
    parents: list[Integers],
    depth: int,
    regions: Integers,
) -> Floats:
    """(regions, 3, units) of layer depth + 1 in regions after layer `depth`."""
    if depth == 0:
        return first_map(network, plane)[None].repeat(len(regions), axis=0)
    layer = network.layers[depth]
    before, which = np.unique(parents[depth - 1][regions], return_inverse=True)
    maps = _maps(network, plane, active, parents, depth - 1, before)[which]
    on = unpacked(active[depth - 1][regions], maps.shape[2])
    maps *= np.where(on, 1.0, network.negative_slope)[:, None]
    maps = layer.linear(maps.reshape(3 * len(regions), -1)).reshape(len(regions), 3, -1)
    maps[:, 0] += layer.values(np.zeros((1, layer.inputs)))
    return maps

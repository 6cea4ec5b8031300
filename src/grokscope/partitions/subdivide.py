"""Partitions polygons of a plane into the linear regions of a network, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from grokscope.partitions.chords import find_chords
from grokscope.partitions.edge_cuts import EdgeCuts
from grokscope.partitions.maps import active_neurons, region_maps
from grokscope.partitions.mesh import Cycles, Floats, Integers, Mesh, joined
from grokscope.partitions.network import PiecewiseLinearNetwork, rounded
from grokscope.partitions.partition import Dropped, Partition
from grokscope.partitions.plane import Plane, checked_polygon
from grokscope.partitions.signs import Signs, Words
from grokscope.partitions.split import split_regions

TOLERANCE = 1e-11
"""Points closer than this share of the polygon's size are one point."""


@dataclass
class Layers:
    """What the layers leave behind: active neurons and the region before of each region."""

    active: list[Words] = field(default_factory=list)
    parents: list[Integers] = field(default_factory=list)


def partition(
    network: PiecewiseLinearNetwork, plane: Plane, corners: ArrayLike, tolerance: float = TOLERANCE
) -> Partition:
    """The linear regions of `network` on the convex polygon with `corners` (K, 2), counter-clockwise, of `plane`."""
    polygon = checked_polygon(corners)
    if len(plane.origin) != network.inputs:
        raise ValueError(f"a plane in {len(plane.origin)} dimensions, a network with {network.inputs} inputs")
    number = np.arange(len(polygon))
    mesh = Mesh(
        polygon,
        rounded(network.layers[0], plane.embed(polygon)),
        np.stack([number, np.roll(number, -1)], axis=1),
        number,
    )
    cycles = Cycles(number, 2 * number, np.array([0, len(polygon)]), np.array([0]))
    dropped, layers = Dropped(), Layers()
    distance = tolerance * size(polygon)
    cycles, _ = cut_by_layers(network, mesh, cycles, distance, dropped, layers)
    return _as_partition(mesh, cycles, region_maps(network, plane, layers.active, layers.parents), dropped, distance)


def size(polygon: Floats) -> float:
    """Greatest distance between two corners, or between a corner and the plane's origin, which rounding goes with."""
    points = np.concatenate([polygon, np.zeros((1, 2))])
    return float(np.linalg.norm(points[:, None] - points[None], axis=2).max())


def cut_by_layers(
    network: PiecewiseLinearNetwork,
    mesh: Mesh,
    cycles: Cycles,
    tolerance: float,
    dropped: Dropped,
    layers: Layers | None = None,
) -> tuple[Cycles, Integers]:
    """Cut the regions of `cycles` by all hidden layers; also the region (R,) that each was part of at first.

    `mesh.values` are the pre-activations of layer 1 at first. What is left behind goes to `layers`.
    """
    roots = np.arange(len(cycles.parents))
    for number in range(len(network.hidden)):
        cycles.parents = np.arange(len(cycles.parents))
        cycles = cut_by_layer(mesh, cycles, number + 1, tolerance, dropped)
        roots = roots[cycles.parents]
        if layers is not None:
            active, unclear = active_neurons(mesh.values, cycles)
            dropped.inconsistent += unclear
            layers.active.append(active)
            layers.parents.append(cycles.parents)
        if number + 1 < len(network.hidden):
            mesh.values = network.next_values(number, mesh.values)
    return cycles, roots


def cut_by_layer(mesh: Mesh, cycles: Cycles, layer: int, tolerance: float, dropped: Dropped) -> Cycles:
    """Cut every region by all neurons of one layer."""
    signs = Signs(mesh.values)
    cuts = EdgeCuts(mesh, signs, tolerance, dropped)
    with_vertices, new_places = cuts.insert(mesh, cycles)
    chords = find_chords(mesh, signs, cuts, cycles, with_vertices, new_places, dropped)
    return joined(split_regions(mesh, with_vertices, chords, layer, tolerance, dropped))


def _as_partition(mesh: Mesh, cycles: Cycles, maps: Floats, dropped: Dropped, tolerance: float) -> Partition:
    regions = np.full(2 * len(mesh.ends), -1)
    regions[cycles.halves] = cycles.regions()
    here, there = mesh.coordinates[cycles.vertices], mesh.coordinates[cycles.vertices[cycles.next_places()]]
    around = np.add.reduceat(np.linalg.norm(there - here, axis=1), cycles.starts[:-1])
    doubled_area = np.add.reduceat(here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0], cycles.starts[:-1])
    dropped.slivers += int((doubled_area <= tolerance * around).sum())
    return Partition(
        vertices=mesh.coordinates,
        edges=mesh.ends.astype(np.int32),
        edge_layer=mesh.layers.astype(np.int16),
        edge_neuron=mesh.neurons.astype(np.int32),
        edge_regions=regions.reshape(-1, 2).astype(np.int32),
        region_vertices=cycles.vertices.astype(np.int32),
        region_starts=cycles.starts,
        region_map=maps,
        dropped=dropped,
    )

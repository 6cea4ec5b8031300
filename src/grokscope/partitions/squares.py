"""Counts the linear regions in many small squares at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grokscope.partitions.mesh import Cycles, Mesh
from grokscope.partitions.network import PiecewiseLinearNetwork, rounded
from grokscope.partitions.partition import Dropped
from grokscope.partitions.plane import Plane, square
from grokscope.partitions.subdivide import TOLERANCE, cut_by_layers, size

CORNERS = 4

FIRST_SQUARES = 200
"""Squares that are cut together at first, until it is known how many regions they have."""

REGIONS_AT_ONCE = 100_000
"""Regions that later squares may have together: enough to be fast, few enough for little memory."""


@dataclass(frozen=True)
class SquareCounts:
    """What is counted in each of P squares."""

    regions: NDArray[np.int64]
    """(P,)."""

    edges: NDArray[np.int64]
    """(P, hidden layers + 1) edges by the layer of their neurons; column 0 are pieces of the square's border."""

    dropped: Dropped
    """What was merged or left out in all squares together."""


def count_regions(
    network: PiecewiseLinearNetwork, planes: Sequence[Plane], half_width: float, tolerance: float = TOLERANCE
) -> NDArray[np.int64]:
    """Linear regions in the square of `half_width` around the origin of each plane, (planes,)."""
    return count_in_squares(network, planes, half_width, tolerance).regions


def count_in_squares(
    network: PiecewiseLinearNetwork, planes: Sequence[Plane], half_width: float, tolerance: float = TOLERANCE
) -> SquareCounts:
    """Linear regions, and edges by layer, in the square of `half_width` around the origin of each plane.

    The squares are cut together, as regions of one mesh that have no edges in common.
    """
    if half_width <= 0:
        raise ValueError(f"half_width {half_width} is not above 0")
    columns, dropped = len(network.layers), Dropped()
    counts = [np.zeros(0, dtype=np.int64)]
    edges = [np.zeros((0, columns), dtype=np.int64)]
    at_once, done = FIRST_SQUARES, 0
    while done < len(planes):
        some = planes[done : done + at_once]
        regions, by_layer = _count_together(network, some, half_width, tolerance, dropped)
        counts.append(regions)
        edges.append(by_layer)
        done += len(some)
        at_once = max(1, int(REGIONS_AT_ONCE / regions.mean()))
    return SquareCounts(np.concatenate(counts), np.concatenate(edges), dropped)


def _count_together(
    network: PiecewiseLinearNetwork, planes: Sequence[Plane], half_width: float, tolerance: float, dropped: Dropped
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Regions (planes,) and edges by layer (planes, hidden layers + 1)."""
    polygon, count = square(half_width), len(planes)
    points = np.concatenate([plane.embed(polygon) for plane in planes])
    number = np.arange(CORNERS * count)
    following = number.reshape(count, CORNERS)[:, [1, 2, 3, 0]].reshape(-1)
    mesh = Mesh(
        np.tile(polygon, (count, 1)),
        rounded(network.layers[0], points),
        np.stack([number, following], axis=1),
        number % CORNERS,
    )
    cycles = Cycles(number, 2 * number, np.arange(0, len(number) + 1, CORNERS), np.arange(count))
    cycles, roots = cut_by_layers(network, mesh, cycles, tolerance * size(polygon), dropped)
    square_of_edge = np.empty(len(mesh.ends), dtype=np.int64)
    square_of_edge[cycles.halves >> 1] = roots[cycles.regions()]
    columns = len(network.layers)
    edges = np.bincount(square_of_edge * columns + mesh.layers, minlength=count * columns)
    return np.bincount(roots, minlength=count), edges.reshape(count, columns)

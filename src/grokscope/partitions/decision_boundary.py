"""Where the class that a network gives changes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from grokscope.partitions.measures import next_places, region_of_places
from grokscope.partitions.partition import Partition

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DecisionBoundary:
    """Straight pieces, one for each region and pair of classes that meet in it."""

    segments: Floats
    """(B, 2, 2) start and end of each piece in coordinates of the plane."""

    classes: NDArray[np.int64]
    """(B, 2) the two classes, the smaller first."""

    regions: NDArray[np.int64]
    """(B,) the region that the piece lies in."""


def class_maps(partition: Partition) -> Floats:
    """(R, classes, 3) maps whose greatest output is the class; a single output is held against zero."""
    maps = partition.region_map
    return np.concatenate([np.zeros_like(maps), maps], axis=1) if maps.shape[1] == 1 else maps


def decision_boundary(partition: Partition) -> DecisionBoundary:
    """All pieces: in a region the line on which two outputs are equal, as far as no other output is greater."""
    maps = class_maps(partition)
    around = partition.vertices[partition.region_vertices]
    place_region = region_of_places(partition)
    starts = partition.region_starts[:-1]
    ones = np.concatenate([np.ones((len(around), 1)), around], axis=1)
    outputs = np.einsum("pok,pk->po", maps[place_region], ones)
    greatest = outputs.argmax(axis=1)
    mixed = np.flatnonzero(np.minimum.reduceat(greatest, starts) != np.maximum.reduceat(greatest, starts))
    in_mixed = np.zeros(partition.regions, dtype=bool)
    in_mixed[mixed] = True
    kept = in_mixed[place_region]
    owner = (np.cumsum(in_mixed) - 1)[place_region[kept]]
    here, there = around[kept], around[next_places(partition)][kept]
    normal = np.stack([here[:, 1] - there[:, 1], there[:, 0] - here[:, 0]], axis=1)  # to the inside
    sides = np.concatenate([-(normal * here).sum(axis=1, keepdims=True), normal], axis=1)
    maps = maps[mixed]
    found = [_between(maps, sides, owner, first, second) for first, second in combinations(range(maps.shape[1]), 2)]
    count = [len(rows) for rows, _ in found]
    pairs = np.array(list(combinations(range(maps.shape[1]), 2)), dtype=np.int64).reshape(-1, 2)
    return DecisionBoundary(
        np.concatenate([segments for _, segments in found]),
        np.repeat(pairs, count, axis=0),
        mixed[np.concatenate([rows for rows, _ in found])],
    )


def _between(
    maps: Floats, sides: Floats, owner: NDArray[np.int64], first: int, second: int
) -> tuple[NDArray[np.int64], Floats]:
    """Rows of `maps` (M, classes, 3) in which the two classes meet, and the segments (rows, 2, 2).

    `sides` (S, 3) are the sides of the regions `owner` (S,), positive inside.
    """
    difference = maps[:, first] - maps[:, second]
    slope = difference[:, 1:]
    squared = (slope**2).sum(axis=1)
    rows = np.flatnonzero(squared > 0)
    base = -difference[rows, :1] * slope[rows] / squared[rows, None]
    direction = np.stack([-slope[rows, 1], slope[rows, 0]], axis=1) / np.sqrt(squared[rows])[:, None]
    number = np.full(len(maps), -1)
    number[rows] = np.arange(len(rows))
    side_row = number[owner]
    sides, side_row = sides[side_row >= 0], side_row[side_row >= 0]
    others = [other for other in range(maps.shape[1]) if other not in (first, second)]
    against = maps[rows][:, [first]] - maps[rows][:, others]
    conditions = np.concatenate([sides, against.reshape(-1, 3)])
    row = np.concatenate([side_row, np.repeat(np.arange(len(rows)), len(others))])
    low, high = np.full(len(rows), -np.inf), np.full(len(rows), np.inf)
    value = conditions[:, 0] + (conditions[:, 1:] * base[row]).sum(axis=1)
    change = (conditions[:, 1:] * direction[row]).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = -value / change
    np.maximum.at(low, row[change > 0], at[change > 0])
    np.minimum.at(high, row[change < 0], at[change < 0])
    np.minimum.at(high, row[(change == 0) & (value < 0)], -np.inf)
    there = (low < high) & np.isfinite(low) & np.isfinite(high)
    ends = np.stack([low[there], high[there]], axis=1)
    return rows[there], base[there][:, None] + ends[:, :, None] * direction[there][:, None]

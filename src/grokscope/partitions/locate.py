"""Finds the regions that points lie in, and what the network says there."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grokscope.partitions.measures import next_places
from grokscope.partitions.mesh import ranges, starts_of
from grokscope.partitions.partition import Partition

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

POINTS_AT_ONCE = 20_000


def regions_at(partition: Partition, points: ArrayLike) -> Integers:
    """The region (N,) that each of the points (N, 2) lies in; -1 outside the polygon.

    A point on an edge lies in one of the regions beside it.
    """
    coordinates = np.asarray(points, dtype=np.float64)
    grid = _Grid(partition)
    found = np.full(len(coordinates), -1)
    for start in range(0, len(coordinates), POINTS_AT_ONCE):
        rows = slice(start, start + POINTS_AT_ONCE)
        found[rows] = grid.find(coordinates[rows])
    return found


def outputs_at(partition: Partition, points: ArrayLike) -> Floats:
    """Outputs of the network (N, outputs) at points (N, 2) of the plane; NaN outside the polygon."""
    coordinates = np.asarray(points, dtype=np.float64)
    regions = regions_at(partition, coordinates)
    maps = partition.region_map[regions]
    outputs = maps[:, :, 0] + np.einsum("nok,nk->no", maps[:, :, 1:], coordinates)
    outputs[regions < 0] = np.nan
    return outputs


def classes_at(partition: Partition, points: ArrayLike) -> Integers:
    """Class (N,) at points (N, 2): the greatest output, or 1 where a single output is above zero; -1 outside."""
    outputs = outputs_at(partition, points)
    outside = np.isnan(outputs[:, 0])
    classes = (outputs[:, 0] > 0).astype(np.int64) if outputs.shape[1] == 1 else outputs.argmax(axis=1)
    return np.where(outside, -1, classes)


class _Grid:
    """Regions listed by the cells of a grid that their bounding boxes touch."""

    def __init__(self, partition: Partition) -> None:
        self.partition = partition
        around = partition.vertices[partition.region_vertices]
        starts = partition.region_starts[:-1]
        self.low = partition.vertices.min(axis=0)
        extent = partition.vertices.max(axis=0) - self.low
        self.side = max(1, int(np.sqrt(partition.regions)))
        self.size = extent / self.side
        first = self._cells(np.minimum.reduceat(around, starts))
        last = self._cells(np.maximum.reduceat(around, starts))
        spans = last - first + 1
        boxes = spans.prod(axis=1)
        region = np.repeat(np.arange(partition.regions), boxes)
        step = ranges(np.zeros(partition.regions, dtype=np.int64), boxes)
        column = first[region, 0] + step % spans[region, 0]
        row = first[region, 1] + step // spans[region, 0]
        cell = row * self.side + column
        self.regions = region[np.argsort(cell, kind="stable")]
        self.starts = starts_of(np.bincount(cell, minlength=self.side**2))
        self.there = around[next_places(partition)]
        self.here = around

    def _cells(self, points: Floats) -> Integers:
        return np.clip(((points - self.low) / self.size).astype(np.int64), 0, self.side - 1)

    def find(self, points: Floats) -> Integers:
        """The region at each point, or -1."""
        column, row = self._cells(points).T
        cell = row * self.side + column
        counts = self.starts[cell + 1] - self.starts[cell]
        point = np.repeat(np.arange(len(points)), counts)
        region = self.regions[ranges(self.starts[cell], counts)]
        found = np.full(len(points), -1)
        if len(region) == 0:
            return found
        sizes = np.diff(self.partition.region_starts)[region]
        places = ranges(self.partition.region_starts[region], sizes)
        here, there = self.here[places], self.there[places]
        side = there - here
        offset = points[np.repeat(point, sizes)] - here
        length = np.maximum(np.linalg.norm(side, axis=1), np.finfo(float).tiny)
        inside = (side[:, 0] * offset[:, 1] - side[:, 1] * offset[:, 0]) / length
        depth = np.minimum.reduceat(inside, starts_of(sizes)[:-1])
        order = np.lexsort((-depth, point))
        different, best = np.unique(point[order], return_index=True)
        deepest = depth[order][best]
        near = deepest >= -1e-9 * np.linalg.norm(self.size * self.side)
        found[different[near]] = region[order][best][near]
        return found

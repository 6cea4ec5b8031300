"""Sizes, centres, slopes and neighbours of the regions of a partition."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from grokscope.partitions.partition import Partition

Floats = NDArray[np.float64]


def next_places(partition: Partition) -> NDArray[np.int64]:
    """For every place in `region_vertices` the place of the following vertex around the region."""
    following = np.arange(1, len(partition.region_vertices) + 1)
    following[partition.region_starts[1:] - 1] = partition.region_starts[:-1]
    return following


def region_of_places(partition: Partition) -> NDArray[np.int64]:
    """For every place in `region_vertices` the region."""
    return np.repeat(np.arange(partition.regions), np.diff(partition.region_starts))


def areas(partition: Partition) -> Floats:
    """(R,) in squared units of the plane."""
    return _moments(partition)[0]


def centroids(partition: Partition) -> Floats:
    """(R, 2) centres of gravity."""
    return _moments(partition)[1]


def _moments(partition: Partition) -> tuple[Floats, Floats]:
    """Areas (R,) and centres of gravity (R, 2), summed from the first vertex of each region, which keeps small regions
    exact.
    """
    starts = partition.region_starts[:-1]
    origin = partition.vertices[partition.region_vertices[starts]]
    here = partition.vertices[partition.region_vertices] - origin[region_of_places(partition)]
    there = here[next_places(partition)]
    cross = here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]
    doubled = np.add.reduceat(cross, starts)
    weighted = np.add.reduceat((here + there) * cross[:, None], starts)
    mean = np.add.reduceat(here, starts) / np.diff(partition.region_starts)[:, None]
    flat = doubled <= 0
    centres = np.where(flat[:, None], mean, weighted / (3 * np.where(flat, 1.0, doubled))[:, None])
    return doubled / 2, origin + centres


def edge_lengths(partition: Partition) -> Floats:
    """(E,) in units of the plane."""
    first, second = partition.edges.T
    return np.linalg.norm(partition.vertices[second] - partition.vertices[first], axis=1)


def slope_norms(partition: Partition) -> Floats:
    """(R,) Frobenius norm of the slope (outputs, 2) of the outputs along the plane."""
    return np.linalg.norm(partition.region_map[:, :, 1:], axis=(1, 2))


def neighbours(partition: Partition) -> NDArray[np.int32]:
    """(N, 2) pairs of regions that have an edge in common, the smaller number first, each pair once."""
    inner = partition.edge_regions[(partition.edge_regions >= 0).all(axis=1)]
    return np.unique(np.sort(inner, axis=1), axis=0)

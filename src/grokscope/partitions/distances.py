"""Distances from points of a plane to segments and to other points."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

CELLS_PER_SIDE = 32


def distances_to_points(points: ArrayLike, targets: ArrayLike) -> Floats:
    """Distance (N,) from points (N, 2) to the nearest of the targets (T, 2); infinite where there is no target."""
    ends = np.asarray(targets, dtype=np.float64).reshape(-1, 2)
    return distances_to_segments(points, np.stack([ends, ends], axis=1))


def distances_to_segments(points: ArrayLike, segments: ArrayLike) -> Floats:
    """Distance (N,) from points (N, 2) to the nearest of the segments (B, 2, 2); infinite where there is none.

    Points are taken cell by cell of a grid. Only segments that can be nearest to a point of the cell are looked at.
    """
    where = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    pieces = np.asarray(segments, dtype=np.float64).reshape(-1, 2, 2)
    nearest = np.full(len(where), np.inf)
    if len(where) == 0 or len(pieces) == 0:
        return nearest
    low = where.min(axis=0)
    size = np.maximum((where.max(axis=0) - low) / CELLS_PER_SIDE, np.finfo(float).tiny)
    cells = np.minimum(((where - low) / size).astype(np.int64), CELLS_PER_SIDE - 1)
    number = cells[:, 1] * CELLS_PER_SIDE + cells[:, 0]
    order = np.argsort(number, kind="stable")
    used, starts = np.unique(number[order], return_index=True)
    radius = np.linalg.norm(size) / 2
    for cell, rows in zip(used.tolist(), np.split(order, starts[1:]), strict=True):
        centre = low + (np.array([cell % CELLS_PER_SIDE, cell // CELLS_PER_SIDE]) + 0.5) * size
        from_centre = _distances(centre[None], pieces)[0]
        possible = from_centre <= (from_centre.min() + 2 * radius) * (1 + 1e-9)
        nearest[rows] = _distances(where[rows], pieces[possible]).min(axis=1)
    return nearest


def _distances(points: Floats, segments: Floats) -> Floats:
    """(N, B) distance from each point to each segment."""
    start, along = segments[:, 0], segments[:, 1] - segments[:, 0]
    squared = (along**2).sum(axis=1)
    offset = points[:, None] - start[None]
    share = np.clip((offset * along).sum(axis=2) / np.where(squared > 0, squared, 1.0), 0.0, 1.0)
    return np.linalg.norm(offset - share[:, :, None] * along, axis=2)

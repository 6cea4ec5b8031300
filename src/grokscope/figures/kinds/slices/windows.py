"""Equal parts of a slice near the decision boundary and away from it (P2 Fig 26)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grokscope.figures.kinds.slices.panels import Box, Floats
from grokscope.metrics.partition.kept import KeptSlice
from grokscope.metrics.partition.near import distances, dots

PLACES = 41
"""Windows are looked for at PLACES by PLACES places."""


@dataclass(frozen=True)
class Window:
    """A square part of a slice."""

    box: Box
    near: bool
    regions: int
    """Regions that lie in it, in part or as a whole."""


def find_windows(kept: KeptSlice, of_each: int, width: float) -> list[Window]:
    """Windows of `width` times the slice's width that do not overlap: those with most of the decision boundary in them,
    and those farthest from it. Fewer where there is no room, and none where there is no boundary.
    """
    line = dots(kept.boundary.astype(np.float64), kept.half_width) if len(kept.boundary) else np.zeros((0, 2))
    if not len(line):
        return []
    half = width * kept.half_width
    ticks = np.linspace(-kept.half_width + half, kept.half_width - half, PLACES)
    places = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    inside = np.array([np.count_nonzero(np.abs(line - place).max(axis=1) <= half) for place in places])
    away = np.where(inside == 0, distances(places, line), -1.0)
    found: list[tuple[Floats, bool]] = []
    for near, worth in ((True, inside.astype(np.float64)), (False, away)):
        for _ in range(of_each):
            free = np.ones(len(places), dtype=bool)
            for taken, _ in found:
                free &= np.abs(places - taken).max(axis=1) >= 2 * half
            best = int(np.where(free, worth, -1.0).argmax())
            if free[best] and worth[best] > 0:
                found.append((places[best], near))
    return [
        Window(
            (place[0] - half, place[0] + half, place[1] - half, place[1] + half),
            near,
            regions_in(kept, place, half),
        )
        for place, near in found
    ]


def regions_in(kept: KeptSlice, centre: Floats, half: float) -> int:
    """How many regions meet the square of this half-width around `centre` `(2,)`."""
    sizes = kept.region_sizes.astype(np.int64)
    here = kept.vertices[kept.region_vertices.astype(np.int64)].astype(np.float64) - centre
    following = np.arange(1, len(here) + 1)
    following[sizes.cumsum() - 1] -= sizes
    along = here[following] - here
    enters, leaves = np.zeros(len(here)), np.ones(len(here))
    with np.errstate(divide="ignore", invalid="ignore"):
        for axis in (0, 1):
            ends = np.stack([(-half - here[:, axis]) / along[:, axis], (half - here[:, axis]) / along[:, axis]])
            level = along[:, axis] == 0
            outside = level & (np.abs(here[:, axis]) > half)
            enters = np.maximum(enters, np.where(outside, np.inf, np.where(level, -np.inf, ends.min(axis=0))))
            leaves = np.minimum(leaves, np.where(level, np.inf, ends.max(axis=0)))
    owners = np.repeat(np.arange(len(sizes)), sizes)[enters < leaves]
    return max(len(np.unique(owners)), 1)  # without a side in it the square lies in one region

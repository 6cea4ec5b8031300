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
    """Regions whose centres lie in it."""


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
    centres = kept.centres()
    return [
        Window(
            (place[0] - half, place[0] + half, place[1] - half, place[1] + half),
            near,
            int(np.count_nonzero(np.abs(centres - place).max(axis=1) <= half)),
        )
        for place, near in found
    ]

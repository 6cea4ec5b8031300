"""Slices as they are kept: what drawing them takes, without the network. Numpy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grokscope.metrics.partition.declaration import SLICES

Numbers = npt.NDArray[Any]

ROWS = {
    "points": ("float32", (2,)),
    "boundary": ("float32", (2, 2)),
    "vertices": ("float32", (2,)),
    "edges": ("int32", (2,)),
    "edge_layers": ("uint8", ()),
    "region_sizes": ("int32", ()),
    "region_vertices": ("int32", ()),
    "slope_norms": ("float32", ()),
    "classes": ("int32", ()),
    "heights": ("float32", ()),
}
"""Type and shape of a row of the arrays that have one for each point, segment, vertex, edge, region or corner."""


@dataclass(frozen=True)
class KeptSlice:
    """One slice of one seed at one step, in coordinates of its plane; the arrays are those of the declaration.

    Where the whole partition is not kept, `vertices` and what follows is empty.
    """

    name: str
    half_width: float
    regions: int
    picture: Numbers
    points: Numbers
    boundary: Numbers
    vertices: Numbers
    edges: Numbers
    edge_layers: Numbers
    region_sizes: Numbers
    region_vertices: Numbers
    slope_norms: Numbers
    classes: Numbers
    heights: Numbers

    @property
    def whole(self) -> bool:
        """Whether the whole partition is kept."""
        return len(self.region_sizes) > 0

    @property
    def segments(self) -> Numbers:
        """The edges as line segments `(E, 2, 2)`: segment, end, coordinate."""
        return self.vertices[self.edges.astype(np.int64)]

    def polygons(self) -> list[Numbers]:
        """Corners `(k, 2)` of every region."""
        ends = np.cumsum(self.region_sizes.astype(np.int64))
        corners = self.vertices[self.region_vertices.astype(np.int64)]
        return np.split(corners, ends[:-1]) if len(ends) else []

    def centres(self) -> Numbers:
        """Mean of the corners of every region, `(R, 2)`."""
        sizes = self.region_sizes.astype(np.int64)
        corners = self.vertices[self.region_vertices.astype(np.int64)].astype(np.float64)
        starts = sizes.cumsum() - sizes
        return np.add.reduceat(corners, starts, axis=0) / sizes[:, None] if len(sizes) else np.zeros((0, 2))


def packed(slices: Sequence[KeptSlice], pixels: int) -> dict[str, Numbers]:
    """The arrays of the declaration; pictures are `pixels` wide."""
    found: dict[str, Numbers] = {
        "slices": np.array([SLICES.index(one.name) for one in slices], dtype=np.int32),
        "half_widths": np.array([one.half_width for one in slices], dtype=np.float64),
        "regions": np.array([one.regions for one in slices], dtype=np.int64),
        "pictures": np.array([one.picture for one in slices], dtype=np.uint8).reshape(len(slices), pixels, pixels),
        "counts": np.array([[len(getattr(one, name)) for name in ROWS] for one in slices], dtype=np.int64).reshape(
            len(slices), len(ROWS)
        ),
    }
    for name, (kind, shape) in ROWS.items():
        parts = [getattr(one, name) for one in slices]
        found[name] = np.concatenate([np.zeros((0, *shape)), *parts]).astype(kind)
    return found


def unpacked(arrays: Mapping[str, Numbers]) -> dict[str, KeptSlice]:
    """The slices by name."""
    counts = arrays["counts"].astype(np.int64)
    ends = counts.cumsum(axis=0)
    found = {}
    for place, number in enumerate(arrays["slices"].tolist()):
        parts = {
            name: arrays[name][ends[place, column] - counts[place, column] : ends[place, column]]
            for column, name in enumerate(ROWS)
        }
        found[SLICES[number]] = KeptSlice(
            SLICES[number],
            float(arrays["half_widths"][place]),
            int(arrays["regions"][place]),
            arrays["pictures"][place],
            **parts,
        )
    return found


def no_rows() -> dict[str, Numbers]:
    """No row of any of the arrays that have rows."""
    return {name: np.zeros((0, *shape), dtype=kind) for name, (kind, shape) in ROWS.items()}

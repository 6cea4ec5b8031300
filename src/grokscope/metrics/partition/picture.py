"""A small picture of a slice, for the film of a training: how densely lines cover each pixel. Numpy only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FINE = 3
"""Each pixel has FINE by FINE cells; a line fills the cells that it passes through."""

FULL = FINE * FINE
BOUNDARY_LEVELS = 3

Floats = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]


def picture(edges: Floats, boundary: Floats, half_width: float, pixels: int) -> Picture:
    """How edges and the decision boundary cover the pixels of the square [-half_width, half_width]^2, `(pixels,
    pixels)`.

    `edges` `(E, 2, 2)` and `boundary` `(B, 2, 2)` are line segments as (segment, end, coordinate). A pixel is `edge
    cells + (FULL + 1) * boundary level`: the number of its cells that edges pass through, 0 to FULL, and a level from 0
    to BOUNDARY_LEVELS by how much of it lies under the boundary, which is five cells wide. The first row is the top.
    """
    if pixels == 0:
        return np.zeros((0, 0), dtype=np.uint8)
    side = FINE * pixels
    covered = _passed(edges, half_width, side)
    under = _thick(_thick(_passed(boundary, half_width, side)))
    levels = -(-_count(under, pixels) * BOUNDARY_LEVELS // FULL)
    return (_count(covered, pixels) + (FULL + 1) * levels).astype(np.uint8)


def parts(values: Picture) -> tuple[Floats, Floats]:
    """The share of each pixel that edges cover, and that the boundary covers, both from 0 to 1."""
    return values % (FULL + 1) / FULL, values // (FULL + 1) / BOUNDARY_LEVELS


def _passed(segments: Floats, half_width: float, side: int) -> npt.NDArray[np.bool_]:
    """The cells `(side, side)` that the segments pass through, up to a fraction of a cell."""
    places = (np.asarray(segments, dtype=np.float64).reshape(-1, 2, 2) + half_width) * (side / (2 * half_width))
    counts = np.ceil(4 * np.abs(places[:, 1] - places[:, 0]).max(axis=1, initial=0)).astype(np.int64) + 1
    grid = np.zeros((side, side), dtype=bool)
    for part in np.array_split(np.arange(len(places)), 1 + int(counts.sum()) // 4_000_000):
        number = counts[part]
        owner = np.repeat(part, number)
        place = np.arange(len(owner)) - np.repeat(number.cumsum() - number, number)
        share = place / np.repeat(np.maximum(number - 1, 1), number)
        points = places[owner, 0] + share[:, None] * (places[owner, 1] - places[owner, 0])
        column, row = np.clip(np.floor(points).astype(np.int64), 0, side - 1).T
        grid[side - 1 - row, column] = True
    return grid


def _thick(grid: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Every cell that has a neighbour in the grid, itself included."""
    wide = grid.copy()
    wide[1:] |= grid[:-1]
    wide[:-1] |= grid[1:]
    high = wide.copy()
    high[:, 1:] |= wide[:, :-1]
    high[:, :-1] |= wide[:, 1:]
    return high


def _count(grid: npt.NDArray[np.bool_], pixels: int) -> npt.NDArray[np.int64]:
    return grid.reshape(pixels, FINE, pixels, FINE).sum(axis=(1, 3))

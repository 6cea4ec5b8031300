"""How far places on a slice are from its decision boundary or from points, and how regions gather there. Numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

GRID = 100
"""Areas are counted in the cells of a grid of GRID by GRID."""

DOTS = 200
"""The boundary is taken as dots, at most a this-many-th part of the half-width apart; distances are too great by no
more than that.
"""

AREA = 0.25
"""Share of the square's area that is nearest to the boundary, and of that which is farthest from it."""

Floats = npt.NDArray[np.float64]
_CHUNK = 200_000


@dataclass(frozen=True)
class Gathering:
    """How regions or edges lie about the decision boundary or about points.

    `near` is the share of them within a distance, `area` the share of the square that lies there. `contrast` compares
    equal areas. All are NaN where there is nothing to be near to.
    """

    near: float
    area: float
    contrast: float


NOWHERE = Gathering(np.nan, np.nan, np.nan)


def grid_points(half_width: float) -> Floats:
    """Centres of the cells of a grid over the square, `(GRID * GRID, 2)`."""
    ticks = half_width * ((2 * np.arange(GRID) + 1) / GRID - 1)
    return np.stack(np.meshgrid(ticks, ticks, indexing="xy"), axis=-1).reshape(-1, 2)


def dots(segments: Floats, half_width: float) -> Floats:
    """Points `(n, 2)` that stand for line segments `(B, 2, 2)`."""
    spacing = half_width / DOTS
    lengths = np.linalg.norm(segments[:, 1] - segments[:, 0], axis=1)
    counts = np.ceil(2 * lengths / spacing).astype(np.int64) + 1
    owner = np.repeat(np.arange(len(segments)), counts)
    place = np.arange(len(owner)) - np.repeat(counts.cumsum() - counts, counts)
    share = place / np.repeat(np.maximum(counts - 1, 1), counts)
    points = segments[owner, 0] + share[:, None] * (segments[owner, 1] - segments[owner, 0])
    _, first = np.unique(np.floor(2 * points / spacing).astype(np.int64), axis=0, return_index=True)
    return np.asarray(points[np.sort(first)])


def distances(places: Floats, targets: Floats) -> Floats:
    """Distance of every place `(n, 2)` from the nearest target `(m, 2)`, `(n,)`; infinite without targets."""
    found = np.full(len(places), np.inf)
    if not len(targets):
        return found
    squares, turned = np.square(targets).sum(axis=1), np.ascontiguousarray(-2 * targets.T)
    size = max(1, _CHUNK // len(targets))
    for start in range(0, len(places), size):
        part = places[start : start + size]
        apart = part @ turned
        apart += squares
        found[start : start + size] = apart.min(axis=1) + np.square(part).sum(axis=1)
    return np.sqrt(np.maximum(found, 0))


def about_boundary(distance: Floats, of_grid: Floats, near: float) -> Gathering:
    """Of things at `distance` `(n,)` from the boundary; `of_grid` are the distances of `grid_points`.

    `contrast` is their number in the quarter of the square's area that is nearest to the boundary, over that in the
    farthest quarter (P2 Fig 26). One half is added to each, so that there is a ratio where one is empty.
    """
    if not np.isfinite(of_grid).all() or not len(distance):
        return NOWHERE
    low, high = np.quantile(of_grid, [AREA, 1 - AREA])
    inside, outside = np.count_nonzero(distance <= low), np.count_nonzero(distance >= high)
    return Gathering(*_shares(distance, of_grid, near), (inside + 0.5) / (outside + 0.5))


def about_points(distance: Floats, of_grid: Floats, near: float) -> Gathering:
    """The same about points: `contrast` is their number within the distance `near`, over what would lie there if they
    were spread evenly over the rest of the square. NaN where no place of the grid, or every one, is near.
    """
    if not np.isfinite(of_grid).all() or not len(distance):
        return NOWHERE
    share, area = _shares(distance, of_grid, near)
    if not 0 < area < 1:
        return Gathering(share, area, np.nan)
    inside = np.count_nonzero(distance <= near)
    evenly = (len(distance) - inside) * area / (1 - area)
    return Gathering(share, area, (inside + 0.5) / (evenly + 0.5))


def _shares(distance: Floats, of_grid: Floats, near: float) -> tuple[float, float]:
    return float((distance <= near).mean()), float((of_grid <= near).mean())

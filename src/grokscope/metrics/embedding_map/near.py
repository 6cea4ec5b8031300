"""Which points of a map are near the three sequences of its plane. Imports no torch."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

NEAR = 0.15
"""A point is near a sequence within this many half-widths of the square."""


def near_samples(samples: npt.NDArray[np.float64], half_width: float, grid: int) -> npt.NDArray[np.bool_]:
    """Which points of the grid `(rows, columns)` are near one of the `samples` (3, 2), all in coordinates of the plane:
    those within NEAR half-widths, and always the nearest one; all points where the samples are not finite.
    """
    if not np.isfinite(samples).all():
        return np.ones((grid, grid), dtype=np.bool_)
    line = np.linspace(-half_width, half_width, grid)
    points = np.stack(np.meshgrid(line, line), axis=-1)  # (rows, columns, 2)
    distances = np.linalg.norm(points[:, :, None] - samples, axis=-1)
    found: npt.NDArray[np.bool_] = (distances <= np.maximum(NEAR * half_width, distances.min(axis=(0, 1)))).any(axis=2)
    return found

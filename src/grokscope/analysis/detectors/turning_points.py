"""Turning points of a curve: its alternating highs and lows, changes that do not count left out."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

Counts = Callable[[float, float], bool]
"""Whether the change between a high and a low level counts."""


@dataclass(frozen=True)
class Change:
    """A rise or a fall between two neighbouring turning points, as indices into the curve."""

    start: int
    end: int
    size: float  # end level minus start level, negative for a fall


def changes(levels: ArrayLike, counts: Counts) -> list[Change]:
    """The alternating rises and falls of `levels`, in order; each of them counts.

    `counts(high, low)` must be monotone: a change that contains one that counts has to count. A turning point is
    confirmed once the curve has left it by a change that counts, as in the zigzag of peak detectors, so that noise
    makes none.
    """
    values = np.asarray(levels, dtype=np.float64).tolist()
    points = _turning_points(values, counts)
    return [Change(start, end, values[end] - values[start]) for start, end in itertools.pairwise(points)]


def _turning_points(values: list[float], counts: Counts) -> list[int]:
    points: list[int] = []
    high = low = direction = 0
    for index, value in enumerate(values):
        if direction >= 0 and value > values[high]:
            high = index
        if direction <= 0 and value < values[low]:
            low = index
        if direction >= 0 and high < index and counts(values[high], value):
            points.append(high)
            direction, low = -1, index
        elif direction <= 0 and low < index and counts(value, values[low]):
            points.append(low)
            direction, high = 1, index
    if direction:
        points.append(low if direction < 0 else high)
    return points

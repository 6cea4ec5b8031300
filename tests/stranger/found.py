"""What a test says."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """Effect, 95 % interval (an open end is infinite) and p-value.

    `used` is the number of seeds in the smallest group that the test could use. `rules_out` says that the numbers
    contradict the claim, `shows` that enough seeds show what it is about. `comparable` is False where the seeds leave
    nothing to compare.
    """

    effect: float
    low: float
    high: float
    p_value: float
    used: int
    rules_out: bool = False
    shows: bool = True
    comparable: bool = True


def nothing(used: int) -> Found:
    """Too few seeds for a test, or no spread."""
    return Found(math.nan, math.nan, math.nan, 1.0, used, comparable=False)


def falls_short(low: float, high: float, sign: int, smallest: float) -> bool:
    """Whether the far end of an interval is below the smallest effect that matters."""
    return (high if sign > 0 else -low) < smallest

"""Shares are tested by how far they lie above one half, and shown as the shares that they are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from grokscope.analysis.declarations import units

Settings = Mapping[str, Any]
BOUNDS = {"effect_is_lower_bound": "≥", "effect_is_upper_bound": "≤"}
"""Details that say that an effect is a bound, and the sign that stands before it."""
TWO_SIDED = ("equivalence", "apart")
"""Tests of claims that two things agree, or that they differ, whichever way."""
Interval = tuple[float, float]
"""Lower and upper end; an open end is infinite."""


def interval_of(low: float | None, high: float | None) -> Interval | None:
    """The interval between two numbers of JSON, which has no infinity: an end that is missing is open."""
    if low is None and high is None:
        return None
    return -math.inf if low is None else low, math.inf if high is None else high


def unit_of(settings: Settings) -> str:
    """The unit in which a claim's effect is shown."""
    return str(settings.get("unit") or "").removesuffix(units.MINUS_HALF)


def zero_of(settings: Settings) -> float:
    """What no effect is shown as: one half for shares. It is added to an effect, to the ends of its interval and to the
    smallest effect that matters.
    """
    return units.zero_of(str(settings.get("unit") or ""))


def shown_interval(settings: Settings, interval: Interval | None) -> Interval | None:
    """The interval of an effect as it is shown."""
    zero = zero_of(settings)
    return None if interval is None else (interval[0] + zero, interval[1] + zero)


def smallest_shown(settings: Settings) -> float:
    """The smallest effect that matters as it is shown, on the side of no effect that the claim is about."""
    small = float(settings.get("smallest_effect") or 0.0)
    falls = settings.get("direction") == "less" and settings.get("test") not in TWO_SIDED
    return zero_of(settings) + (-small if falls else small)


def limits_shown(settings: Settings) -> tuple[float, ...]:
    """Where effects begin to matter, as they are shown: on both sides of no effect for claims of TWO_SIDED."""
    smallest = smallest_shown(settings)
    both = settings.get("test") in TWO_SIDED
    return (2 * zero_of(settings) - smallest, smallest) if both else (smallest,)


def zero_of_seeds(settings: Settings) -> float:
    """The same for the values of seeds, which the exact test of a share takes as they are, 0 or 1."""
    return 0.0 if settings.get("test") == "share" else zero_of(settings)


def shown_setting(settings: Settings, name: str, value: Any) -> Any:
    """The value of a threshold under which a claim was judged, as it is shown."""
    return value + zero_of(settings) if name == "smallest_effect" and value is not None else value

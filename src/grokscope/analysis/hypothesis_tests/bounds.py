"""One value for each seed, some of them known by bounds alone: exact sign tests of the median and its interval.

A run that ends before an event says that the value is larger than some bound, and nothing else. A test that is fair to
that has to hold whatever the value is. The sign test does: its p-value can only fall if a value rises, so the worst
value that the bounds allow gives the largest p-value, and that one is reported. It asks for no shape of distribution,
and it is about the median, which can be read off the Kaplan-Meier curve, while a mean cannot be known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from grokscope.analysis.hypothesis_tests.result import CONFIDENCE, LEVEL, Reals

Absent = Literal["low", "high", "unknown"]
"""What stands for an event that does not come: a value below every other one, above every other one, or any at all."""
ROUNDING = 1e-9
"""Half of the seeds have a value where the Kaplan-Meier curve is at one half to within this."""


@dataclass(frozen=True)
class Bounds:
    """Lowest and highest value that each seed may have (seeds,), equal where it is known and infinite where open.

    `seen` says which seeds show what the value is of.
    """

    low: Reals
    high: Reals
    seen: np.ndarray


@dataclass(frozen=True)
class Median:
    """A median over seeds. `bound` says that the true one is as large or larger ("lower"), or as small or smaller
    ("upper"); it is empty where the median itself is known.
    """

    value: float
    bound: Literal["", "lower", "upper"] = ""


def worst_for(direction: str) -> Absent:
    """The value of an event that does not come which speaks most against a claim in this direction."""
    return "low" if direction == "greater" else "high"


def best_for(direction: str) -> Absent:
    """The opposite of `worst_for`."""
    return "high" if direction == "greater" else "low"


def seed_bounds(effects: pd.DataFrame, absent: Absent) -> Bounds:
    """Bounds of every seed: its value, or from where it is censored upwards, or what `absent` says.

    A seed that is absent but has a value keeps it.
    """
    value, censored = (effects[name].to_numpy(dtype=np.float64) for name in ("value", "censored_at"))
    seen, never = np.isfinite(value), (effects["status"] == "absent").to_numpy()
    low = np.where(seen, value, np.where(np.isfinite(censored) & ~never, censored, -np.inf))
    high = np.where(seen, value, np.inf)
    if absent == "low":
        high = np.where(never & ~seen, -np.inf, high)
    if absent == "high":
        low = np.where(never & ~seen, np.inf, low)
    return Bounds(low, high, seen & ~never)


def sign_p_value(bounds: Bounds, alternative: str, null: float = 0.0) -> float:
    """The largest p-value that the bounds allow of the exact sign test of a median above (`greater`) or below `null`.

    Only seeds that lie on that side whatever their value count for it; a seed on `null` does not. The level holds for
    every distribution and any censoring.
    """
    count = np.sum(bounds.low > null) if alternative == "greater" else np.sum(bounds.high < null)
    return float(stats.binom.sf(count - 1, len(bounds.low), 0.5))


def median_interval(bounds: Bounds, direction: str | None) -> tuple[float, float]:
    """Interval of the median from order statistics, which covers it in 95 % of cases or more, whatever the bounds hide.

    With a `direction` the end that is nearer to no effect has what it needs of the 5 % and the other end the rest, so
    that the nearer end lies beyond 0 exactly where `sign_p_value` is 0.05 or less: five seeds that all lie above 0 give
    the smallest of them as the lower end and leave the upper one open. Without a direction each end has 2.5 %.
    """
    low, high = np.sort(bounds.low), np.sort(bounds.high)
    count = len(low)
    near = _rank(count, (1 - CONFIDENCE) / 2 if direction is None else LEVEL)
    left = LEVEL - float(stats.binom.cdf(near - 1, count, 0.5))
    far = _rank(count, (1 - CONFIDENCE) / 2 if direction is None else left)
    first, last = (far, near) if direction == "less" else (near, far)
    return float(low[first - 1]) if first else -np.inf, float(high[count - last]) if last else np.inf


def _rank(count: int, share: float) -> int:
    """The largest rank k for which fewer than k of `count` values lie below the median with probability `share`."""
    ranks = np.arange(1, count // 2 + 1)
    return int(np.sum(stats.binom.cdf(ranks - 1, count, 0.5) <= share))


def median(bounds: Bounds, direction: str | None) -> Median:
    """Where the Kaplan-Meier curve first is at one half or below; a bound of the median where it stays above.

    Values that are censored from below, as a difference may be, are turned round. If seeds are censored from either
    side, it is the median of the lower bounds, or of the upper ones for a claim that the value is small.
    """
    known = bounds.low == bounds.high
    if np.all(np.isinf(bounds.high[~known])):
        found = _kaplan_meier(bounds.low, known)
        return Median(_middle(bounds.low), "lower") if found is None else Median(found)
    if np.all(np.isinf(bounds.low[~known])):
        found = _kaplan_meier(-bounds.high, known)
        return Median(-_middle(-bounds.high), "upper") if found is None else Median(-found)
    return Median(-_middle(-bounds.high), "upper") if direction == "less" else Median(_middle(bounds.low), "lower")


def _kaplan_meier(times: Reals, known: np.ndarray) -> float | None:
    """Median of values some of which are only known to be larger; infinite ones lie beyond all others."""
    finite = times[np.isfinite(times)]
    if not len(finite):
        return float(times[0]) if known.all() and np.all(times == times[0]) else None
    inside = np.clip(times, finite.min() - 1, finite.max() + 1)
    curve = stats.ecdf(stats.CensoredData(uncensored=inside[known], right=inside[~known])).sf
    reached = np.flatnonzero(curve.probabilities <= 0.5 + ROUNDING)
    if not len(reached):
        return None
    place = float(curve.quantiles[reached[0]])
    return place if finite.min() <= place <= finite.max() else float(np.copysign(np.inf, place - finite.min()))


def _middle(values: Reals) -> float:
    """The lower median, which is infinite where that value is."""
    return float(np.sort(values)[(len(values) - 1) // 2])

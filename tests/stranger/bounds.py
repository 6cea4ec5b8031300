"""One value for each seed, some of them known by bounds alone ("Seeds without a value")."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from stranger.found import Found
from stranger.permutations import Reals

LEVEL = 0.05


@dataclass(frozen=True)
class Bounds:
    """Lowest and highest value of every seed, infinite where open, and the number of seeds that show their value."""

    low: Reals
    high: Reals
    seen: int


def of_rows(rows: pd.DataFrame, never: float | None) -> Bounds:
    """Bounds of seeds; one in which the event does not come has the value `never`, or any at all (None)."""
    low, high, seen = [], [], 0
    for row in rows.itertuples():
        if not math.isnan(row.value):
            ends = row.value, row.value
            seen += row.status != "absent"
        elif row.status == "absent":
            ends = (-math.inf, math.inf) if never is None else (never, never)
        else:
            ends = (-math.inf if math.isnan(row.censored_at) else row.censored_at), math.inf
        low.append(ends[0])
        high.append(ends[1])
    return Bounds(np.array(low), np.array(high), seen)


def of_pairs(rows: pd.DataFrame, never: float) -> Bounds:
    """Bounds of last minus first group, divided by their distance, of the seeds that are in both."""
    groups = rows["group"].min(), rows["group"].max()
    distance = groups[1] - groups[0]
    low, high, seen = [], [], 0
    first, last = (dict(list(rows[rows["group"] == group].groupby("seed"))) for group in groups)
    for seed in sorted(first.keys() & last.keys()):
        both = pd.concat([first[seed], last[seed]])
        if ((both["status"] == "absent") & both["value"].isna()).any():
            low.append(never)
            high.append(never)
            continue
        before, after = of_rows(first[seed], None), of_rows(last[seed], None)
        low.append((after.low.mean() - before.high.mean()) / distance)
        high.append((after.high.mean() - before.low.mean()) / distance)
        seen += math.isfinite(low[-1]) and math.isfinite(high[-1])
    return Bounds(np.array(low), np.array(high), seen)


def sign_test(bounds: Bounds, null: float, sign: int) -> float:
    """Exact p-value of a median above (1) or below (-1) `null`, by the worst values that the bounds allow."""
    count = int(np.sum(bounds.low > null) if sign > 0 else np.sum(bounds.high < null))
    return float(stats.binomtest(count, len(bounds.low), 0.5, alternative="greater").pvalue)


def one_sided(bounds: Bounds, sign: int, smallest: float) -> Found:
    """Is the median above (1) or below (-1) 0?"""
    count = len(bounds.low)
    near = _order(count, LEVEL)
    far = _order(count, LEVEL - _below(near, count))
    low, high = _interval(bounds, near, far) if sign > 0 else _interval(bounds, far, near)
    return Found(
        _median(bounds, sign),
        low,
        high,
        sign_test(bounds, 0.0, sign),
        count,
        rules_out=sign_test(bounds, sign * smallest, -sign) <= LEVEL,
        shows=bounds.seen >= count / 2,
    )


def equivalence(rows: pd.DataFrame, margin: float) -> Found:
    """Is the median within the margin?"""
    found = _two_sided(rows, margin)
    never = of_rows(rows, math.inf)
    return Found(**found, p_value=_within(of_rows(rows, None), margin), rules_out=_beyond(never, margin) <= LEVEL)


def apart(rows: pd.DataFrame, margin: float) -> Found:
    """Is the median outside the margin?"""
    found = _two_sided(rows, margin)
    bounds = of_rows(rows, None)
    return Found(**found, p_value=_beyond(bounds, margin), rules_out=_within(bounds, margin) <= LEVEL)


def _two_sided(rows: pd.DataFrame, margin: float) -> dict:
    """All but what the test says: an event that does not come counts as later than all in the median alone."""
    bounds = of_rows(rows, None)
    order = _order(len(rows), LEVEL / 2)
    low, high = _interval(bounds, order, order)
    middle = _median(of_rows(rows, math.inf), 1)
    return {"effect": middle, "low": low, "high": high, "used": len(rows), "shows": bounds.seen >= len(rows) / 2}


def _within(bounds: Bounds, margin: float) -> float:
    return max(sign_test(bounds, -margin, 1), sign_test(bounds, margin, -1))


def _beyond(bounds: Bounds, margin: float) -> float:
    return min(1.0, 2 * min(sign_test(bounds, margin, 1), sign_test(bounds, -margin, -1)))


def _below(order: int, count: int) -> float:
    """How often fewer than `order` of `count` values lie below the median."""
    return sum(math.comb(count, number) for number in range(order)) / 2**count


def _order(count: int, share: float) -> int:
    """The largest order for which that is at most `share`; 0 where there is none."""
    return max(order for order in range(count // 2 + 1) if _below(order, count) <= share)


def _interval(bounds: Bounds, from_below: int, from_above: int) -> tuple[float, float]:
    low = np.sort(bounds.low)[from_below - 1] if from_below else -math.inf
    high = np.sort(bounds.high)[-from_above] if from_above else math.inf
    return float(low), float(high)


def _median(bounds: Bounds, sign: int) -> float:
    """Kaplan and Meier's median; the median of the bounds where it is not reached."""
    known = bounds.low == bounds.high
    if np.isposinf(bounds.high[~known]).all():
        found = _kaplan_meier(bounds.low, known)
        return _lower_median(bounds.low) if found is None else found
    if np.isneginf(bounds.low[~known]).all():
        found = _kaplan_meier(-bounds.high, known)
        return -(_lower_median(-bounds.high) if found is None else found)
    return _lower_median(bounds.low) if sign > 0 else -_lower_median(-bounds.high)


def _kaplan_meier(times: Reals, known: np.ndarray) -> float | None:
    """The first time at which the share that is still to come is one half or less."""
    to_come = 1.0
    for time in np.unique(times[known]):
        to_come *= 1 - np.sum(known & (times == time)) / np.sum(times >= time)
        if to_come <= 0.5 + 1e-9:
            return float(time)
    return None


def _lower_median(values: Reals) -> float:
    return float(np.sort(values)[(len(values) - 1) // 2])

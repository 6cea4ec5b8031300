"""One value for each seed, all of them known: `mean`, `one_sample`, `paired`, `equivalence` and `apart`."""

from __future__ import annotations

import math

import numpy as np
from statsmodels.stats.weightstats import DescrStatsW

from stranger.found import Found, falls_short
from stranger.permutations import Reals, sign_flips

SIDES = {1: "larger", -1: "smaller"}
LEVEL = 0.05


def mean_and_interval(values: Reals) -> tuple[float, float, float]:
    """Mean and Student's 95 % interval."""
    if len(values) < 2:
        return (float(values[0]) if len(values) else math.nan), math.nan, math.nan
    low, high = DescrStatsW(values).tconfint_mean(0.05)
    return float(values.mean()), float(low), float(high)


def takes_few_values(values: Reals, null: float) -> bool:
    """Whether two values lie equally far from `null`, or all of them to a thousandth."""
    distances = np.sort(np.abs(values - null))
    return bool(np.diff(distances).min() <= 1e-9 * distances[-1] or np.ptp(distances) <= 1e-3 * distances[-1])


def p_of_mean(values: Reals, null: float, sign: int) -> float:
    """P-value of a mean above (1) or below (-1) `null`."""

    def student() -> float:
        return float(DescrStatsW(values).ttest_mean(null, SIDES[sign])[1])

    if not takes_few_values(values, null):
        return student()
    flips = sign_flips(values - null, sign)
    has_spread = np.ptp(values) > 1e-3 * np.max(np.abs(values - null))
    return max(flips, student()) if has_spread else flips


def one_sided(values: Reals, sign: int, smallest: float, *, by_flips: bool = False) -> Found:
    """`mean`, `paired` and, `by_flips`, `one_sample`."""
    mean, low, high = mean_and_interval(values)
    if len(values) < 2:
        return Found(mean, low, high, 1.0, len(values))
    line = sign * smallest
    few = takes_few_values(values, line)
    rules_out = falls_short(low, high, sign, smallest) and not (few and p_of_mean(values, line, -sign) > LEVEL)
    p_value = sign_flips(values, sign) if by_flips else p_of_mean(values, 0.0, sign)
    return Found(mean, low, high, p_value, len(values), rules_out)


def equivalence(values: Reals, margin: float) -> Found:
    """Two one-sided tests against the ends of the margin."""
    mean, low, high = mean_and_interval(values)
    outside = low > margin or high < -margin
    few = takes_few_values(values, margin) or takes_few_values(values, -margin)
    rules_out = outside and not (few and _beyond(values, margin) > LEVEL)
    return Found(mean, low, high, _within(values, margin), len(values), rules_out)


def apart(values: Reals, margin: float) -> Found:
    """Twice the smaller of two one-sided tests; contradicted by equivalence."""
    mean, low, high = mean_and_interval(values)
    p_value = min(1.0, 2 * _beyond(values, margin))
    return Found(mean, low, high, p_value, len(values), _within(values, margin) <= LEVEL)


def _within(values: Reals, margin: float) -> float:
    return max(p_of_mean(values, -margin, 1), p_of_mean(values, margin, -1))


def _beyond(values: Reals, margin: float) -> float:
    return min(p_of_mean(values, margin, 1), p_of_mean(values, -margin, -1))

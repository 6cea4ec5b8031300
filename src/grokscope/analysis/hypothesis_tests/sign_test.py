"""Results of the tests of one location where a seed's value is known by bounds alone; see `bounds`."""

from __future__ import annotations

import math

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from grokscope.analysis.hypothesis_tests.bounds import (
    Bounds,
    Median,
    median,
    median_interval,
    seed_bounds,
    sign_p_value,
    worst_for,
)
from grokscope.analysis.hypothesis_tests.result import CONFIDENCE, TestResult, mostly_censored


def has_bounds(effects: pd.DataFrame) -> bool:
    """Whether a seed has no value: it is censored, or the event does not come."""
    return bool(effects["value"].isna().any())


def one_sided_by_bounds(effects: pd.DataFrame, direction: str, smallest_effect: float) -> TestResult:
    """Is the median above (or below) 0? A seed in which the event does not come counts as the worst for the claim."""
    bounds = seed_bounds(effects, worst_for(direction))
    return one_sided_result(bounds, direction, smallest_effect, mostly_censored(effects))


def one_sided_result(bounds: Bounds, direction: str, smallest_effect: float, hides: bool) -> TestResult:
    """The same of bounds; most seeds short of the smallest effect, whatever is hidden, contradict the claim."""
    line, opposite = (smallest_effect, "less") if direction == "greater" else (-smallest_effect, "greater")
    return _result(
        bounds,
        median(bounds, direction),
        median_interval(bounds, direction),
        p_value=sign_p_value(bounds, direction),
        smallest_p=0.5 ** len(bounds.low),
        short_p=sign_p_value(bounds, opposite, line),
        hides=hides,
    )


def equivalence_by_bounds(effects: pd.DataFrame, margin: float) -> TestResult:
    """Is the median within the margin? An event that does not come lies outside, above it."""
    bounds = seed_bounds(effects, "unknown")
    never = seed_bounds(effects, "high")
    return _result(
        bounds,
        median(never, None),
        median_interval(bounds, None),
        p_value=within_p_value(bounds, margin),
        smallest_p=0.5 ** len(bounds.low),
        short_p=beyond_p_value(never, margin),
        hides=mostly_censored(effects),
    )


def apart_by_bounds(effects: pd.DataFrame, margin: float) -> TestResult:
    """Is the median outside the margin? An event that does not come is evidence neither for that nor against it."""
    bounds = seed_bounds(effects, "unknown")
    return _result(
        bounds,
        median(seed_bounds(effects, "high"), None),
        median_interval(bounds, None),
        p_value=beyond_p_value(bounds, margin),
        smallest_p=min(1.0, 2 * 0.5 ** len(bounds.low)),
        short_p=within_p_value(bounds, margin),
        hides=mostly_censored(effects),
        equivalence_p=within_p_value(bounds, margin),
    )


def within_p_value(bounds: Bounds, margin: float) -> float:
    """P-value of a median within the margin: the larger of those above -margin and below +margin."""
    return max(sign_p_value(bounds, "greater", -margin), sign_p_value(bounds, "less", margin))


def beyond_p_value(bounds: Bounds, margin: float) -> float:
    """P-value of a median outside the margin: twice the smaller of those above +margin and below -margin."""
    return min(1.0, 2 * min(sign_p_value(bounds, "greater", margin), sign_p_value(bounds, "less", -margin)))


def _result(
    bounds: Bounds,
    middle: Median,
    interval: tuple[float, float],
    *,
    p_value: float,
    smallest_p: float,
    short_p: float,
    hides: bool,
    **more: float,
) -> TestResult:
    count, seen = len(bounds.low), int(bounds.seen.sum())
    share_low, share_high = proportion_confint(seen, count, 1 - CONFIDENCE, method="beta")  # Clopper and Pearson
    return TestResult(
        effect=middle.value,
        low=interval[0],
        high=interval[1],
        p_value=p_value,
        seeds=count,
        smallest_p=smallest_p,
        censoring_hides=hides,
        details={
            "seen": seen,
            "of": count,
            "share": seen / count,
            "share_low": float(share_low),
            "share_high": float(share_high),
            "median": math.nan if middle.bound else middle.value,
            "median_low": interval[0],
            "median_high": interval[1],
            **bound_detail(middle.bound),
            **more,
        },
        short_p=short_p,
        by_bounds=True,
    )


def bound_detail(bound: str) -> dict[str, float]:
    """The detail which says that an effect is a lower (`lower`) or an upper bound (`upper`) of the true one."""
    return {f"effect_is_{bound}_bound": True} if bound else {}

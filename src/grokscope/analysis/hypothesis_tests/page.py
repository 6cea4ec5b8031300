"""Is the effect ordered along an axis within every seed? Page's L by permutation (Page, JASA 58, 1963)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.location import is_discrete
from grokscope.analysis.hypothesis_tests.permutation import permutation_p_value, smallest_p_value
from grokscope.analysis.hypothesis_tests.result import (
    FULL,
    Effort,
    Reals,
    TestResult,
    censoring_can_hide,
    complete_seeds,
    restricted,
    slopes_of_seeds,
    that_may_come,
)

KIND = "one_sided"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Test for a trend of `value` over `group` within seeds; under the null a seed's values are exchangeable.

    Blocks are the seeds with an effect in every group. Seeds share the order of their batches over groups, not their
    weights, so blocking removes little beyond that; it costs nothing. L is the sum over seeds and groups of the rank of
    the group times that of the value within its seed, ties averaged; its p-value is from the orders within seeds, all
    of them where they are few. The effect is the mean over seeds of the least-squares slope per step of the axis, with
    a t interval. Censored effects are cut at the earliest censoring of all; an event that does not come leaves its seed
    incomplete. Fewer than two complete seeds give NaN and a p-value of 1.
    """
    positions, effects = np.unique(effects["group"].to_numpy(dtype=np.float64)), that_may_come(effects)[0]
    values = complete_seeds(effects, restricted(effects), positions)
    hides = censoring_can_hide(effects, direction)
    if len(values) < 2 or len(positions) < 2:
        return TestResult(math.nan, math.nan, math.nan, 1.0, len(values), 1.0, hides)
    slope, low, high, count = mean_and_interval(slopes_of_seeds(values, positions))
    ranks = stats.rankdata(values, axis=1)
    return TestResult(
        effect=slope,
        low=low,
        high=high,
        p_value=page_p_value(ranks, direction, effort.resamples),
        seeds=count,
        smallest_p=smallest_p_value(math.factorial(len(positions)) ** count, effort.resamples),
        censoring_hides=hides,
        short_p=_short_p(values, positions, direction, smallest_effect, effort.resamples),
    )


def page_p_value(ranks: Reals, direction: str, resamples: int) -> float:
    """One-sided p-value of Page's L of `ranks` (seeds, groups) over the orders within seeds, all if few enough."""
    return permutation_p_value(list(ranks.T), _statistic, "samples", direction, resamples)


def _statistic(*groups: Reals, axis: int = -1) -> Any:
    return sum(number * np.sum(ranks, axis=axis) for number, ranks in enumerate(groups, start=1))


def _short_p(values: Reals, positions: Reals, direction: str, smallest_effect: float, resamples: int) -> float | None:
    """P-value of a trend as steep as the smallest one that matters, if slopes are discrete; else None."""
    rise, opposite = (smallest_effect, "less") if direction == "greater" else (-smallest_effect, "greater")
    if not is_discrete(slopes_of_seeds(values, positions), rise):
        return None
    return page_p_value(stats.rankdata(np.round(values - rise * positions, 9), axis=1), opposite, resamples)

"""Is the effect ordered along an axis within every seed? Page's L (Page, J. American Statistical Association 58, 1963), by permutation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.result import FULL, RANDOM_SEED, Effort, Reals, TestResult, censoring_can_hide, restricted, share_at_least

KIND = "one_sided"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Test for a trend of `value` over `group` within seeds, the values of a seed exchangeable between its groups under the null.

    Blocks are the seeds with an effect in every group. Seeds share the order of their batches over groups, not their weights, so blocking
    removes little beyond that; it costs nothing. L is the sum over seeds and groups of the rank of the group times that of the value within
    its seed, ties averaged; its p-value is from random orders within seeds. The effect is the mean over seeds of the least-squares slope
    per step of the axis, with a t interval. Censored effects are cut at the earliest censoring of all. Fewer than two complete seeds give
    NaN and a p-value of 1.
    """
    table = effects.assign(cut=restricted(effects)).pivot_table(index="seed", columns="group", values="cut", aggfunc="mean").dropna()
    values, positions = table.to_numpy(dtype=np.float64), table.columns.to_numpy(dtype=np.float64)
    hides = censoring_can_hide(effects, direction)
    if len(values) < 2 or len(positions) < 2:
        return TestResult(math.nan, math.nan, math.nan, 1.0, len(values), 1.0, hides)
    centred = positions - positions.mean()
    slope, low, high, count = mean_and_interval(values @ centred / (centred @ centred))
    sign = 1.0 if direction == "greater" else -1.0
    ranks = sign * stats.rankdata(values, axis=1)
    smallest = max(math.factorial(len(positions)) ** -float(count), 1 / (effort.resamples + 1))
    return TestResult(slope, low, high, _p_value(ranks, effort.resamples), count, smallest, hides)


def _p_value(ranks: Reals, resamples: int) -> float:
    weights = np.arange(1, ranks.shape[1] + 1, dtype=np.float64)
    generator = np.random.default_rng(RANDOM_SEED)
    drawn = generator.permuted(np.broadcast_to(ranks, (resamples, *ranks.shape)), axis=2)
    return share_at_least((drawn @ weights).sum(axis=1), float((ranks @ weights).sum()))

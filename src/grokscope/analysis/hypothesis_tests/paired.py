"""Does the effect change from the first to the last group within a seed? A test of the mean difference, or of the
median where seeds have no value.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.bounds import Bounds, seed_bounds, worst_for
from grokscope.analysis.hypothesis_tests.location import is_discrete, mean_p_value, short_p_value, smallest_sign_flip_p
from grokscope.analysis.hypothesis_tests.result import FULL, Effort, TestResult, seed_means
from grokscope.analysis.hypothesis_tests.sign_test import one_sided_result

KIND = "one_sided"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Mean over seeds of the last group's effect minus the first's, per step, its 95 % t interval, one-sided p-value.

    Only seeds that are in both groups take part: the order of their batches is the same, so that it cancels. Where one
    of the two is censored, the difference is known by a bound, and the median and the exact sign test take the place of
    mean and t test (see `bounds`); where one is absent, the seed counts as the worst for the claim. Fewer than two such
    seeds give NaN and a p-value of 1.
    """
    bounds = within_seeds(effects, direction)
    if not bounds.seen.all() and len(bounds.seen) >= 2:
        hidden = float(np.mean(~np.isfinite(bounds.low) ^ ~np.isfinite(bounds.high)))
        return one_sided_result(bounds, direction, smallest_effect, hides=hidden >= 0.5)
    differences = bounds.low
    average, low, high, count = mean_and_interval(differences)
    if count < 2:
        return TestResult(average, low, high, 1.0, count)
    return TestResult(
        effect=average,
        low=low,
        high=high,
        p_value=mean_p_value(differences, direction, effort.resamples),
        seeds=count,
        smallest_p=smallest_sign_flip_p(count, effort.resamples) if is_discrete(differences) else 0.0,
        short_p=short_p_value(differences, direction, smallest_effect, effort.resamples),
    )


def within_seeds(effects: pd.DataFrame, direction: str) -> Bounds:
    """Last group minus first group, divided by their distance, of every seed that is in both."""
    bounds = seed_bounds(effects, "unknown")
    absent = (effects["status"] == "absent").to_numpy() & np.isnan(effects["value"].to_numpy(dtype=np.float64))
    both = np.stack([seed_means(effects, rows)[:, [0, -1]] for rows in (bounds.low, bounds.high, absent.astype(float))])
    (first_low, last_low), (first_high, last_high), (first_absent, last_absent) = np.moveaxis(
        both[:, ~np.isnan(both).any(axis=(0, 2))], 1, 2
    )
    distance = float(np.ptp(effects["group"].to_numpy())) or 1.0  # a single group differs from itself by nothing
    low, high = (last_low - first_high) / distance, (last_high - first_low) / distance
    never = (first_absent > 0) | (last_absent > 0)
    worst = -np.inf if worst_for(direction) == "low" else np.inf
    return Bounds(np.where(never, worst, low), np.where(never, worst, high), np.isfinite(low) & np.isfinite(high))

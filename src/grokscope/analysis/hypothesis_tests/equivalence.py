"""Is the mean effect, or the mean slope over groups, within a margin? Two one-sided t tests (Schuirmann, J.
Pharmacokinet. Biopharm. 15, 1987); where seeds have no value, sign tests of the median.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.location import is_discrete, mean_p_value, smallest_sign_flip_p
from grokscope.analysis.hypothesis_tests.result import (
    FULL,
    Effort,
    Reals,
    TestResult,
    complete_seeds,
    slopes_of_seeds,
)
from grokscope.analysis.hypothesis_tests.sign_test import equivalence_by_bounds, has_bounds

KIND = "equivalence"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Mean over seeds, its 95 % t interval, and the larger p-value of the tests against -margin and +margin.

    The margin is `smallest_effect`; `direction` plays no role. Where effects take few values, sign flips around either
    margin count too (see `location`). Where a seed has no value the median takes the place of the mean, and exact sign
    tests that of t tests (see `bounds`): a censored seed may lie above the margin, and one in which the event does not
    come lies outside it, so neither can help to show equivalence. Values in several groups are judged by the
    least-squares slope of each seed over their coordinates; a seed without a value in any of them is left out. Needs
    two seeds; fewer give NaN and a p-value of 1.
    """
    values, positions = effects["value"].to_numpy(dtype=np.float64), np.unique(effects["group"].to_numpy(np.float64))
    if len(positions) > 1:
        values = slopes_of_seeds(complete_seeds(effects, values, positions), positions)
        if len(values) < 2:
            return TestResult(math.nan, math.nan, math.nan, 1.0, len(values), 1.0)
    elif has_bounds(effects):
        return equivalence_by_bounds(effects, smallest_effect)
    mean, low, high, _ = mean_and_interval(values)
    discrete = discrete_at_a_margin(values, smallest_effect)
    return TestResult(
        effect=mean,
        low=low,
        high=high,
        p_value=equivalence_p_value(values, smallest_effect, effort.resamples),
        seeds=len(values),
        smallest_p=smallest_sign_flip_p(len(values), effort.resamples) if discrete else 0.0,
        short_p=_beyond_p_value(values, smallest_effect, effort.resamples) if discrete else None,
    )


def equivalence_p_value(values: Reals, margin: float, resamples: int = FULL.resamples) -> float:
    """P-value of the two one-sided tests: the larger of those against a mean at -margin and at +margin."""
    above = mean_p_value(values, "greater", resamples, -margin)
    below = mean_p_value(values, "less", resamples, margin)
    return max(above, below)


def outside_p_value(values: Reals, margin: float, resamples: int = FULL.resamples) -> float:
    """P-value of a mean outside the margin: twice the smaller of those against a mean at +margin and at -margin."""
    return min(1.0, 2 * _beyond_p_value(values, margin, resamples))


def _beyond_p_value(values: Reals, margin: float, resamples: int) -> float:
    """The smaller of the p-values of a mean above +margin and of one below -margin."""
    return min(mean_p_value(values, "greater", resamples, margin), mean_p_value(values, "less", resamples, -margin))


def discrete_at_a_margin(values: Reals, margin: float) -> bool:
    """Whether effects take few values, seen from either margin."""
    return is_discrete(values, margin) or is_discrete(values, -margin)

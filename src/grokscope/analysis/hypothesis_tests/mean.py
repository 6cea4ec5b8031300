"""Is the mean effect above (or below) zero? Student's one-sided t test over seeds, the sign-flip test beside it."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests import one_sample
from grokscope.analysis.hypothesis_tests.result import FULL, Effort, Reals, TestResult, finite_or_zero, mostly_censored, without_spread

KIND = "one_sided"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Mean over seeds, its 95 % t interval, and the one-sided p-value of Student's t test (Student, Biometrika 6, 1908).

    A p-value from sign flips has a floor of 2^-n, which five seeds can not get below a family's corrected level; it is given as the
    detail `sign_flip_p`. An effect that is censored or absent counts as 0, no effect. A claim is only supported when the two-sided 95 %
    interval excludes 0 as well, so that the level holds for skewed effects too. Needs two seeds.
    """
    values = finite_or_zero(effects)
    average, low, high, _ = mean_and_interval(values)
    flips = one_sample.run_test(effects, direction, smallest_effect, effort).p_value
    return TestResult(average, low, high, mean_p_value(values, direction), len(values), 0.0, mostly_censored(effects), {"sign_flip_p": flips})


def mean_p_value(values: Reals, direction: str) -> float:
    """One-sided p-value of the mean against 0; without any spread 0 or 1, as the mean lies on the claim's side or not."""
    if without_spread(values):
        return 0.0 if (values[0] > 0 if direction == "greater" else values[0] < 0) else 1.0
    return float(stats.ttest_1samp(values, 0.0, alternative=direction).pvalue)

"""Do two dates lie apart? The mean must lie outside a margin: the counterpart of `equivalence` for claims that two things do not coincide."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.equivalence import equivalence_p_value
from grokscope.analysis.hypothesis_tests.result import FULL, Effort, Reals, TestResult, mostly_censored, without_spread

KIND = "apart"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Mean over seeds, its 95 % t interval, and twice the smaller p-value of t tests against a mean above +margin and below -margin.

    The margin is `smallest_effect`; `direction` plays no role. A seed that lacks the event or is censored enters as 0, in the middle of the margin,
    so that an event that has no date can not help. `details` holds the p-value of equivalence, which contradicts the claim. Needs two seeds.
    """
    values = effects["value"].fillna(0.0).to_numpy(dtype=np.float64)
    mean, low, high, count = mean_and_interval(values)
    details = {"equivalence_p": equivalence_p_value(values, smallest_effect)}
    return TestResult(mean, low, high, outside_p_value(values, smallest_effect), count, 0.0, mostly_censored(effects), details)


def outside_p_value(values: Reals, margin: float) -> float:
    """P-value of a mean outside the margin; without any spread 0 or 1, as it lies outside or not."""
    if without_spread(values):
        return 0.0 if abs(values[0]) > margin else 1.0
    above = stats.ttest_1samp(values, margin, alternative="greater").pvalue
    below = stats.ttest_1samp(values, -margin, alternative="less").pvalue
    return float(min(1.0, 2 * min(above, below)))

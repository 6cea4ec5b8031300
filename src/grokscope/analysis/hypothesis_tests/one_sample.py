"""Is the mean effect above (or below) zero? Sign-flip permutation test (Fisher, The Design of Experiments, 1935); where
seeds have no value, the sign test of the median.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.location import short_p_value, sign_flip_p_value, smallest_sign_flip_p
from grokscope.analysis.hypothesis_tests.result import FULL, Effort, TestResult
from grokscope.analysis.hypothesis_tests.sign_test import has_bounds, one_sided_by_bounds

KIND = "one_sided"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Mean over seeds, its 95 % t interval, and the one-sided p-value under all flips of the effects' signs.

    With n seeds no p-value lies below 2^-n, so that at least five are needed for 0.05. Where a seed has no value the
    median takes the place of the mean and the exact sign test that of sign flips (see `bounds`).
    """
    if has_bounds(effects):
        return one_sided_by_bounds(effects, direction, smallest_effect)
    values = effects["value"].to_numpy(dtype=np.float64)
    mean, low, high, _ = mean_and_interval(values)
    return TestResult(
        effect=mean,
        low=low,
        high=high,
        p_value=sign_flip_p_value(values, direction, effort.resamples),
        seeds=len(values),
        smallest_p=smallest_sign_flip_p(len(values), effort.resamples),
        short_p=short_p_value(values, direction, smallest_effect, effort.resamples),
    )

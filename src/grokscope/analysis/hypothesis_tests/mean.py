"""Is the mean effect above (or below) zero? Student's one-sided t test over seeds, the sign-flip test beside it; where
seeds have no value, the sign test of the median.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.location import (
    is_discrete,
    mean_p_value,
    short_p_value,
    sign_flip_p_value,
    smallest_sign_flip_p,
)
from grokscope.analysis.hypothesis_tests.result import FULL, Effort, TestResult
from grokscope.analysis.hypothesis_tests.sign_test import has_bounds, one_sided_by_bounds

KIND = "one_sided"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Mean over seeds, its 95 % t interval, and the one-sided p-value of Student's t test (Biometrika 6, 1908).

    A p-value from sign flips has a floor of 2^-n, which five seeds cannot get below a family's corrected level; it is
    given as the detail `sign_flip_p` where `effort` asks for details, and it counts where effects take few values and
    it is the larger one (see `location`). A claim is only supported when the two-sided 95 % interval excludes 0 as
    well, so that the level holds for skewed effects too. Where a seed has no value, because its run ended first or the
    event does not come, the median takes the place of the mean and the exact sign test that of Student's (see
    `bounds`). Needs two seeds.
    """
    if has_bounds(effects):
        return one_sided_by_bounds(effects, direction, smallest_effect)
    values = effects["value"].to_numpy(dtype=np.float64)
    details = {"sign_flip_p": sign_flip_p_value(values, direction, effort.resamples)} if effort.details else {}
    average, low, high, _ = mean_and_interval(values)
    return TestResult(
        effect=average,
        low=low,
        high=high,
        p_value=mean_p_value(values, direction, effort.resamples),
        seeds=len(values),
        smallest_p=smallest_sign_flip_p(len(values), effort.resamples) if is_discrete(values) else 0.0,
        details=details,
        short_p=short_p_value(values, direction, smallest_effect, effort.resamples),
    )

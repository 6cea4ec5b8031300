"""Do two dates differ? The mean must lie outside a margin, or the median where seeds have no value; the counterpart of
`equivalence`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.equivalence import discrete_at_a_margin, equivalence_p_value, outside_p_value
from grokscope.analysis.hypothesis_tests.location import smallest_sign_flip_p
from grokscope.analysis.hypothesis_tests.result import FULL, Effort, TestResult
from grokscope.analysis.hypothesis_tests.sign_test import apart_by_bounds, has_bounds

KIND = "apart"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Mean over seeds, its 95 % t interval, and twice the smaller p-value of tests against +margin and -margin.

    The margin is `smallest_effect`; `direction` plays no role. `details` holds the p-value of equivalence, which
    contradicts the claim. The tests are those of `equivalence`, also where a seed has no value: one whose bound lies
    beyond the margin counts as apart, and an event that does not come helps neither the claim nor its opposite. Needs
    two seeds.
    """
    if has_bounds(effects):
        return apart_by_bounds(effects, smallest_effect)
    values = effects["value"].to_numpy(dtype=np.float64)
    mean, low, high, count = mean_and_interval(values)
    discrete = discrete_at_a_margin(values, smallest_effect)
    return TestResult(
        effect=mean,
        low=low,
        high=high,
        p_value=outside_p_value(values, smallest_effect, effort.resamples),
        seeds=count,
        smallest_p=2 * smallest_sign_flip_p(count, effort.resamples) if discrete else 0.0,
        details={"equivalence_p": equivalence_p_value(values, smallest_effect, effort.resamples)},
    )

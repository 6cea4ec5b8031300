"""Do two dates differ? The mean must lie outside a margin; the counterpart of `equivalence`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.equivalence import discrete_at_a_margin, equivalence_p_value, outside_p_value
from grokscope.analysis.hypothesis_tests.location import smallest_sign_flip_p
from grokscope.analysis.hypothesis_tests.result import FULL, Effort, TestResult, mostly_censored

KIND = "apart"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Mean over seeds, its 95 % t interval, and twice the smaller p-value of tests against +margin and -margin.

    The margin is `smallest_effect`; `direction` plays no role. A seed that lacks the event or is censored enters as 0,
    in the middle of the margin, so that an event that has no date cannot help. `details` holds the p-value of
    equivalence, which contradicts the claim. The tests are those of `equivalence`. Needs two seeds.
    """
    values = effects["value"].fillna(0.0).to_numpy(dtype=np.float64)
    mean, low, high, count = mean_and_interval(values)
    discrete = discrete_at_a_margin(values, smallest_effect)
    return TestResult(
        effect=mean,
        low=low,
        high=high,
        p_value=outside_p_value(values, smallest_effect, effort.resamples),
        seeds=count,
        smallest_p=2 * smallest_sign_flip_p(count, effort.resamples) if discrete else 0.0,
        censoring_hides=mostly_censored(effects),
        details={"equivalence_p": equivalence_p_value(values, smallest_effect, effort.resamples)},
    )

"""Is the mean effect smaller than a margin? Two one-sided t tests (Schuirmann, J. Pharmacokinetics and Biopharmaceutics 15, 1987)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.result import FULL, Effort, TestResult, mostly_censored, without_spread

KIND = "equivalence"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Mean over the seeds with an effect, its 95 % t interval, and the larger p-value of the tests against -margin and +margin.

    The margin is `smallest_effect`; `direction` plays no role. A censored effect enters as its lower bound or as the margin, whichever is
    larger, an absent one as the margin: neither can help to show equivalence. Needs two seeds.
    """
    bound = effects["censored_at"].clip(lower=smallest_effect).fillna(smallest_effect)
    values = effects["value"].fillna(bound).to_numpy(dtype=np.float64)
    mean, low, high, _ = mean_and_interval(values)
    return TestResult(mean, low, high, equivalence_p_value(values, smallest_effect), len(values), 0.0, mostly_censored(effects))


def equivalence_p_value(values: np.ndarray, margin: float) -> float:
    """P-value of the two one-sided tests; without any spread 0 or 1, as the mean lies inside the margin or not."""
    if without_spread(values):
        return 0.0 if abs(values[0]) < margin else 1.0
    above = stats.ttest_1samp(values, -margin, alternative="greater").pvalue
    below = stats.ttest_1samp(values, margin, alternative="less").pvalue
    return float(max(above, below))

"""Is the mean effect above (or below) zero? Sign-flip permutation test (Fisher, The Design of Experiments, 1935, section 21)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.result import FULL, RANDOM_SEED, Effort, TestResult, finite_or_zero, mostly_censored

KIND = "one_sided"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Mean over seeds, its 95 % t interval, and the one-sided p-value of the mean under all flips of the effects' signs.

    An effect that is censored or absent counts as 0, no effect: conservative, since a late event whose date is unknown can then never
    support a claim. With n seeds no p-value lies below 2^-n, so that at least five are needed for 0.05.
    """
    values = finite_or_zero(effects)
    mean, low, high, _ = mean_and_interval(values)
    outcome = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", vectorized=True, n_resamples=effort.resamples, alternative=direction,
        rng=np.random.default_rng(RANDOM_SEED),
    )  # fmt: skip
    smallest_p = max(0.5 ** len(values), 1 / (effort.resamples + 1))
    return TestResult(mean, low, high, float(outcome.pvalue), len(values), smallest_p, mostly_censored(effects))

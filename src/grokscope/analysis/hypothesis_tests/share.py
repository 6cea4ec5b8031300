"""Do most seeds show something? Exact binomial test against one half (Clopper and Pearson, Biometrika 26, 1934)."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from grokscope.analysis.hypothesis_tests.result import (
    CONFIDENCE,
    FULL,
    Effort,
    TestResult,
    finite_or_zero,
    mostly_censored,
)

KIND = "one_sided"
COUNTS_SEEDS = True
HALF = 0.5


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Share of seeds with value 1 minus one half, its exact 95 % interval, one-sided p-value of the binomial test.

    One half is what "most seeds" is set against; chance alone would show an event in at most one seed in two hundred. A
    seed without a value counts as one that does not show it. With n seeds no p-value lies below 2^-n.
    """
    shown, count = int((finite_or_zero(effects) > HALF).sum()), len(effects)
    outcome = stats.binomtest(shown, count, HALF, alternative=direction)
    interval = stats.binomtest(shown, count, HALF).proportion_ci(CONFIDENCE, method="exact")
    return TestResult(
        effect=shown / count - HALF,
        low=float(interval.low) - HALF,
        high=float(interval.high) - HALF,
        p_value=float(outcome.pvalue),
        seeds=count,
        smallest_p=HALF**count,
        censoring_hides=mostly_censored(effects),
        details={"share": shown / count},
    )

"""Does a share of seeds differ between two groups? Fisher's exact test (Fisher, J. Royal Stat. Soc. 85, 1922)."""

from __future__ import annotations

import math

import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

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


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Share of seeds in the last group minus that in the first, its 95 % interval, Fisher's one-sided p-value.

    The interval is Newcombe's hybrid score interval (Statistics in Medicine 17, 1998). A seed that has not shown it yet
    counts as one that does not; where that is most of the group that should show it more often, nothing is
    contradicted. Groups between the first and the last are not looked at. One group alone gives NaN and a p-value of 1.
    """
    shown = (
        effects.assign(shown=finite_or_zero(effects) > 0.5).groupby("group")["shown"].agg(["sum", "size"]).sort_index()
    )
    (first, of_first), (last, of_last) = (shown.iloc[index].astype(int).tolist() for index in (0, -1))
    if len(shown) < 2:
        return TestResult(math.nan, math.nan, math.nan, 1.0, of_first, 1.0)
    p_value = stats.fisher_exact([[last, of_last - last], [first, of_first - first]], alternative=direction).pvalue
    low, high = confint_proportions_2indep(
        last, of_last, first, of_first, method="newcomb", compare="diff", alpha=1 - CONFIDENCE
    )
    return TestResult(
        effect=last / of_last - first / of_first,
        low=float(low),
        high=float(high),
        p_value=float(p_value),
        seeds=min(of_first, of_last),
        smallest_p=1 / math.comb(of_first + of_last, of_last),
        censoring_hides=mostly_censored(
            effects[effects["group"] == (shown.index[-1] if direction == "greater" else shown.index[0])]
        ),
    )

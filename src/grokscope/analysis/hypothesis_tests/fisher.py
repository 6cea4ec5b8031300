"""Does a share of seeds differ between two groups? Fisher's exact test (Fisher, J. Royal Stat. Soc. 85, 1922)."""

from __future__ import annotations

import math

import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from grokscope.analysis.hypothesis_tests.result import CONFIDENCE, FULL, Effort, TestResult, shown_and_open
from grokscope.analysis.hypothesis_tests.sign_test import bound_detail

KIND = "one_sided"
COUNTS_SEEDS = True


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Share of seeds in the last group minus that in the first, its 95 % interval, Fisher's one-sided p-value.

    The interval is Newcombe's hybrid score interval (Statistics in Medicine 17, 1998). A seed that has not shown it yet
    counts as neither: effect and p-value are those of the outcome that is worst for the claim, and the interval covers
    every outcome. Groups between the first and the last are not looked at. One group alone gives NaN and a p-value of
    1.
    """
    shown, still_open = shown_and_open(effects)
    counted = (
        effects.assign(fewest=shown, most=shown | still_open)
        .groupby("group")
        .agg(fewest=("fewest", "sum"), most=("most", "sum"), size=("fewest", "size"))
        .sort_index()
    )
    (first, first_most, of_first), (last, last_most, of_last) = (
        counted.iloc[index].astype(int).tolist() for index in (0, -1)
    )
    if len(counted) < 2:
        return TestResult(math.nan, math.nan, math.nan, 1.0, of_first, 1.0)
    smallest, largest = (first_most, last), (first, last_most)  # seeds that show it where the difference is such
    of_both, worst = (of_first, of_last), smallest if direction == "greater" else largest
    undecided = smallest != largest
    return TestResult(
        effect=worst[1] / of_last - worst[0] / of_first,
        low=_interval(smallest, of_both)[0],
        high=_interval(largest, of_both)[1],
        p_value=_p_value(worst, of_both, direction),
        seeds=min(of_both),
        smallest_p=1 / math.comb(of_first + of_last, of_last),
        details=bound_detail("lower" if direction == "greater" else "upper") if undecided else {},
    )


def _p_value(shown: tuple[int, int], sizes: tuple[int, int], direction: str) -> float:
    table = [[number, size - number] for number, size in zip(shown[::-1], sizes[::-1], strict=True)]
    return float(stats.fisher_exact(table, alternative=direction).pvalue)


def _interval(shown: tuple[int, int], sizes: tuple[int, int]) -> tuple[float, float]:
    """Newcombe's interval of the second share minus the first."""
    low, high = confint_proportions_2indep(
        shown[1], sizes[1], shown[0], sizes[0], method="newcomb", compare="diff", alpha=1 - CONFIDENCE
    )
    return float(low), float(high)

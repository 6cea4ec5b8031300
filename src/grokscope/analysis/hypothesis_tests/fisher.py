"""Does a share of seeds differ between two groups? Fisher's exact test (Fisher, J. Royal Stat. Soc. 85, 1922), or a
test of the differences within seeds where a group has several runs of one seed.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.location import (
    is_discrete,
    mean_p_value,
    short_p_value,
    smallest_sign_flip_p,
)
from grokscope.analysis.hypothesis_tests.result import (
    CONFIDENCE,
    FULL,
    Effort,
    Reals,
    TestResult,
    shown_and_open,
)
from grokscope.analysis.hypothesis_tests.sign_test import bound_detail

KIND = "one_sided"
COUNTS_SEEDS = True


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Share of seeds in the last group minus that in the first, its 95 % interval, Fisher's one-sided p-value.

    The interval is Newcombe's hybrid score interval (Statistics in Medicine 17, 1998). A seed that has not shown it yet
    counts as neither: effect and p-value are those of the outcome that is worst for the claim, and the interval covers
    every outcome. Groups between the first and the last are not looked at. One group alone gives NaN and a p-value of
    1.

    Runs of one seed are no independent evidence. Where a group has several of them, a seed is one observation: the
    difference of its shares, with the test and the interval of `mean`, over the seeds that are in both groups.
    """
    shown, still_open = shown_and_open(effects)
    groups, seeds = effects["group"].to_numpy(), effects["seed"].to_numpy()
    if len(set(zip(groups, seeds, strict=True))) < len(effects):
        return _within_seeds(effects, shown, shown | still_open, direction, smallest_effect, effort)
    ends = [groups == end for end in (groups.min(), groups.max())]
    (first, first_most, of_first), (last, last_most, of_last) = (
        (int(shown[end].sum()), int((shown | still_open)[end].sum()), int(end.sum())) for end in ends
    )
    if np.ptp(groups) == 0:
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


def _within_seeds(
    effects: pd.DataFrame, fewest: Reals, most: Reals, direction: str, smallest_effect: float, effort: Effort
) -> TestResult:
    """The differences of shares within seeds, of which those that are worst for the claim are tested."""
    shares = effects.assign(fewest=fewest, most=most).groupby(["group", "seed"])[["fewest", "most"]].mean()
    first, last = (shares.loc[effects["group"].agg(end)] for end in ("min", "max"))
    if effects["group"].nunique() < 2 or len(both := first.index.intersection(last.index)) < 2:
        return TestResult(math.nan, math.nan, math.nan, 1.0, effects["seed"].nunique(), 1.0)
    smallest = (last["fewest"] - first["most"])[both].to_numpy(dtype=np.float64)
    largest = (last["most"] - first["fewest"])[both].to_numpy(dtype=np.float64)
    worst = smallest if direction == "greater" else largest
    undecided = bool((smallest != largest).any())
    return TestResult(
        effect=float(worst.mean()),
        low=mean_and_interval(smallest)[1],
        high=mean_and_interval(largest)[2],
        p_value=mean_p_value(worst, direction, effort.resamples),
        seeds=len(both),
        smallest_p=smallest_sign_flip_p(len(both), effort.resamples) if is_discrete(worst) else 0.0,
        details=bound_detail("lower" if direction == "greater" else "upper") if undecided else {},
        short_p=short_p_value(worst, direction, smallest_effect, effort.resamples),
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

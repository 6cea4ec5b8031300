"""Do most seeds show something? Exact binomial test against one half (Clopper and Pearson, Biometrika 26, 1934)."""

from __future__ import annotations

from functools import cache

import pandas as pd
from scipy import stats

from grokscope.analysis.hypothesis_tests.result import CONFIDENCE, FULL, Effort, TestResult, shown_and_open
from grokscope.analysis.hypothesis_tests.sign_test import bound_detail

KIND = "one_sided"
COUNTS_SEEDS = True
HALF = 0.5


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Share of seeds with value 1 minus one half, its exact 95 % interval, one-sided p-value of the binomial test.

    One half is what "most seeds" is set against; chance alone would show an event in at most one seed in two hundred. A
    seed that has not shown it yet counts as neither: effect and p-value are those of the outcome that is worst for the
    claim, and the interval covers both outcomes. A seed in which the event does not come is one that does not show it.
    With n seeds no p-value lies below 2^-n.
    """
    shown, still_open = (int(seeds.sum()) for seeds in shown_and_open(effects))
    count = len(effects)
    worst = shown if direction == "greater" else shown + still_open
    fewest, most = (_exact_interval(number, count) for number in (shown, shown + still_open))
    extremes = {"share_at_least": shown / count, "share_at_most": (shown + still_open) / count}
    return TestResult(
        effect=worst / count - HALF,
        low=fewest[0] - HALF,
        high=most[1] - HALF,
        p_value=float(stats.binomtest(worst, count, HALF, alternative=direction).pvalue),
        seeds=count,
        smallest_p=HALF**count,
        details=(extremes | bound_detail("lower" if direction == "greater" else "upper"))
        if still_open
        else {"share": shown / count},
    )


@cache
def _exact_interval(number: int, count: int) -> tuple[float, float]:
    """The interval of a share of `count` seeds; power simulations ask for few numbers, thousands of times."""
    interval = stats.binomtest(number, count, HALF).proportion_ci(CONFIDENCE, method="exact")
    return float(interval.low), float(interval.high)

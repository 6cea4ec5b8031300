"""Does the effect change from the first to the second group within a seed? Differences within seeds, tested as a mean."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.mean import mean_p_value
from grokscope.analysis.hypothesis_tests.result import FULL, Effort, TestResult, censoring_can_hide, restricted

KIND = "one_sided"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Mean over seeds of the last group's effect minus the first's, its 95 % t interval and Student's one-sided p-value.

    Only seeds with an effect in both groups take part: the order of their batches is the same, so that it cancels. Censored effects are cut at
    the earliest censoring of all, which can only make a difference smaller. Fewer than two such seeds give NaN and a p-value of 1.
    """
    differences = within_seeds(effects)
    average, low, high, count = mean_and_interval(differences)
    p_value = mean_p_value(differences, direction) if count >= 2 else 1.0
    return TestResult(average, low, high, p_value, count, 0.0, censoring_can_hide(effects, direction))


def within_seeds(effects: pd.DataFrame) -> np.ndarray:
    """Last group minus first group of every seed that is in both, `(seeds,)`."""
    table = effects.assign(cut=restricted(effects)).pivot_table(index="seed", columns="group", values="cut", aggfunc="mean")
    complete = table[[table.columns.min(), table.columns.max()]].dropna()
    return (complete.iloc[:, 1] - complete.iloc[:, 0]).to_numpy(dtype=np.float64)

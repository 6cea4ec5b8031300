"""Does the effect change from the first to the last group within a seed? A test of the mean difference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grokscope.analysis.aggregate import mean_and_interval
from grokscope.analysis.hypothesis_tests.location import is_discrete, mean_p_value, short_p_value, smallest_sign_flip_p
from grokscope.analysis.hypothesis_tests.result import FULL, Effort, TestResult, censoring_can_hide, restricted

KIND = "one_sided"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Mean over seeds of the last group's effect minus the first's, per step, its 95 % t interval, one-sided p-value.

    Only seeds with an effect in both groups take part: the order of their batches is the same, so that it cancels.
    Censored effects are cut at the earliest censoring of all, which can only make a difference smaller. Fewer than two
    such seeds give NaN and a p-value of 1.
    """
    differences = within_seeds(effects)
    average, low, high, count = mean_and_interval(differences)
    hides = censoring_can_hide(effects, direction)
    if count < 2:
        return TestResult(average, low, high, 1.0, count, 0.0, hides)
    return TestResult(
        effect=average,
        low=low,
        high=high,
        p_value=mean_p_value(differences, direction, effort.resamples),
        seeds=count,
        smallest_p=smallest_sign_flip_p(count, effort.resamples) if is_discrete(differences) else 0.0,
        censoring_hides=hides,
        short_p=short_p_value(differences, direction, smallest_effect, effort.resamples),
    )


def within_seeds(effects: pd.DataFrame) -> np.ndarray:
    """Last group minus first group, divided by their distance, of every seed that is in both, `(seeds,)`."""
    table = effects.assign(cut=restricted(effects)).pivot_table(
        index="seed", columns="group", values="cut", aggfunc="mean"
    )
    groups = table.columns.to_numpy(dtype=np.float64)  # ascending
    values = table.iloc[:, [0, -1]].dropna().to_numpy(dtype=np.float64)
    distance = float(np.ptp(groups)) or 1.0  # a single group differs from itself by nothing
    return np.asarray((values[:, 1] - values[:, 0]) / distance)

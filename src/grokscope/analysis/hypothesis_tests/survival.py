"""Are delays, some of them censored, ordered along an axis? Log-rank test for trend, by permutation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.hypothesis_tests.permutation import arrangements, permutation_p_value, smallest_p_value
from grokscope.analysis.hypothesis_tests.result import (
    FULL,
    RANDOM_SEED,
    Effort,
    Reals,
    TestResult,
    censoring_can_hide,
    restricted,
    sample_matrices,
    small_sample_interval,
    that_may_come,
)

KIND = "one_sided"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Test whether events come later (or earlier) along the groups; one that is still to come is censored.

    The statistic is the log-rank test for trend (Tarone, Biometrika 62, 1975): position times log-rank score, summed
    over seeds; with two groups it is the ordinary log-rank test (Mantel 1966). Its p-value is from permutations of
    seeds between groups, all of them where they are few. It holds exactly where censoring does not depend on the group,
    as for dates in runs that end at the same step, and closely where it does, as for delays after fits of different
    dates (Heimann and Neuhaus, Biometrics 54, 1998). The effect is the slope over positions of the restricted mean
    (Royston and Parmar 2013), cut at the earliest censoring, with the widened bootstrap interval of `ordered`; NaN
    where that leaves no date. A seed in which the event does not come takes no part.
    """
    effects, left = that_may_come(effects)
    if left < 2:
        return TestResult(math.nan, math.nan, math.nan, 1.0, left, 1.0)
    scores = log_rank_scores(
        effects["value"].fillna(effects["censored_at"]).to_numpy(dtype=np.float64), effects["value"].notna().to_numpy()
    )
    p_value = log_rank_p_value(*sample_matrices(effects, scores), direction, effort.resamples)
    positions, samples = sample_matrices(effects, restricted(effects))
    fewest = min(len(values) for values in samples)
    effect, low, high = math.nan, math.nan, math.nan  # nothing to compare where the earliest censoring cuts every date
    if np.ptp(np.concatenate(samples)) > 0:
        effect = float(_slope(positions, np.array([values.mean() for values in samples])))
        low, high = _interval(positions, samples, fewest, effort.bootstrap)
    return TestResult(
        effect=effect,
        low=low,
        high=high,
        p_value=p_value,
        seeds=fewest,
        smallest_p=smallest_p_value(arrangements([len(values) for values in samples]), effort.resamples),
        censoring_hides=censoring_can_hide(effects, direction),
        details={"restricted_to": float(np.max(restricted(effects)))},
    )


def log_rank_p_value(positions: list[float], scores: list[Reals], direction: str, resamples: int) -> float:
    """One-sided p-value of the trend of log-rank scores over the groups' positions; 1 for a single group."""
    if len(scores) < 2:
        return 1.0

    def statistic(*groups: Reals, axis: int = -1) -> Any:
        return sum(position * np.sum(values, axis=axis) for position, values in zip(positions, groups, strict=True))

    scale = sum(abs(position) * float(np.abs(values).sum()) for position, values in zip(positions, scores, strict=True))
    early = "less" if direction == "greater" else "greater"  # a high score is an early event
    return permutation_p_value(scores, statistic, "independent", early, resamples, scale)


def log_rank_scores(times: Reals, observed: np.ndarray) -> Reals:
    """Log-rank scores: 1 for an observed event, minus the pooled cumulative hazard at its time; they sum to 0."""
    unique = np.unique(times[observed])
    at_risk = times[None, :] >= unique[:, None]  # (event times, seeds)
    events = (times[None, :] == unique[:, None]) & observed[None, :]
    hazard = events.sum(axis=1) / at_risk.sum(axis=1)
    return observed.astype(np.float64) - at_risk.T @ hazard


def _slope(positions: list[float], means: Reals) -> Reals:
    """Least-squares slope of group means `(groups,)` or `(groups, draws)` over positions."""
    centred = np.asarray(positions) - np.mean(positions)
    return np.asarray(centred @ means / (centred @ centred))


def _interval(positions: list[float], samples: list[Reals], fewest: int, draws: int) -> tuple[float, float]:
    generator = np.random.default_rng(RANDOM_SEED)
    means = np.stack(
        [values[generator.integers(0, len(values), size=(draws, len(values)))].mean(axis=1) for values in samples]
    )
    return small_sample_interval(_slope(positions, means), fewest)

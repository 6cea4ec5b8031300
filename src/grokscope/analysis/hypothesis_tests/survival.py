"""Are delays, some of them censored, ordered along an axis? Log-rank test for trend by permutation, restricted means as the effect."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from grokscope.analysis.hypothesis_tests.result import (
    FULL,
    RANDOM_SEED,
    Effort,
    Reals,
    TestResult,
    censoring_can_hide,
    permuted,
    restricted,
    sample_matrices,
    share_at_least,
    small_sample_interval,
)

KIND = "one_sided"


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Test whether events come later (direction greater) or earlier (less) along the groups; an event outside its run is censored.

    The statistic is the log-rank test for trend (Tarone, Biometrika 62, 1975): position times log-rank score, summed over seeds; with two
    groups it is the ordinary log-rank test (Mantel 1966). Its p-value is from random permutations of seeds between groups, exact
    where censoring does not depend on the group, as for dates in runs that end at the same step, and close where it does, as for delays after fits
    of different dates (Heimann and Neuhaus, Biometrics 54, 1998). The effect is the slope over
    positions of the restricted mean (Royston and Parmar 2013), cut at the earliest censoring, with the widened bootstrap interval of `ordered`;
    NaN where that leaves no date.
    """
    scores = log_rank_scores(effects["value"].fillna(effects["censored_at"]).to_numpy(dtype=np.float64), effects["value"].notna().to_numpy())
    groups = effects["group"].to_numpy(dtype=np.float64)
    later = -1.0 if direction == "greater" else 1.0  # a high score is an early event
    observed = later * float(groups @ scores)
    p_value = share_at_least(later * (permuted(scores, effort.resamples) @ groups), observed)
    positions, samples = sample_matrices(effects, restricted(effects))
    fewest = min(len(values) for values in samples)
    effect, low, high = math.nan, math.nan, math.nan  # nothing to compare where the earliest censoring cuts every date
    if any(np.ptp(values) > 0 for values in samples) or np.ptp([values.mean() for values in samples]) > 0:
        effect = float(_slope(positions, np.array([values.mean() for values in samples])))
        low, high = _interval(positions, samples, fewest, effort.bootstrap)
    arrangements = math.factorial(len(effects)) // math.prod(math.factorial(len(values)) for values in samples)
    return TestResult(
        effect=effect,
        low=low,
        high=high,
        p_value=p_value,
        seeds=fewest,
        smallest_p=max(1 / arrangements, 1 / (effort.resamples + 1)),
        censoring_hides=censoring_can_hide(effects, direction),
        details={"restricted_to": float(np.max(restricted(effects)))},
    )


def log_rank_scores(times: Reals, observed: np.ndarray) -> Reals:
    """Log-rank score of every seed: 1 if its event was observed, minus the pooled cumulative hazard (Nelson-Aalen) at its time; they sum to 0."""
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
    means = np.stack([values[generator.integers(0, len(values), size=(draws, len(values)))].mean(axis=1) for values in samples])
    return small_sample_interval(_slope(positions, means), fewest)

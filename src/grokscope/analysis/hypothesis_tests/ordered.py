"""Is the effect ordered along an axis? Jonckheere-Terpstra test with permutations (Jonckheere, Biometrika 41, 1954)."""

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
    """Test for a trend of `value` over `group`; under the null seeds are exchangeable between groups.

    Effects are cut off at the earliest censoring, where censored ones are tied, since nothing is known beyond it; an
    event that does not come takes no part. The p-value is one-sided, from all permutations where there are at most
    `effort.resamples` and from a random sample of them otherwise. The effect is
    the median over pairs of seeds of different groups of the difference per step of the axis (Theil-Sen). Its interval
    is a percentile bootstrap over seeds within groups, with the percentiles widened for small samples (Hesterberg, The
    American Statistician 69, 2015, section 5.2). Where effects were cut off, `details` says that the effect is a bound.
    Needs two groups with two seeds.
    """
    effects, left = that_may_come(effects)
    if left < 2:
        return TestResult(math.nan, math.nan, math.nan, 1.0, left, 1.0)
    cut = restricted(effects)
    positions, samples = sample_matrices(effects, cut)
    fewest = min(len(values) for values in samples)
    low, high = _interval(positions, samples, fewest, effort.bootstrap)
    slopes = _all_slopes(positions, samples)
    return TestResult(
        effect=float(np.median(slopes)),
        low=low,
        high=high,
        p_value=trend_p_value(samples, direction, effort.resamples),
        seeds=fewest,
        smallest_p=smallest_p_value(arrangements([len(values) for values in samples]), effort.resamples),
        censoring_hides=censoring_can_hide(effects, direction),
        details=_bound(slopes, bool((cut != effects["value"].to_numpy(dtype=np.float64)).any())),
    )


def _bound(slopes: Reals, is_cut: bool) -> dict[str, float]:
    """Which bound of the slope the effect is where values were cut off, in the words of `sign_test`.

    Cutting brings each two values nearer to each other and never past each other. So the median of their slopes moves
    towards 0 or stays where the one or two in the middle, of which it is made, have the same sign.
    """
    middle = np.sort(slopes)[[(len(slopes) - 1) // 2, len(slopes) // 2]]
    if not is_cut or middle.min() * middle.max() <= 0:
        return {}
    return {f"effect_is_{'lower' if middle[0] > 0 else 'upper'}_bound": True}


def statistic(*samples: Reals, axis: int = -1) -> Any:
    """Jonckheere-Terpstra statistic: ascending pairs of an earlier and a later group, ties counting half."""
    total: Any = 0.0
    for index, earlier in enumerate(samples):
        for later in samples[index + 1 :]:
            gaps = np.asarray(later)[..., None, :] - np.asarray(earlier)[..., :, None]  # (..., earlier, later)
            total = total + (np.sign(gaps) + 1).sum(axis=(-2, -1)) / 2
    return total


def trend_p_value(samples: list[Reals], direction: str, resamples: int) -> float:
    """One-sided p-value of `statistic`, exact where there are at most `resamples` permutations."""
    return permutation_p_value(samples, statistic, "independent", direction, resamples)


def pair_slopes(positions: list[float], samples: list[Reals]) -> Any:
    """Median over pairs of different groups of the difference per step of the axis; `samples` are `(..., seeds)`."""
    return np.median(_all_slopes(positions, samples), axis=-1)


def _all_slopes(positions: list[float], samples: list[Reals]) -> Any:
    """The difference per step of the axis of every pair of seeds of different groups, `(..., pairs)`."""
    parts = []
    for index, earlier in enumerate(samples):
        for other in range(index + 1, len(samples)):
            gaps = samples[other][..., None, :] - earlier[..., :, None]
            parts.append((gaps / (positions[other] - positions[index])).reshape(*gaps.shape[:-2], -1))
    return np.concatenate(parts, axis=-1)


def _interval(positions: list[float], samples: list[Reals], fewest: int, draws: int) -> tuple[float, float]:
    generator = np.random.default_rng(RANDOM_SEED)
    drawn = [values[generator.integers(0, len(values), size=(draws, len(values)))] for values in samples]
    return small_sample_interval(pair_slopes(positions, drawn), fewest)

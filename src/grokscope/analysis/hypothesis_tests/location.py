"""P-values of a mean: Student's t test and, where effects take few values, the sign-flip test beside it.

Student's t test takes its spread from the data. Three effects that are 0.1 or -0.1 by the toss of a coin are all alike
in one case of four; t is then without bounds, and the test would find an effect where there is none. Sign flips need no
more than that effects are spread evenly around the mean that is tested, but their p-value is never below 2^-n. So both
are asked where effects are discrete, and the larger p-value counts.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from grokscope.analysis.hypothesis_tests.permutation import permutation_p_value, smallest_p_value
from grokscope.analysis.hypothesis_tests.result import Reals

SAME = 1e-9
"""Distances from the tested mean that differ by no more than this share of the largest are the same."""
CONSTANT = 1e-3
"""Distances that all agree to this share of the largest are taken for one value that was measured with some error."""


def mean_p_value(values: Reals, alternative: str, resamples: int, null: float = 0.0) -> float:
    """One-sided p-value of the mean of `values` (seeds,) against `null`: Student's t, also sign flips if discrete."""
    if not is_discrete(values, null):
        return float(stats.ttest_1samp(values, null, alternative=alternative).pvalue)
    flips = sign_flip_p_value(values, alternative, resamples, null)
    if np.ptp(values) <= CONSTANT * np.max(np.abs(values - null), initial=0.0):
        return flips  # no spread for a t test to go by
    return max(flips, float(stats.ttest_1samp(values, null, alternative=alternative).pvalue))


def is_discrete(values: Reals, null: float = 0.0) -> bool:
    """Whether effects take few values: two lie equally far from `null`, or all of them nearly so."""
    distances = np.sort(np.abs(values - null))
    if len(distances) < 2:
        return False
    largest = float(distances[-1])
    return bool(np.any(np.diff(distances) <= SAME * largest) or np.ptp(distances) <= CONSTANT * largest)


def sign_flip_p_value(values: Reals, alternative: str, resamples: int, null: float = 0.0) -> float:
    """One-sided p-value of the mean under all sign flips (Fisher, The Design of Experiments, 1935, section 21)."""
    distances = np.asarray(values - null, dtype=np.float64)
    return permutation_p_value(
        [distances], np.mean, "samples", alternative, resamples, float(np.mean(np.abs(distances)))
    )


def smallest_sign_flip_p(count: int, resamples: int) -> float:
    """The smallest p-value of `sign_flip_p_value` with `count` values."""
    return smallest_p_value(2**count, resamples)


def short_p_value(values: Reals, direction: str, smallest_effect: float, resamples: int) -> float | None:
    """P-value of a mean as large as the smallest effect that matters, if effects are discrete; else None.

    Without it three seeds that are all alike would rule out every other effect.
    """
    null, alternative = (smallest_effect, "less") if direction == "greater" else (-smallest_effect, "greater")
    return mean_p_value(values, alternative, resamples, null) if is_discrete(values, null) else None

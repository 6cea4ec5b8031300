"""Do two quantities go together over seeds? Spearman's rank correlation, by permutation, with a BCa bootstrap."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
from scipy import stats

from grokscope.analysis.hypothesis_tests.permutation import DIGITS, permutation_p_value, smallest_p_value
from grokscope.analysis.hypothesis_tests.result import CONFIDENCE, FULL, RANDOM_SEED, Effort, Reals, TestResult
from grokscope.analysis.rank_correlation import rank_correlations

KIND = "one_sided"
FEWEST = 4


def run_test(effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL) -> TestResult:
    """Correlation over seeds of `value` and `partner` (Spearman 1904), one-sided p-value by permuting seeds.

    The interval resamples seeds and is bias-corrected and accelerated (Efron, J. American Statistical Association 82,
    1987); where all seeds are perfectly ordered it has no width, and Fisher's z with a standard error of 1.06 / sqrt(n
    - 3) gives it instead, around the next lower correlation. Seeds that lack one of the two are left out; fewer than
    four, or no spread, give NaN and a p-value of 1.
    """
    pairs = effects[["value", "partner"]].dropna().to_numpy(dtype=np.float64)
    first, second = pairs[:, 0], pairs[:, 1]
    count = len(pairs)
    if count < FEWEST or np.ptp(first) == 0 or np.ptp(second) == 0:
        return TestResult(math.nan, math.nan, math.nan, 1.0, count, 1.0)
    ranks, others = stats.rankdata(first), stats.rankdata(second)
    correlation = float(rank_correlations(first, second))
    centred = others - others.mean()
    p_value = permutation_p_value(
        [ranks],
        lambda drawn, axis: np.sum(drawn * centred, axis=axis),
        "pairings",
        direction,
        effort.resamples,
        float(np.abs(ranks) @ np.abs(centred)),
    )
    low, high = _interval(first, second, correlation, effort.bootstrap)
    return TestResult(correlation, low, high, p_value, count, smallest_p_value(math.factorial(count), effort.resamples))


def _rounded_correlations(first: Reals, second: Reals, axis: int = -1) -> Reals:
    """Correlations to DIGITS digits: the bias of a bootstrap counts draws below the estimate, where equal ones that
    differ by rounding errors would move the interval.
    """
    return np.round(rank_correlations(first, second, axis), DIGITS)


def _interval(first: Reals, second: Reals, correlation: float, draws: int) -> tuple[float, float]:
    if abs(correlation) < 1 - 1e-9:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a resample of one seed alone has no correlation
            found = stats.bootstrap(
                (first, second),
                _rounded_correlations,
                paired=True,
                vectorized=True,
                n_resamples=draws,
                confidence_level=CONFIDENCE,
                method="BCa",
                rng=np.random.default_rng(RANDOM_SEED),
            ).confidence_interval
        if np.isfinite([found.low, found.high]).all():
            return float(found.low), float(found.high)
    count = len(first)
    half = stats.norm.ppf((1 + CONFIDENCE) / 2) * 1.06 / math.sqrt(count - 3)
    almost = 1 - 12 / (count * (count**2 - 1))  # one exchange of two neighbours away from perfect order
    middle = math.atanh(math.copysign(min(abs(correlation), almost), correlation))
    low, high = math.tanh(middle - half), math.tanh(middle + half)
    return min(low, correlation), max(high, correlation)

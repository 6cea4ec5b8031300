"""P-values by permutation: of all permutations where there are few, of a random sample of them otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from scipy import stats

from grokscope.analysis.hypothesis_tests.result import RANDOM_SEED, Reals

Kind = Literal["independent", "samples", "pairings"]
"""What is exchangeable: values between groups, values (or signs) within a row, or the order of one group."""
DIGITS = 10
"""Statistics that agree to this many digits of their scale are ties: sums in another order differ by rounding errors.
"""


def permutation_p_value(
    samples: Sequence[Reals],
    statistic: Callable[..., Any],
    kind: Kind,
    alternative: str,
    resamples: int,
    scale: float = 1.0,
) -> float:
    """One-sided p-value of `statistic(*samples, axis=-1)`, exact where there are at most `resamples` permutations.

    Otherwise it is that of `resamples` random permutations and the data themselves (Phipson and Smyth 2010). `scale` is
    a size that the statistic may have; differences far below it are taken for rounding errors.
    """
    unit = scale if scale > 0 else 1.0
    outcome = stats.permutation_test(
        samples,
        lambda *drawn, axis=-1: np.round(statistic(*drawn, axis=axis) / unit, DIGITS),
        permutation_type=kind,
        vectorized=True,
        n_resamples=resamples,
        batch=2000,
        alternative=alternative,
        rng=np.random.default_rng(RANDOM_SEED),
    )
    return float(outcome.pvalue)


def smallest_p_value(permutations: int, resamples: int) -> float:
    """The smallest p-value that `permutation_p_value` can give where there are this many distinct permutations."""
    return 1 / permutations if permutations <= resamples else 1 / (resamples + 1)


def arrangements(sizes: Sequence[int]) -> int:
    """In how many ways values can be put into groups of these sizes."""
    return math.factorial(sum(sizes)) // math.prod(math.factorial(size) for size in sizes)

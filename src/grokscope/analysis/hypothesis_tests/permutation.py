"""P-values by permutation: of all permutations where there are few, of a random sample of them otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
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
        rng=_SameShuffles(),
    )
    return float(outcome.pvalue)


class _SameShuffles(np.random.Generator):
    """The generator of RANDOM_SEED, for one test that shuffles arrays of one size.

    Every test draws the same permutations, and simulations run thousands of tests: those of `permutation` are kept.
    """

    def __init__(self) -> None:
        super().__init__(np.random.PCG64(RANDOM_SEED))
        self._positions = count()

    def permutation(self, x: Any, axis: int = 0) -> Any:
        """The next permutation of the numbers below `x`."""
        known, position = _shuffles(x), next(self._positions)
        while len(known.drawn) <= position:
            known.drawn.append(known.generator.permutation(x))
        return known.drawn[position]


class _Shuffles:
    """Permutations of one size in the order in which RANDOM_SEED gives them."""

    def __init__(self) -> None:
        self.generator = np.random.default_rng(RANDOM_SEED)
        self.drawn: list[NDArray[np.int64]] = []


@lru_cache(maxsize=32)
def _shuffles(size: int) -> _Shuffles:
    return _Shuffles()


def smallest_p_value(permutations: int, resamples: int) -> float:
    """The smallest p-value that `permutation_p_value` can give where there are this many distinct permutations."""
    return 1 / permutations if permutations <= resamples else 1 / (resamples + 1)


def arrangements(sizes: Sequence[int]) -> int:
    """In how many ways values can be put into groups of these sizes."""
    return math.factorial(sum(sizes)) // math.prod(math.factorial(size) for size in sizes)

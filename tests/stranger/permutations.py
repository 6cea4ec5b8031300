"""P-values by permutation: of all permutations if there are at most 9999, listed here one by one or by adding up
distributions; otherwise the random ones that docs/statistics.md fixes.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Reals = NDArray[np.float64]
MOST = 9999
SEED = 20240530
TIE = 1e-9


def at_least(statistics: Reals, observed: float, sign: int, scale: float) -> float:
    """The share of statistics that are as far on the side of `sign` as the observed one."""
    return float(np.mean(sign * (statistics - observed) >= -TIE * scale))


def at_random(samples: Sequence[Reals], statistic: Callable[..., Any], kind: str, sign: int, scale: float) -> float:
    """From 9999 permutations and the data themselves; `scale` is a size that the statistic may have."""

    def rounded(*drawn: Reals, axis: int = -1) -> Any:
        return np.round(statistic(*drawn, axis=axis) / scale, 10)

    found = stats.permutation_test(
        samples,
        rounded,
        permutation_type=kind,
        vectorized=True,
        n_resamples=MOST,
        batch=2000,
        alternative="greater" if sign > 0 else "less",
        rng=np.random.default_rng(SEED),
    )
    return float(found.pvalue)


def sign_flips(distances: Reals, sign: int) -> float:
    """P-value of a mean distance above (1) or below (-1) 0 under all flips of signs."""
    scale = float(np.mean(np.abs(distances))) or 1.0
    if 2 ** len(distances) > MOST:
        return at_random([distances], np.mean, "samples", sign, scale)
    flips = np.array(list(itertools.product((1, -1), repeat=len(distances))))
    return at_least(flips @ distances / len(distances), float(distances.mean()), sign, scale)


def between_groups(groups: Sequence[Reals], statistic: Callable[..., Any], sign: int, scale: float) -> float:
    """P-value of `statistic` of groups (their values along the last axis) if seeds change places between groups."""
    sizes = [len(group) for group in groups]
    count = math.factorial(sum(sizes)) // math.prod(math.factorial(size) for size in sizes)
    if count > MOST:
        return at_random(groups, statistic, "independent", sign, scale)
    pooled = np.concatenate(groups)
    places = [np.array(found) for found in zip(*_divisions(range(len(pooled)), sizes), strict=True)]
    drawn = statistic(*(pooled[place] for place in places))
    return at_least(drawn, float(statistic(*groups)), sign, scale)


def _divisions(places: Sequence[int], sizes: Sequence[int]) -> list[tuple[tuple[int, ...], ...]]:
    """Every way to divide places into groups of these sizes."""
    if len(sizes) == 1:
        return [(tuple(places),)]
    found = []
    for first in itertools.combinations(places, sizes[0]):
        rest = [place for place in places if place not in first]
        found += [(first, *others) for others in _divisions(rest, sizes[1:])]
    return found


def within_seeds(ranks: Reals, sign: int) -> float:
    """P-value of Page's L of `ranks` (seeds, groups) if the values of every seed change places within it."""
    seeds, groups = ranks.shape
    weights = np.arange(1, groups + 1)
    if math.factorial(groups) ** seeds > MOST:
        return at_random(list(ranks.T), _page, "samples", sign, 1.0)
    total: Counter[float] = Counter({0.0: 1})
    for own in ranks:
        added: Counter[float] = Counter()
        for order in itertools.permutations(own):
            for known, times in total.items():
                added[known + float(weights @ np.array(order))] += times  # sums of halves are exact
        total = added
    observed = float((ranks @ weights).sum())
    far = sum(times for value, times in total.items() if sign * (value - observed) >= 0)
    return far / total.total()


def _page(*groups: Reals, axis: int = -1) -> Any:
    return sum(weight * ranks.sum(axis=axis) for weight, ranks in enumerate(groups, start=1))


def pairings(first: Reals, second: Reals, sign: int) -> float:
    """P-value of Spearman's correlation if the ranks of the first quantity are dealt out anew among the seeds."""
    ranks, others = stats.rankdata(first), stats.rankdata(second)
    centred = others - others.mean()
    scale = float(np.abs(ranks) @ np.abs(centred))
    if math.factorial(len(ranks)) > MOST:
        return at_random([ranks], lambda drawn, axis=-1: (drawn * centred).sum(axis=axis), "pairings", sign, scale)
    orders = np.array(list(itertools.permutations(ranks)))
    return at_least(orders @ centred, float(ranks @ centred), sign, scale)

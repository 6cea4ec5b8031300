"""Spearman's rank correlation (American Journal of Psychology 15, 1904), many at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Reals = NDArray[np.float64]


def rank_correlations(first: Reals, second: Reals, axis: int = -1) -> Reals:
    """Spearman's correlation along `axis`; 0 where there is no spread."""
    ranks, others = (stats.rankdata(values, axis=axis) for values in (first, second))
    ranks, others = ranks - ranks.mean(axis=axis, keepdims=True), others - others.mean(axis=axis, keepdims=True)
    size = np.sqrt((ranks**2).sum(axis=axis) * (others**2).sum(axis=axis))
    return np.divide((ranks * others).sum(axis=axis), size, out=np.zeros_like(size), where=size > 0)

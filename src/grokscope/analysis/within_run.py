"""Association of two curves of one run over time, where neighbouring checkpoints are no independent evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from grokscope.analysis.detectors.curve import Reals, log_time
from grokscope.analysis.hypothesis_tests.result import CONFIDENCE, RANDOM_SEED
from grokscope.analysis.rank_correlation import rank_correlations

GRID_DECADES = 0.1
FEWEST_INCREMENTS = 8


@dataclass(frozen=True)
class Association:
    """Spearman's correlation of two curves' increments, its 95 % block bootstrap interval, p-value and number."""

    correlation: float
    low: float
    high: float
    p_value: float
    increments: int


def associate(
    first: pd.DataFrame, second: pd.DataFrame, direction: str, after: float = -1.0, draws: int = 999
) -> Association | None:
    """How far two curves (columns step, value) of one run rise and fall together after step `after`.

    Both are read on an even grid of log10(step + 1) over their common range and differenced, since two curves with a
    trend correlate whatever they measure. The interval is that of a moving block bootstrap (Kuensch, Annals of
    Statistics 17, 1989) with circular blocks of n^(1/3) increments, at least two; the p-value, one-sided, turns one
    series against the other by every circular shift, which keeps each one's autocorrelation. None when there are fewer
    than FEWEST_INCREMENTS increments or one curve is constant.
    """
    steps = [frame.loc[frame["value"].notna(), "step"].to_numpy(dtype=np.float64) for frame in (first, second)]
    if min(map(len, steps)) < 2:
        return None
    start, end = (
        max(float(log_time(max(steps[0][0], steps[1][0], after))), 0.0),
        float(log_time(min(steps[0][-1], steps[1][-1]))),
    )
    grid = np.arange(start, end + 1e-9, GRID_DECADES)
    one, other = (np.diff(read_off(frame, grid)) for frame in (first, second))
    if len(one) < FEWEST_INCREMENTS or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    correlation = float(rank_correlations(one, other))
    low, high = block_interval(one, other, draws)
    return Association(correlation, low, high, circular_shift_p_value(one, other, direction), len(one))


def read_off(curve: pd.DataFrame, grid: Reals) -> Reals:
    """Values of a curve (columns step, value) at times of `grid` (decades), by straight lines in log-time."""
    kept = curve[curve["value"].notna()]
    return np.interp(grid, log_time(kept["step"].to_numpy()), kept["value"].to_numpy(dtype=np.float64))


def block_interval(first: Reals, second: Reals, draws: int) -> tuple[float, float]:
    """95 % percentile interval of the correlation of two series (n,), resampled in circular blocks."""
    count = len(first)
    length = max(2, round(count ** (1 / 3)))
    starts = np.random.default_rng(RANDOM_SEED).integers(0, count, size=(draws, -(-count // length)))
    index = ((starts[..., None] + np.arange(length)) % count).reshape(draws, -1)[:, :count]
    low, high = np.quantile(
        rank_correlations(first[index], second[index]), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    )
    return float(low), float(high)


def circular_shift_p_value(first: Reals, second: Reals, direction: str) -> float:
    """Share of the circular shifts of `second` with a correlation at least as large (or small) as the observed."""
    count = len(first)
    shifted = second[(np.arange(count)[:, None] + np.arange(count)) % count]
    sign = 1.0 if direction == "greater" else -1.0
    found = sign * rank_correlations(np.broadcast_to(first, shifted.shape), shifted)
    return float(np.mean(found >= found[0] - 1e-12))

"""Means over seeds with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

CONFIDENCE = 0.95


def mean_and_interval(values: ArrayLike) -> tuple[float, float, float, int]:
    """Mean, low and high of the 95 % interval of Student's t, and how many values were finite; the others are missing.

    Without a value all are NaN, with one the interval is NaN.
    """
    seeds = np.asarray(values, dtype=np.float64)
    seeds = seeds[np.isfinite(seeds)]
    count = len(seeds)
    if count == 0:
        return np.nan, np.nan, np.nan, 0
    mean = float(seeds.mean())
    if count == 1:
        return mean, np.nan, np.nan, 1
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, count - 1) * seeds.std(ddof=1) / np.sqrt(count))
    return mean, mean - half, mean + half, count


def mean_interval(frame: pd.DataFrame, value: str, by: Sequence[str] = ()) -> pd.DataFrame:
    """Mean of `value` over seeds at every step with its 95 % t interval: *by, step, mean, low, high, seeds.

    `seeds` counts the seeds with a finite value. Where there is none mean, low and high are NaN; with one seed low and
    high are. The interval is about the mean over seeds; the curve of a single seed may well lie outside. Rows are
    sorted by `by` and step. Raises ValueError when a seed has two values at a step, which means that a column is
    missing from `by`.
    """
    keys = [*by, "step"]
    if frame.duplicated([*keys, "seed"]).any():
        raise ValueError(f"{value}: several values of one seed at a step; group by more columns than {list(by)}")
    finite = frame[keys].assign(measured=frame[value].where(np.isfinite(frame[value])))
    found = (
        finite.groupby(keys, sort=True, observed=True)["measured"]
        .agg(mean="mean", deviation="std", seeds="count")
        .reset_index()
    )
    several = found["seeds"] >= 2
    quantile = stats.t.ppf((1 + CONFIDENCE) / 2, found["seeds"].clip(lower=2) - 1)
    half = (quantile * found["deviation"] / np.sqrt(found["seeds"].clip(lower=1))).where(several)
    found["low"], found["high"] = found["mean"] - half, found["mean"] + half
    return found[[*keys, "mean", "low", "high", "seeds"]].astype({"seeds": "int64"})

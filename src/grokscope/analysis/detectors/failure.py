"""Seeds that failed: the loss became infinite, or the network collapsed to a constant."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from grokscope.analysis.detectors.curve import final_level, smooth


def nonfinite_step(steps: ArrayLike, loss: ArrayLike) -> float | None:
    """First step at which the loss is not finite."""
    order = np.argsort(np.asarray(steps), kind="stable")
    bad = np.flatnonzero(~np.isfinite(np.asarray(loss, dtype=np.float64)[order]))
    return float(np.asarray(steps)[order][bad[0]]) if len(bad) else None


def rank_collapsed_step(steps: ArrayLike, lowest_rank: ArrayLike, *, collapse_rank: float) -> float | None:
    """First step from which on the lowest rank of the hidden layers is at or below `collapse_rank` up to the end.

    One checkpoint alone does not count. A rank that is not finite (a diverged network) is not a collapse.
    """
    order = np.argsort(np.asarray(steps), kind="stable")
    times, low = np.asarray(steps)[order], np.asarray(lowest_rank, dtype=np.float64)[order] <= collapse_rank
    return _for_good(times, low)


def accuracy_collapsed_step(
    steps: ArrayLike, accuracy: ArrayLike, *, chance_accuracy: float, smoothing_decades: float
) -> float | None:
    """First step from which on accuracy is at chance up to the end, after it had been at twice chance level or more."""
    curve = smooth(steps, accuracy, smoothing_decades)
    if curve is None or curve.level.max() < 2 * chance_accuracy:
        return None
    return _for_good(np.rint(10**curve.time - 1), curve.raw <= chance_accuracy)


def still_classifies(
    steps: ArrayLike, accuracy: ArrayLike, *, collapse_accuracy: float, smoothing_decades: float, final_decades: float
) -> bool:
    """Whether the final accuracy is at least `collapse_accuracy`; a network of rank one can still classify."""
    curve = smooth(steps, accuracy, smoothing_decades)
    return curve is not None and final_level(curve, final_decades) >= collapse_accuracy


def _for_good(times: np.ndarray, condition: np.ndarray) -> float | None:
    others = np.flatnonzero(~condition)
    start = int(others[-1]) + 1 if len(others) else 0
    return float(times[start]) if len(times) - start >= 2 else None

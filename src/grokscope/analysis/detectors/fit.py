"""Fit: the training set is interpolated."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from grokscope.analysis.detectors.curve import crossing_time, smooth, step_at


def fit_step(
    steps: ArrayLike, train_accuracy: ArrayLike, *, fit_accuracy: float, smoothing_decades: float
) -> float | None:
    """First step at which the smoothed train accuracy reaches `fit_accuracy`; None if it never does.

    It need not stay there: with large initialisations train accuracy is lost for a while and comes back (P2 Fig 10,
    depths 5 and 6).
    """
    curve = smooth(steps, train_accuracy, smoothing_decades)
    if curve is None:
        return None
    reached = np.flatnonzero(curve.level >= fit_accuracy)
    return step_at(crossing_time(curve, int(reached[0]), fit_accuracy)) if len(reached) else None

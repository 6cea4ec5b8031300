"""How far a curve has risen late, from its level after an event to its level at the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from grokscope.analysis.detectors.curve import final_level, log_time, smooth

FEWEST_POINTS = 3
"""Points between the event and the middle that a level is the median of."""


@dataclass(frozen=True)
class LateRise:
    """The level after the event, and the final level of the curve."""

    before: float
    final: float

    @property
    def size(self) -> float:
        """By how much the curve has risen; negative where it has fallen."""
        return self.final - self.before


def late_rise(
    steps: ArrayLike, values: ArrayLike, since: float, *, smoothing_decades: float, final_decades: float
) -> LateRise | None:
    """The rise from the median over the first half of the logarithmic time between step `since` and the end to the
    final level; None where there are fewer than FEWEST_POINTS points in that half.

    The lowest value would be no fair start, since the lowest of many noisy values lies below all of them, so that every
    curve seems to rise from there.
    """
    curve = smooth(steps, values, smoothing_decades)
    if curve is None:
        return None
    start, end = float(log_time(since)), float(curve.time[-1])
    first = curve.raw[(curve.time >= start) & (curve.time <= 0.5 * (start + end))]
    if len(first) < FEWEST_POINTS:
        return None
    return LateRise(float(np.median(first)), final_level(curve, final_decades))

"""Loss and late return of accuracy under attack (delayed robustness, P2 Fig 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from grokscope.analysis.detectors.curve import (
    Curve,
    Span,
    change_time,
    final_level,
    lasting_rise,
    noise,
    noise_of_rise,
    settled,
    smooth,
    step_at,
)


@dataclass(frozen=True)
class Robustness:
    """Steps of the loss and of the return, None where absent, how much accuracy (fraction) was lost and came back.

    `unfinished`: accuracy was coming back when training ended. The spans are where loss and return begin and end.
    """

    lost: float | None = None
    onset: float | None = None
    loss: float = 0.0
    regained: float = 0.0
    unfinished: bool = False
    span_of_loss: Span | None = None
    span_of_return: Span | None = None


def robustness_phases(
    steps: ArrayLike,
    robust_accuracy: ArrayLike,
    *,
    robustness_change: float,
    onset_share: float,
    smoothing_decades: float,
    final_decades: float,
    settled_share: float,
    noise_multiple: float,
) -> Robustness:
    """Loss after an earlier maximum and lasting return, each by at least `robustness_change` and above the noise: the
    loss above that of a point before it, the return above that of the two levels that it leads from and to.

    The low is the point for which the smaller of the two, fall from an earlier maximum and rise to the final level, is
    largest. So the low accuracy of an untrained network is no loss, and a low at the end has no return. The loss is
    dated where it first has done `onset_share` of itself, the return where `onset_share` of it is passed for good. A
    return still under way at the end is absent.
    """
    curve = smooth(steps, robust_accuracy, smoothing_decades)
    if curve is None:
        return Robustness()
    fallen = np.maximum.accumulate(curve.level) - curve.level
    final = final_level(curve, final_decades)
    low = int(np.argmax(np.minimum(fallen, final - curve.level)))
    quiet, risen = noise(curve, slice(0, low + 1)), noise_of_rise(curve, low, smoothing_decades, final_decades)
    is_lost = fallen[low] >= max(robustness_change, noise_multiple * quiet)
    if not is_lost or final - curve.level[low] < max(robustness_change, noise_multiple * risen):
        smallest = max(robustness_change, noise_multiple * noise(curve))
        low = int(np.argmax(fallen))
        if fallen[low] < smallest:
            return Robustness()
        returning = bool(curve.level[-1] - curve.level[low:].min() >= smallest)
        lost, span = _lost(curve, low, onset_share)
        return Robustness(lost, None, float(fallen[low]), unfinished=returning, span_of_loss=span)
    regained = float(final - curve.level[low])
    time = lasting_rise(curve, float(curve.level[low]), final, onset_share, float(curve.time[low]))
    complete = time is not None and settled(curve, regained, final_decades, settled_share)
    onset = step_at(time) if complete and time is not None else None
    lost, span = _lost(curve, low, onset_share)
    until_end = (float(curve.time[low]), float(curve.time[-1]))
    return Robustness(lost, onset, float(fallen[low]), regained if complete else 0.0, not complete, span, until_end)


def _lost(curve: Curve, low: int, share: float) -> tuple[float, Span]:
    high = int(np.argmax(curve.level[: low + 1]))
    span = float(curve.time[high]), float(curve.time[low])
    return step_at(change_time(curve, high, low, share)), span

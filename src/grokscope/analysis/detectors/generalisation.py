"""When test accuracy rises, and whether it does so clearly after the training set is fitted (grokking, P1 Fig 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from grokscope.analysis.detectors.curve import (
    Curve,
    Span,
    final_level,
    lasting_rise,
    level_at,
    log_time,
    noise,
    settled,
    smooth,
    step_at,
)


@dataclass(frozen=True)
class Rise:
    """A lasting rise of test accuracy; `span` is where the gain that is dated begins and ends."""

    step: float
    gain: float  # fraction
    span: Span


def generalisation(
    steps: ArrayLike,
    test_accuracy: ArrayLike,
    *,
    onset_share: float,
    onset_gain: float,
    smoothing_decades: float,
    final_decades: float,
    settled_share: float,
    noise_multiple: float,
) -> Rise | None:
    """The rise of test accuracy from its first to its final level, delayed or not.

    Dated when it passes `onset_share` of that gain for good. None when the gain is below `onset_gain` or lost in the
    noise, or when the rise is still under way at the end, since its size and so its date are then unknown.
    """
    curve = smooth(steps, test_accuracy, smoothing_decades)
    if curve is None:
        return None
    return _rise(
        curve, float(curve.level[0]), -1.0, onset_share, onset_gain, final_decades, settled_share, noise_multiple
    )


def rise_under_way(
    steps: ArrayLike,
    test_accuracy: ArrayLike,
    *,
    onset_share: float,
    onset_gain: float,
    smoothing_decades: float,
    final_decades: float,
    settled_share: float,
    noise_multiple: float,
) -> bool:
    """Whether test accuracy has left its first level and is still rising at the end.

    It has left it when it has gained `onset_share` of the smallest gain that counts, and more than noise explains.
    """
    curve = smooth(steps, test_accuracy, smoothing_decades)
    if curve is None:
        return False
    gain = float(np.max(curve.level[-3:]) - curve.level[0])
    begun = gain >= max(onset_share * onset_gain, noise_multiple * noise(curve))
    return begun and not settled(curve, gain, final_decades, settled_share)


def delayed_onset(
    steps: ArrayLike,
    test_accuracy: ArrayLike,
    fit: float | None,
    *,
    onset_share: float,
    onset_gain: float,
    delay_decades: float,
    smoothing_decades: float,
    final_decades: float,
    settled_share: float,
    noise_multiple: float,
) -> Rise | None:
    """The rise of test accuracy over its level at step `fit`, if it is delayed: the onset of grokking.

    Delayed means that more than half of the whole gain since step 0 comes after `fit`, and that `onset_share` of the
    gain after `fit` is passed for good at least `delay_decades` later. Test accuracy that rises with train accuracy, or
    creeps up after it, is not delayed.
    """
    curve = smooth(steps, test_accuracy, smoothing_decades)
    if curve is None or fit is None:
        return None
    fit_time = float(log_time(fit))
    base, final = level_at(curve, fit_time), final_level(curve, final_decades)
    if final - base <= 0.5 * (final - curve.level[0]):
        return None
    rise = _rise(curve, base, fit_time, onset_share, onset_gain, final_decades, settled_share, noise_multiple)
    return rise if rise is not None and log_time(rise.step) - fit_time >= delay_decades else None


def _rise(
    curve: Curve,
    base: float,
    after: float,
    share: float,
    smallest: float,
    final_decades: float,
    settled_share: float,
    noise_multiple: float,
) -> Rise | None:
    final = final_level(curve, final_decades)
    gain = final - base
    if gain < max(smallest, noise_multiple * noise(curve)) or not settled(curve, gain, final_decades, settled_share):
        return None
    time = lasting_rise(curve, base, final, share, after)
    return (
        None if time is None else Rise(step_at(time), gain, (max(after, float(curve.time[0])), float(curve.time[-1])))
    )

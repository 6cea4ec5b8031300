"""Surges of test accuracy: rises to new heights, two of them told apart by a plateau (multi-stage generalisation, P1 Fig 2 bottom)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from grokscope.analysis.detectors.curve import Curve, Reals, noise, settled, smooth, step_at
from grokscope.analysis.detectors.generalisation import Rise


def surges(
    steps: ArrayLike,
    test_accuracy: ArrayLike,
    *,
    surge_rise: float,
    plateau_decades: float,
    plateau_share: float,
    onset_share: float,
    smoothing_decades: float,
    final_decades: float,
    settled_share: float,
    noise_multiple: float,
) -> list[Rise]:
    """The surges in order, each dated when it passes `onset_share` of its own rise.

    They are looked for on the running maximum of the smoothed curve, so an accuracy that is lost and regained is no second surge. The curve
    is split at the flattest stretch of at least `plateau_decades` and three points on which it climbs at no more than `plateau_share` of the
    steepest slope on either side, if both sides rise by `surge_rise` and by `noise_multiple` deviations of the noise; then the parts are
    split in turn. A last surge that is still under way at the end is left out.
    """
    curve = smooth(steps, test_accuracy, smoothing_decades)
    if curve is None:
        return []
    height = np.maximum.accumulate(curve.level)
    smallest = max(surge_rise, noise_multiple * noise(curve))
    parts = _split(curve.time, height, 0, len(curve) - 1, smallest, plateau_decades, plateau_share)
    found = [(_date(curve, height, first, last, onset_share), height[last] - height[first]) for first, last in parts]
    if found and not settled(curve, float(found[-1][1]), final_decades, settled_share):
        found.pop()
    return [Rise(step_at(time), float(rise)) for time, rise in found]


def _split(time: Reals, height: Reals, first: int, last: int, smallest: float, decades: float, share: float) -> list[tuple[int, int]]:
    if last <= first or height[last] - height[first] < smallest:
        return []
    plateau = _flattest(time[first : last + 1], height[first : last + 1], smallest, decades, share)
    if plateau is None:
        return [(first, last)]
    begin, end = first + plateau[0], first + plateau[1]
    left = _split(time, height, first, begin, smallest, decades, share)
    return left + _split(time, height, end, last, smallest, decades, share)


def _flattest(time: Reals, height: Reals, smallest: float, decades: float, share: float) -> tuple[int, int] | None:
    """The flattest stretch that is a plateau, as indices of its ends."""
    begin = np.arange(len(time))
    end = np.maximum(np.searchsorted(time, time + decades - 1e-12), begin + 2)
    begin, end = begin[end < len(time)], end[end < len(time)]
    if not len(begin):
        return None
    slope = (height[end] - height[begin]) / (time[end] - time[begin])
    steepest_so_far = np.maximum.accumulate(slope)  # over stretches that begin up to here
    steepest_from = np.maximum.accumulate(slope[::-1])[::-1]
    ended = np.searchsorted(end, begin, side="right") - 1  # the last stretch that ends before this one begins
    left = np.where(ended >= 0, steepest_so_far[np.maximum(ended, 0)], -np.inf)
    right = np.where(end < len(begin), steepest_from[np.minimum(end, len(begin) - 1)], -np.inf)
    rises = (height[begin] - height[0] >= smallest) & (height[-1] - height[end] >= smallest)
    flat = rises & (slope <= share * np.minimum(left, right))
    if not flat.any():
        return None
    best = int(np.argmin(np.where(flat, slope, np.inf)))
    return int(begin[best]), int(end[best])


def _date(curve: Curve, height: Reals, first: int, last: int, share: float) -> float:
    wanted = height[first] + share * (height[last] - height[first])
    return float(np.interp(wanted, *_increasing(height[first : last + 1], curve.time[first : last + 1])))


def _increasing(height: Reals, time: Reals) -> tuple[Reals, Reals]:
    new = np.concatenate([[True], np.diff(height) > 0])
    new[:-1] |= new[1:]  # the end of a flat stretch, from where the next rise starts
    return height[new], time[new]

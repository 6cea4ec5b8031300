"""Surges of test accuracy: rises to new heights that plateaus separate (multi-stage generalisation, P1 Fig 2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from grokscope.analysis.detectors.curve import Curve, Reals, Span, noise, settled, smooth, step_at
from grokscope.analysis.detectors.generalisation import Rise

LENGTHS = (1, 2, 4, 8)
"""Lengths of stretches that are tried as a plateau, in shortest ones: noisy curves need long ones."""


def surges(
    steps: ArrayLike,
    test_accuracy: ArrayLike,
    *,
    surge_rise: float,
    chance_accuracy: float,
    plateau_decades: float,
    plateau_share: float,
    onset_share: float,
    smoothing_decades: float,
    final_decades: float,
    settled_share: float,
    noise_multiple: float,
) -> tuple[list[Rise], bool]:
    """The surges in order, each dated when it passes `onset_share` of its own rise.

    They are looked for on the running maximum of the smoothed curve, so an accuracy that is lost and regained is no
    second surge, and above `chance_accuracy`, so that coming up to chance from below it, or wandering about it, is none
    either. The curve is split at the flattest stretch of at least `plateau_decades` and three points on which it climbs
    at no more than `plateau_share` of the steepest slope on either side, if both sides rise by `surge_rise` and by
    `noise_multiple` deviations of the noise, and if going on at the mean slope of the weaker side would have lifted it
    by as many deviations, so that noise does not pass for a plateau; then the parts are split in turn. A last surge
    that is still under way at the end is left out; the second value says whether there is one.
    """
    curve = smooth(steps, test_accuracy, smoothing_decades)
    if curve is None:
        return [], False
    height = np.maximum(np.maximum.accumulate(curve.level), chance_accuracy)
    flicker = noise_multiple * noise(curve)
    parts = _split(
        curve.time, height, 0, len(curve) - 1, max(surge_rise, flicker), flicker, plateau_decades, plateau_share
    )
    under_way = bool(parts) and not settled(
        curve, float(height[parts[-1][1]] - height[parts[-1][0]]), final_decades, settled_share
    )
    found = [
        Rise(
            step_at(_date(curve, height, first, last, onset_share)),
            float(height[last] - height[first]),
            _climb(curve.time, height, first, last),
        )
        for first, last in parts[: len(parts) - under_way]
    ]
    return found, under_way


def _split(
    time: Reals, height: Reals, first: int, last: int, smallest: float, flicker: float, decades: float, share: float
) -> list[tuple[int, int]]:
    if last <= first or height[last] - height[first] < smallest:
        return []
    inside = (time[first : last + 1], height[first : last + 1])
    plateau = min(
        (
            found
            for length in LENGTHS
            if (found := _flattest(*inside, smallest, flicker, length * decades, share)) is not None
        ),
        default=None,
    )
    if plateau is None:
        return [(first, last)]
    begin, end = first + plateau[1], first + plateau[2]
    left = _split(time, height, first, begin, smallest, flicker, decades, share)
    return left + _split(time, height, end, last, smallest, flicker, decades, share)


def _flattest(
    time: Reals, height: Reals, smallest: float, flicker: float, decades: float, share: float
) -> tuple[float, int, int] | None:
    """The flattest stretch of about `decades` that is a plateau: its slope and the indices of its ends."""
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
    for candidate in np.flatnonzero(flat)[np.argsort(slope[flat], kind="stable")]:
        first, last = int(begin[candidate]), int(end[candidate])
        weaker = min(_mean_slope(time[: first + 1], height[: first + 1]), _mean_slope(time[last:], height[last:]))
        if weaker * (time[last] - time[first]) >= flicker:
            return float(slope[candidate]), first, last
    return None


def _mean_slope(time: Reals, height: Reals) -> float:
    """Slope between a tenth and nine tenths of the whole rise."""
    low, high = (
        np.interp(height[0] + share * (height[-1] - height[0]), *_increasing(height, time)) for share in (0.1, 0.9)
    )
    return float(0.8 * (height[-1] - height[0]) / max(high - low, 1e-9))


def _climb(time: Reals, height: Reals, first: int, last: int) -> Span:
    """When the running maximum leaves its height at `first`, and when it reaches that at `last`."""
    part = height[first : last + 1]
    begin = first + int(np.flatnonzero(part <= part[0])[-1])
    return float(time[begin]), float(time[first + int(np.argmax(part >= part[-1]))])


def _date(curve: Curve, height: Reals, first: int, last: int, share: float) -> float:
    wanted = height[first] + share * (height[last] - height[first])
    return float(np.interp(wanted, *_increasing(height[first : last + 1], curve.time[first : last + 1])))


def _increasing(height: Reals, time: Reals) -> tuple[Reals, Reals]:
    new = np.concatenate([[True], np.diff(height) > 0])
    new[:-1] |= new[1:]  # the end of a flat stretch, from where the next rise starts
    return height[new], time[new]

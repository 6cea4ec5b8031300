"""Collapse of feature rank and its double descent (P1 Fig 1, top)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from grokscope.analysis.detectors.curve import Curve, Reals, Span, noise, settled, smooth, step_at
from grokscope.analysis.detectors.turning_points import Change, changes

NEARLY = 0.7
"""A stretch is nearly as steep as the steepest one if its slope is at least this share of it."""
NEARLY_DECADES = 0.1
"""Length of these stretches: shorter ones are steep by chance."""


@dataclass(frozen=True)
class Fall:
    """A fall of rank: the step at which it is steepest, and its size as a share of the level before.

    `nearly` are the first and the last step at which it is nearly as steep (NEARLY), `span` is where it begins and
    ends.
    """

    step: float
    share: float
    nearly: tuple[float, float]
    span: Span


@dataclass(frozen=True)
class RankPhases:
    """The largest fall and the second one of a double descent, or None; `unfinished`: one was under way at the end.

    `first_descent` is the first fall that counts, which is the collapse where there is only one.
    """

    collapse: Fall | None
    second_descent: Fall | None
    unfinished: bool = False
    first_descent: Fall | None = None


def rank_phases(
    steps: ArrayLike,
    ranks: ArrayLike,
    *,
    rank_drop: float,
    rank_range_share: float,
    smoothing_decades: float,
    final_decades: float,
    settled_share: float,
    noise_multiple: float,
) -> RankPhases:
    """Falls of rank by at least `rank_drop` of the level before and `rank_range_share` of the range.

    The collapse is the largest such fall, whenever it comes; choosing the one nearest to generalisation would assume
    what P1 claims. A double descent needs a fall, a rise and a fall that all count. A fall still under way at the end
    has no date and is absent, and so is the collapse if it is that one.
    """
    curve = smooth(steps, ranks, smoothing_decades)
    if curve is None:
        return RankPhases(None, None)
    smallest = max(rank_range_share * float(np.ptp(curve.level)), noise_multiple * noise(curve), 1e-12)
    found = changes(curve.level, lambda high, low: high - low >= max(rank_drop * high, smallest))
    unfinished = bool(found) and found[-1].size < 0 and not settled(curve, found[-1].size, final_decades, settled_share)
    largest = min((change for change in found if change.size < 0), key=lambda change: change.size, default=None)
    if unfinished:
        largest = None if largest is found.pop() else largest
    falls = [change for change in found if change.size < 0]
    second = falls[1] if len(falls) > 1 else None
    first = falls[0] if falls else None
    collapse, again, before = (_fall(curve, fall, smoothing_decades) for fall in (largest, second, first))
    return RankPhases(collapse, again, unfinished, before)


def steepest_fall(steps: ArrayLike, values: ArrayLike, *, smoothing_decades: float) -> Fall | None:
    """The fall from the highest earlier point to the lowest, however small, dated where it is steepest.

    For curves that fall smoothly, such as weight norms; None when the curve never falls.
    """
    curve = smooth(steps, values, smoothing_decades)
    if curve is None:
        return None
    fallen = np.maximum.accumulate(curve.level) - curve.level
    end = int(np.argmax(fallen))
    start = int(np.argmax(curve.level[: end + 1]))
    return _fall(curve, Change(start, end, -float(fallen[end])), smoothing_decades) if fallen[end] > 0 else None


def _fall(curve: Curve, change: Change | None, decades: float) -> Fall | None:
    """Date of the steepest stretch of at least `decades` in a fall: its middle in log-time."""
    if change is None:
        return None
    part = slice(change.start, change.end + 1)
    time, level = curve.time[part], curve.level[part]
    middle, slope = _slopes(time, level, decades)
    wide, slope_of_wide = _slopes(time, level, NEARLY_DECADES)
    nearly = wide[slope_of_wide <= NEARLY * slope_of_wide.min()]
    return Fall(
        step_at(float(middle[int(np.argmin(slope))])),
        -change.size / float(level[0]),
        (step_at(float(nearly[0])), step_at(float(nearly[-1]))),
        (float(time[0]), float(time[-1])),
    )


def _slopes(time: Reals, level: Reals, decades: float) -> tuple[Reals, Reals]:
    """Middles and slopes of all stretches of at least `decades`, or up to the end; at least one step each."""
    begin = np.arange(len(time))
    end = np.maximum(np.searchsorted(time, time + decades - 1e-12), begin + 1)
    end = np.minimum(end, len(time) - 1)
    begin, end = begin[end > begin], end[end > begin]
    slope = (level[end] - level[begin]) / np.maximum(time[end] - time[begin], decades)
    return (time[begin] + time[end]) / 2, slope

"""What all detectors share: smoothing in log-time, levels, noise, and dates of crossings.

Checkpoints are dense early and sparse late, so time is t = log10(step + 1) in decades. A running median keeps steps and
monotone stretches as they are (Tukey, Exploratory Data Analysis, 1977, chapter 7), so that it delays no event, and
removes single outliers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Reals = NDArray[np.float64]
Span = tuple[float, float]
"""Where a change begins and ends, in decades."""

FEWEST_POINTS = 5
"""Curves with fewer finite points have no events."""
MAD_TO_DEVIATION = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""
MEDIAN_TO_MEAN = 1.2533
"""Standard error of a median over that of a mean, for normal values."""


@dataclass(frozen=True)
class Curve:
    """A curve without points that are not finite: `time` in decades, `raw` and smoothed `level`, all `(points,)`."""

    time: Reals
    raw: Reals
    level: Reals

    def __len__(self) -> int:
        return len(self.time)


def log_time(step: ArrayLike) -> Reals:
    """log10(step + 1), in decades."""
    return np.log10(np.asarray(step, dtype=np.float64) + 1)


def step_at(time: float) -> float:
    """The step nearest to a time in decades; inverse of `log_time`."""
    return float(np.rint(10**time - 1))


def smooth(steps: ArrayLike, values: ArrayLike, smoothing_decades: float) -> Curve | None:
    """Drop points that are not finite, sort by step, and smooth; None when fewer than FEWEST_POINTS are left."""
    at, raw = np.asarray(steps, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if at.shape != raw.shape or at.ndim != 1:
        raise ValueError(f"steps {at.shape} and values {raw.shape} are not two equally long lists")
    return _smoothed(at.tobytes(), raw.tobytes(), smoothing_decades)


@lru_cache(maxsize=256)
def _smoothed(steps: bytes, values: bytes, smoothing_decades: float) -> Curve | None:
    # several events are read from one curve, each under several thresholds: that is some ten times the same smoothing
    time, raw = log_time(np.frombuffer(steps)), np.frombuffer(values)
    finite = np.isfinite(raw)
    order = np.argsort(time[finite], kind="stable")
    time, raw = time[finite][order], raw[finite][order]
    if len(time) < FEWEST_POINTS:
        return None
    curve = Curve(time, raw, running_median(time, raw, smoothing_decades))
    for array in (curve.time, curve.raw, curve.level):
        array.flags.writeable = False
    return curve


def running_median(time: Reals, values: Reals, decades: float) -> Reals:
    """Median over the points within decades / 2 on either side, at least the two neighbours; the ends stay.

    Windows reach equally many points to both sides, else a slope would shift the median.
    """
    count, index, reach = len(time), np.arange(len(time)), _reach(time, decades)
    offsets = np.arange(-reach.max(initial=0), reach.max(initial=0) + 1)
    windows = values[np.clip(index[:, None] + offsets, 0, count - 1)]  # (points, window)
    windows = np.where(np.abs(offsets) <= reach[:, None], windows, np.inf)
    return np.take_along_axis(np.sort(windows, axis=1), reach[:, None], axis=1)[:, 0]  # a window has 2 reach + 1 points


def _reach(time: Reals, decades: float) -> NDArray[np.intp]:
    """How many points to either side the running median takes at each point."""
    count, index = len(time), np.arange(len(time))
    before = index - np.searchsorted(time, time - decades / 2 - 1e-12, side="left")
    after = np.searchsorted(time, time + decades / 2 + 1e-12, side="right") - 1 - index
    return np.minimum(np.maximum(np.minimum(before, after), 1), np.minimum(index, count - 1 - index))


def noise(curve: Curve, part: slice = slice(None)) -> float:
    """Standard deviation of the noise, from the median size of second differences, which a trend hardly affects; of a
    `part` of the curve, if that has FEWEST_POINTS, else of all of it.
    """
    raw = curve.raw[part]
    if len(raw) < FEWEST_POINTS:
        raw = curve.raw
    bends = raw[1:-1] - (raw[:-2] + raw[2:]) / 2
    return float(MAD_TO_DEVIATION * _median(np.abs(bends)) / np.sqrt(1.5))


def noise_of_rise(curve: Curve, low: int, smoothing_decades: float, final_decades: float) -> float:
    """Standard deviation that noise gives to the difference of the final level and the smoothed level at `low`.

    Both are medians of several points. Curves may be quiet at first and restless later, so the noise of either is that
    of its own points: FEWEST_POINTS on both sides of the low, and those from the middle of the rise on.
    """
    final = _window(curve, curve.time[-1], final_decades)
    smoothed = 2 * int(_reach(curve.time, smoothing_decades)[low]) + 1
    middle = (curve.level[low] + final_level(curve, final_decades)) / 2
    passed = low + int(np.argmax(curve.level[low:] >= middle))
    around = noise(curve, slice(max(0, low - FEWEST_POINTS), low + FEWEST_POINTS + 1))
    late = noise(curve, slice(passed, None))
    errors = around / math.sqrt(smoothed), late / math.sqrt(final.stop - final.start)
    return MEDIAN_TO_MEAN * math.hypot(*errors)


def final_level(curve: Curve, final_decades: float) -> float:
    """Median over the last `final_decades`, at least three points."""
    return _median(curve.raw[_window(curve, curve.time[-1], final_decades)])


def settled(curve: Curve, change: float, final_decades: float, settled_share: float) -> bool:
    """Whether at most `settled_share` of a `change` (with its sign) came during the last `final_decades`.

    The level of the last window is compared with that of the window before it; a change that was under way when
    training ended is not dated. Twice the standard deviation that noise gives to the difference of two medians is
    allowed for.
    """
    last = _window(curve, curve.time[-1], final_decades)
    if last.start < 1:
        return False
    previous = _window(curve, curve.time[last.start - 1], final_decades)
    recent = _median(curve.raw[last]) - _median(curve.raw[previous])
    fewest = min(last.stop - last.start, previous.stop - previous.start)
    allowance = 2 * MEDIAN_TO_MEAN * noise(curve) * np.sqrt(2 / fewest)
    return bool(recent * np.sign(change) <= settled_share * abs(change) + allowance)


def _median(values: Reals) -> float:
    """The median of a few finite values, for which numpy's takes several times as long."""
    ordered, middle = np.sort(values), len(values) // 2
    return float(ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2)


def _window(curve: Curve, end: float, decades: float) -> slice:
    stop = int(np.searchsorted(curve.time, end, side="right"))
    start = int(np.searchsorted(curve.time, end - decades - 1e-12, side="left"))
    return slice(max(0, min(start, stop - 3)), stop)


def level_at(curve: Curve, time: float) -> float:
    """Smoothed level at a time, by straight lines in log-time."""
    return float(np.interp(time, curve.time, curve.level))


def lasting_rise(curve: Curve, base: float, top: float, share: float, after: float = -np.inf) -> float | None:
    """Time at which the level passes base + share * (top - base) and stays; None when it does not.

    It stays if it never again falls below half that share; this hysteresis keeps a late dip of a noisy curve from
    shifting the date. Only what comes at or after the time `after` counts. The time is read off a straight line between
    two checkpoints.
    """
    high, low = base + share * (top - base), base + share / 2 * (top - base)
    first = int(np.searchsorted(curve.time, after, side="left"))
    below = np.flatnonzero(curve.level[first:] < low)
    start = first + (int(below[-1]) + 1 if len(below) else 0)
    above = np.flatnonzero(curve.level[start:] >= high)
    return crossing_time(curve, start + int(above[0]), high) if len(above) else None


def change_time(curve: Curve, start: int, end: int, share: float) -> float:
    """Time at which the level first has done `share` of its change from point `start` to point `end`."""
    part = curve.level[start : end + 1]
    height = float(part[0] + share * (part[-1] - part[0]))
    reached = np.flatnonzero((part - height) * (part[-1] - part[0]) >= 0)
    return crossing_time(curve, start + int(reached[0]), height)


def crossing_time(curve: Curve, index: int, height: float) -> float:
    """Time at which the line from point index - 1 to `index` meets `height`, else the time of point `index`."""
    if index == 0:
        return float(curve.time[0])
    here, there = curve.level[index - 1], curve.level[index]
    if here == there or not min(here, there) <= height <= max(here, there):
        return float(curve.time[index])
    return float(curve.time[index - 1] + (height - here) / (there - here) * (curve.time[index] - curve.time[index - 1]))

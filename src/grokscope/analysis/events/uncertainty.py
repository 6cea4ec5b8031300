"""How well an event is dated: how far its date moves when its curve is read a little differently.

A curve is read again with half and with twice the smoothing, without every second checkpoint (the odd and the even
ones), and with each threshold that the date depends on at its laxer and its stricter value, one at a time
(`grokscope.analysis.sensitivity.ALTERNATIVES`). As events in the middle of a change depend on `onset_share`, a glide
moves with it and a cliff does not. The steepest fall depends on no share: there the first and the last stretch that are
nearly as steep are readings, too.

A date is sharp if three things hold: its readings lie within `date_spread_decades`, at least half of them find the
event, and its change is no glide, which does nowhere GLIDE of itself within CLIFF_DECADES and so takes over a decade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from grokscope.analysis.declarations.events import EVENTS, event_words
from grokscope.analysis.detectors.curve import Curve, Span, log_time, smooth
from grokscope.analysis.events.family import Occurrence, Points, Reader, arrays_of
from grokscope.analysis.sensitivity import threshold_grid
from grokscope.config.detector_settings import DetectorSettings

CLIFF_DECADES = 0.1
"""The largest change within so many decades, as a share of the whole, is the sharpness of a change."""
GLIDE = 0.1
"""A change whose sharpness is below this is a glide."""
MOST_LOST = 0.5
"""An event that more than this share of the readings do not find is not sharp."""
NOT_READ_AGAIN = ("smoothing_decades", "rank_definition")
"""Smoothing is halved and doubled instead; another definition of rank is another curve, not another reading."""


@dataclass(frozen=True)
class Uncertainty:
    """The range of a date over all readings, in steps, and how many of them (`readings`) do not find the event.

    `sharpness` is 1 for a cliff and near 0 for a glide; None where a level is crossed and no change is dated.
    """

    earliest: float
    latest: float
    lost: int
    readings: int
    sharpness: float | None = None

    @property
    def spread_decades(self) -> float:
        """Width of the range."""
        return float(log_time(self.latest) - log_time(self.earliest))

    @property
    def lost_share(self) -> float:
        """Share of the readings that do not find the event."""
        return self.lost / self.readings

    @property
    def glide(self) -> bool:
        """Whether the change that is dated is a glide."""
        return self.sharpness is not None and self.sharpness < GLIDE

    def sharp(self, settings: DetectorSettings) -> bool:
        """Whether the date may be compared with others."""
        near = self.spread_decades <= settings.date_spread_decades
        return near and self.lost_share <= MOST_LOST and not self.glide


def uncertainties(
    curve: Points, read: Reader, settings: DetectorSettings, found: Mapping[str, Occurrence]
) -> dict[str, Uncertainty]:
    """The uncertainty of every event that `read` has `found` on a curve; its columns are those that `read` asks for.

    Every reading is made once for all events that it bears on.
    """
    known = {event: one for event, one in found.items() if one.step is not None and thresholds_read(event) is not None}
    dates: dict[str, list[float | None]] = {event: [] for event in known}
    for events, part, changed in _readings(curve, settings, known):
        again = read(part, changed)
        for event in events:
            dates[event].append(again[event].step if event in again else None)
    return {event: _uncertainty(curve, settings, known[event], dates[event]) for event in known}


def thresholds_read(event: str) -> tuple[str, ...] | None:
    """The thresholds that an event is read again with; None for an event that is not dated on a curve."""
    name = "surge_1" if event.startswith("surge_") else event
    name = {"complexity_first_descent": "complexity_peak", "complexity_ascent": "complexity_second_descent"}.get(
        name, name
    )
    return None if name not in EVENTS else tuple(one for one in EVENTS[name].thresholds if one not in NOT_READ_AGAIN)


def _readings(
    curve: Points, settings: DetectorSettings, known: Mapping[str, Occurrence]
) -> Iterator[tuple[list[str], Points, DetectorSettings]]:
    """Events, points of the curve and thresholds of every reading; whatever else is changed, all of the rest stays."""
    if not known:
        return
    every = list(known)
    for factor in (0.5, 2.0):
        yield every, curve, settings.model_copy(update={"smoothing_decades": factor * settings.smoothing_decades})
    for left_out in (0, 1):
        yield every, arrays_of(curve, slice(1 - left_out, None, 2)), settings
    thresholds = {event: thresholds_read(event) or () for event in every}
    wanted = dict.fromkeys(name for names in thresholds.values() for name in names)
    for name, value in threshold_grid(settings, wanted):
        events = [event for event in every if name in thresholds[event]]
        yield events, curve, settings.model_copy(update={name: value})


def _uncertainty(
    curve: Points, settings: DetectorSettings, found: Occurrence, again: list[float | None]
) -> Uncertainty:
    seen = [step for step in (found.step, *found.nearly, *again) if step is not None]
    sharpness = None
    if found.span is not None and found.column in curve:
        smoothed = smooth(curve["step"], curve[found.column], settings.smoothing_decades)
        sharpness = None if smoothed is None else sharpness_of(smoothed, found.span)
    return Uncertainty(min(seen), max(seen), sum(step is None for step in again), len(again), sharpness)


def sharpness_of(curve: Curve, span: Span) -> float | None:
    """The largest part of the change over `span` that lies within CLIFF_DECADES; None where nothing changes.

    The smoothed level is read off straight lines in log-time.
    """
    first, last = (float(np.interp(time, curve.time, curve.level)) for time in span)
    if first == last:
        return None
    inside = curve.time[(curve.time >= span[0]) & (curve.time <= span[1])]
    starts = np.clip(np.concatenate([inside, inside - CLIFF_DECADES]), *span)
    ends = np.minimum(starts + CLIFF_DECADES, span[1])
    changes = np.interp(ends, curve.time, curve.level) - np.interp(starts, curve.time, curve.level)
    return float(np.clip(np.max(changes / (last - first)), 0.0, 1.0))


def not_sharp(curve: Points, read: Reader, settings: DetectorSettings, event: str) -> str:
    """Why the date of an event on a curve is not sharp; empty where it is, or where the event is not there."""
    found = read(curve, settings)
    known = uncertainties(curve, read, settings, {event: found[event]} if event in found else {}).get(event)
    if known is None or known.sharp(settings):
        return ""
    why = f"other readings put it from step {known.earliest:.0f} to {known.latest:.0f}"
    if known.lost_share > MOST_LOST:
        why = f"{known.lost} of {known.readings} other readings do not find it"
    elif known.glide:
        why = f"its change is a glide, of which no tenth of a decade holds more than {known.sharpness:.0%}"
    return f"the date of {event_words(event)} is not sharp: {why}"

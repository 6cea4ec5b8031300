"""What the families of events share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from grokscope.analysis.declarations.curves import CurveName
from grokscope.analysis.detectors.curve import Span
from grokscope.config.detector_settings import DetectorSettings

Thresholds = dict[str, Any]
State = Literal["seen", "under way", "not seen"]
"""Whether an event is dated; under way: its change had begun and was not complete when the run ended."""


class Occurrence(NamedTuple):
    """Step of an event (None: it did not happen), whether it may still come, and its size (None: it has none).

    `note` says why it did not happen, where more can be said than that. `under_way` says that its change had begun and
    was not complete when the run ended. `span` is where the change that is dated begins and ends on the curve's
    `column`, None where a level is crossed; `nearly` are other steps that would do as well as `step`.
    """

    step: float | None
    open_end: bool
    size: float | None = None
    note: str = ""
    under_way: bool = False
    span: Span | None = None
    nearly: tuple[float, ...] = ()
    column: str = "value"

    @property
    def state(self) -> State:
        """Whether it is dated, and if not, whether it had begun."""
        return "seen" if self.step is not None else "under way" if self.under_way else "not seen"


ABSENT = Occurrence(None, False)


class Points(Protocol):
    """The points of a curve: columns by name, equally long. A frame serves; arrays are read much faster."""

    def __getitem__(self, column: str, /) -> Any: ...

    def __contains__(self, column: object, /) -> bool: ...

    def __iter__(self) -> Iterator[Any]: ...


def arrays_of(points: Points, chosen: Any = slice(None)) -> dict[str, NDArray[Any]]:
    """The columns at the chosen points as arrays."""
    return {column: np.asarray(points[column])[chosen] for column in points}


def curve_of(points: Points, column: str) -> dict[str, NDArray[Any]]:
    """Steps, and as values one column."""
    return {"step": np.asarray(points["step"]), "value": np.asarray(points[column])}


Date = Callable[[Points, DetectorSettings], Occurrence]
"""A curve (columns step, value) and thresholds -> the event on it."""
Dates = dict[str, tuple[CurveName, Date]]
"""Event -> the curve that it is dated on by default, and how."""
Reader = Callable[[Points, DetectorSettings], Mapping[str, Occurrence]]
"""A curve and thresholds -> all events of one kind on it."""


class Reading(NamedTuple):
    """A curve of one seed and how events are read from it; `last_step` is that of the table that it comes from."""

    seed: Any
    curve: Points
    read: Reader
    last_step: int


Readings = Iterator[Reading]


def date_of(read: Reader, event: str) -> Date:
    """How one of the events that `read` finds is dated."""

    def date(curve: Points, settings: DetectorSettings) -> Occurrence:
        return read(curve, settings)[event]

    return date


OF_CHANGES = ("smoothing_decades", "final_decades", "settled_share", "noise_multiple")
"""Thresholds that all detectors of changes take."""


def thresholds(settings: DetectorSettings, *names: str) -> Thresholds:
    """These thresholds and those of all changes, as keyword arguments of a detector."""
    return {name: getattr(settings, name) for name in (*names, *OF_CHANGES)}

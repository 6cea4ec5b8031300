"""What the families of events share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from grokscope.analysis.declarations.curves import CurveName
from grokscope.config.detector_settings import DetectorSettings

Found = dict[str, tuple[float | None, float | None]]
"""Event name -> (step, value), None where absent."""
Rows = Iterator[tuple[Any, Found, int]]
"""Seed, its events, and the last step of the table that they are read from."""
Thresholds = dict[str, Any]


class Occurrence(NamedTuple):
    """Step of an event (None: it did not happen), whether it may still come, and its size (None: it has none).

    `note` says why it did not happen, where more can be said than that.
    """

    step: float | None
    open_end: bool
    size: float | None = None
    note: str = ""


Date = Callable[[pd.DataFrame, DetectorSettings], Occurrence]
"""A curve (columns step, value) and thresholds -> the event on it."""
Dates = dict[str, tuple[CurveName, Date]]
"""Event -> the curve that it is dated on by default, and how."""

OF_CHANGES = ("smoothing_decades", "final_decades", "settled_share", "noise_multiple")
"""Thresholds that all detectors of changes take."""


def thresholds(settings: DetectorSettings, *names: str) -> Thresholds:
    """These thresholds and those of all changes, as keyword arguments of a detector."""
    return settings.model_dump(include={*names, *OF_CHANGES})

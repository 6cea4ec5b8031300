"""Events of local complexity: its descents, its peak, and migration (P2 section 3.1)."""

from __future__ import annotations

import pandas as pd

from grokscope.analysis.detectors.complexity_phases import ComplexityPhases, complexity_phases
from grokscope.analysis.events.family import Date, Dates, Found, Occurrence, Rows, thresholds
from grokscope.analysis.tables import select
from grokscope.config.detector_settings import DetectorSettings
from grokscope.metrics.tables import ALL_LAYERS


def rows(complexity: pd.DataFrame, settings: DetectorSettings) -> Rows:
    """Events of every seed, at the training points with the smallest radius, over all layers."""
    kept = select(complexity, split="train", layer=ALL_LAYERS, radius=complexity["radius"].min())
    for seed, curve in kept.groupby("seed"):
        yield seed, _found(phases(curve, settings)), int(curve["step"].max())


def phases(curve: pd.DataFrame, settings: DetectorSettings) -> ComplexityPhases:
    """The phases of a curve of local complexity (columns step, value)."""
    return complexity_phases(
        curve["step"], curve["value"], **thresholds(settings, "complexity_change", "peak_tolerance")
    )


def on_curve(curve: pd.DataFrame, settings: DetectorSettings) -> dict[str, float | None]:
    """The events of a curve of local complexity by itself."""
    found = phases(curve, settings)
    return {"complexity_peak": found.peak, "migration": found.migration}


def _found(found: ComplexityPhases) -> Found:
    return {
        "complexity_first_descent": (found.first_descent, None),
        "complexity_ascent": (found.ascent, None),
        "complexity_peak": (found.peak, found.peak_value),
        "migration": (found.migration, found.peak_value),
        "complexity_double_descent": (found.migration if found.double_descent else None, found.peak_value),
    }


def _date(which: str) -> Date:
    def date(curve: pd.DataFrame, settings: DetectorSettings) -> Occurrence:
        found = phases(curve, settings)
        step = found.migration if which == "double_descent" else getattr(found, which)
        if which == "double_descent" and not found.double_descent:
            step = None
        rising = found.ascent is not None and found.peak is None  # the peak may be to come
        falling = which == "second_descent" and found.peak is not None and step is None
        return Occurrence(step, rising or falling, found.peak_value)

    return date


DATES: Dates = {
    "complexity_peak": ("complexity", _date("peak")),
    "migration": ("complexity", _date("migration")),
    "complexity_second_descent": ("complexity", _date("second_descent")),
    "complexity_double_descent": ("complexity", _date("double_descent")),
}

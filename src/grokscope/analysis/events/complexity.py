"""Events of local complexity: its descents, its peak, and migration (P2 section 3.1)."""

from __future__ import annotations

import pandas as pd

from grokscope.analysis.detectors.complexity_phases import ComplexityPhases, complexity_phases
from grokscope.analysis.events.family import (
    ABSENT,
    Dates,
    Occurrence,
    Points,
    Reading,
    Readings,
    curve_of,
    date_of,
    thresholds,
)
from grokscope.analysis.tables import select
from grokscope.config.detector_settings import DetectorSettings
from grokscope.metrics.tables import ALL_LAYERS

OF_CLAIMS_ALONE = "complexity_second_descent"
"""An event that claims may name and that the table of events leaves out."""


def readings(complexity: pd.DataFrame) -> Readings:
    """Every seed, at the training points with the smallest radius, over all layers."""
    kept = select(complexity, split="train", layer=ALL_LAYERS, radius=complexity["radius"].min())
    for seed, rows in kept.groupby("seed"):
        yield Reading(seed, curve_of(rows, "value"), _of_the_table, int(rows["step"].max()))


def phases(curve: Points, settings: DetectorSettings) -> ComplexityPhases:
    """The phases of a curve of local complexity (columns step, value)."""
    return complexity_phases(
        curve["step"], curve["value"], **thresholds(settings, "complexity_change", "peak_tolerance", "onset_share")
    )


def read(curve: Points, settings: DetectorSettings) -> dict[str, Occurrence]:
    """The events of a curve of local complexity (columns step, value)."""
    found = phases(curve, settings)
    risen = found.ascent is not None and found.peak is None  # the peak may be to come
    fall, height = found.span_of_second_descent, found.peak_value
    of_descent = {
        "complexity_peak": Occurrence(found.peak, risen, height, under_way=found.rising, span=fall),
        "migration": Occurrence(found.migration, risen, height, span=fall),
        "complexity_double_descent": Occurrence(
            found.migration if found.double_descent else None, risen, height, span=fall
        ),
    }
    falling = found.peak is not None and found.second_descent is None
    return {
        "complexity_first_descent": ABSENT._replace(step=found.first_descent, span=found.span_of_first_descent),
        "complexity_ascent": ABSENT._replace(step=found.ascent, span=found.span_of_ascent),
        **of_descent,
        OF_CLAIMS_ALONE: Occurrence(found.second_descent, risen or falling, height, under_way=falling, span=fall),
    }


def _of_the_table(curve: Points, settings: DetectorSettings) -> dict[str, Occurrence]:
    return {event: one for event, one in read(curve, settings).items() if event != OF_CLAIMS_ALONE}


DATES: Dates = {
    event: ("complexity", date_of(read, event))
    for event in ("complexity_peak", "migration", OF_CLAIMS_ALONE, "complexity_double_descent")
}
_PHASES = {
    "peak": "complexity_peak",
    "migration": "migration",
    "second_descent": OF_CLAIMS_ALONE,
    "double_descent": "complexity_double_descent",
}
DATES |= {
    f"{name}_{phase}": (curve, date_of(read, event))
    for name, curve in (("hidden", "hidden_complexity"), ("regions", "region_counts"))
    for phase, event in _PHASES.items()
}

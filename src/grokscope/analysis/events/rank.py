"""Events of the rank of the features: collapse, and double descent (P1 Fig 1)."""

from __future__ import annotations

import pandas as pd

from grokscope.analysis.detectors.rank_phases import Fall, rank_phases
from grokscope.analysis.events.family import Dates, Occurrence, Points, Reading, Readings, curve_of, date_of, thresholds
from grokscope.analysis.tables import hidden_layers, rank_split, select
from grokscope.config.detector_settings import DetectorSettings

STILL_FALLING = "the rank was still falling at the end of the run"


def readings(rank: pd.DataFrame, settings: DetectorSettings) -> Readings:
    """Every seed of a table of ranks, in its second-last layer (P1 Fig 5)."""
    layers = hidden_layers(rank)
    if not layers:
        return
    kept = select(rank, split=rank_split(rank), layer=max(layers), definition=settings.rank_definition)
    for seed, rows in kept.groupby("seed"):
        yield Reading(seed, curve_of(rows, "rank"), _of_the_table, int(rows["step"].max()))


def read(curve: Points, settings: DetectorSettings) -> dict[str, Occurrence]:
    """The falls of a curve of rank (columns step, value)."""
    found = rank_phases(curve["step"], curve["value"], **thresholds(settings, "rank_drop", "rank_range_share"))
    begun, again = found.unfinished, found.unfinished and found.first_descent is not None
    note = STILL_FALLING if begun else "the rank did not collapse"
    return {
        "rank_collapse": _occurrence(found.collapse, begun, begun, note),
        "rank_first_descent": _occurrence(found.first_descent, begun, begun),
        "rank_second_descent": _occurrence(found.second_descent, begun, again),
    }


def _occurrence(fall: Fall | None, unfinished: bool, begun: bool, note: str = "") -> Occurrence:
    if fall is None:
        return Occurrence(None, unfinished, note=note, under_way=begun)
    return Occurrence(fall.step, unfinished, fall.share, span=fall.span, nearly=fall.nearly)


def _of_the_table(curve: Points, settings: DetectorSettings) -> dict[str, Occurrence]:
    found = read(curve, settings)
    return {event: found[event] for event in ("rank_collapse", "rank_second_descent")}


DATES: Dates = {
    event: ("rank", date_of(read, event)) for event in ("rank_collapse", "rank_first_descent", "rank_second_descent")
}

"""Events of the rank of the features: collapse, and double descent (P1 Fig 1)."""

from __future__ import annotations

import pandas as pd

from grokscope.analysis.detectors.rank_phases import RankPhases, rank_phases
from grokscope.analysis.events.family import Date, Dates, Found, Occurrence, Rows, thresholds
from grokscope.analysis.tables import hidden_layers, rank_split, select
from grokscope.config.detector_settings import DetectorSettings


def rows(rank: pd.DataFrame, settings: DetectorSettings) -> Rows:
    """The events of every seed in a table of ranks, of its second-last layer (P1 Fig 5)."""
    layers = hidden_layers(rank)
    if not layers:
        return
    kept = select(rank, split=rank_split(rank), layer=max(layers), definition=settings.rank_definition)
    for seed, curve in kept.groupby("seed"):
        yield seed, _found(phases(curve.rename(columns={"rank": "value"}), settings)), int(curve["step"].max())


def phases(curve: pd.DataFrame, settings: DetectorSettings) -> RankPhases:
    """The phases of a curve of rank (columns step, value)."""
    return rank_phases(curve["step"], curve["value"], **thresholds(settings, "rank_drop", "rank_range_share"))


def _found(found: RankPhases) -> Found:
    falls = {"rank_collapse": found.collapse, "rank_second_descent": found.second_descent}
    return {name: (None, None) if fall is None else (fall.step, fall.share) for name, fall in falls.items()}


def _date(which: str) -> Date:
    def date(curve: pd.DataFrame, settings: DetectorSettings) -> Occurrence:
        found = phases(curve, settings)
        fall = getattr(found, which)
        if fall is not None:
            return Occurrence(fall.step, found.unfinished, fall.share)
        note = "the rank was still falling at the end of the run" if found.unfinished else "the rank did not collapse"
        return Occurrence(None, found.unfinished, note=note if which == "collapse" else "")

    return date


DATES: Dates = {
    "rank_collapse": ("rank", _date("collapse")),
    "rank_first_descent": ("rank", _date("first_descent")),
    "rank_second_descent": ("rank", _date("second_descent")),
}

"""The dates of a run's events, seed by seed and over seeds, in words."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from grokscope.analysis.declarations.events import under_way_in_words
from grokscope.report.wording import number

NEVER = "never"
NOT_SHARP = "not sharp"
RANGES = (
    "Beside a step stands where other readings of the curve put it (other smoothing, half of the checkpoints, other"
    " thresholds). A date that is not sharp moves too far or is mostly lost; claims do not compare it with others."
)


class SeedDate(NamedTuple):
    """An event of one seed, as the table of events has it; steps are NaN where it has no date."""

    step: float
    last_step: float
    state: str
    earliest: float
    latest: float
    sharpness: float
    sharp: bool

    @property
    def seen(self) -> bool:
        """Whether it has a date."""
        return math.isfinite(self.step)

    @property
    def under_way(self) -> bool:
        """Whether its change had begun and was not complete when the run ended."""
        return self.state == "under way"

    @property
    def range(self) -> str:
        """Where other readings of its curve put it: `2 900 to 5 910, not sharp`; empty where there are none."""
        if not math.isfinite(self.earliest):
            return ""
        ends = [number(float(round(end))) for end in (self.earliest, self.latest)]
        return (f"{ends[0]} to {ends[1]}" if ends[0] != ends[1] else ends[0]) + ("" if self.sharp else f", {NOT_SHARP}")


Dates = Mapping[str, Mapping[int, SeedDate]]
"""Event -> seed -> its date."""


def seed_dates(table: pd.DataFrame | None) -> dict[str, dict[int, SeedDate]]:
    """The dates in a table of events; none without a table."""
    if table is None or table.empty:
        return {}
    return {
        str(event): {
            int(seed): SeedDate(*values)
            for seed, *values in zip(rows["seed"], *(rows[name] for name in SeedDate._fields), strict=True)
        }
        for event, rows in table.groupby("event", sort=False)
    }


def in_one_seed(event: str, date: SeedDate | None, unseen: str) -> str:
    """`1 200`, `still rising at the end`, or what stands for an event that is not seen."""
    if date is not None and date.seen:
        return number(float(round(date.step)))
    return under_way_in_words(event) if date is not None and date.under_way else unseen


def over_seeds(event: str, dates: Iterable[SeedDate]) -> str:
    """`1 200`, `1 200 (2 of 3)` when not every seed shows it, `never` when none does; says how many are under way."""
    every = list(dates)
    seen, under_way = [one.step for one in every if one.seen], sum(one.under_way for one in every)
    still = under_way_in_words(event)
    if not seen:
        return (
            NEVER if not under_way else still if under_way == len(every) else f"{still} ({under_way} of {len(every)})"
        )
    median = number(float(round(statistics.median(seen))))
    if len(seen) == len(every):
        return median
    return f"{median} ({len(seen)} of {len(every)}{f'; {under_way} {still}' if under_way else ''})"

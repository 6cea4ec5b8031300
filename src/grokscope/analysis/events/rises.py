"""Where the rise that an event dates begins and ends, in every seed of a run."""

from __future__ import annotations

from dataclasses import dataclass

from grokscope.analysis.declarations.events import EVENTS, FALLING, EventName, event_name, none_within_run
from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.effects import SeedEvents, seed_events
from grokscope.analysis.events.moments import Moment, moments
from grokscope.analysis.run_tables import RunTables
from grokscope.errors import UserError

RISES = tuple(name for name, event in EVENTS.items() if "onset_share" in event.thresholds and name not in FALLING)
"""Events that are dated by a share of a rise."""


@dataclass(frozen=True)
class RisingTime:
    """When a rise begins and ends in a seed, in decades of log10(step + 1); or why it has none."""

    begin: float = float("nan")
    end: float = float("nan")
    missing: str = ""


def rising_times(tables: RunTables, event: EventName, seeds: list[SeedEvents], where: str) -> dict[int, RisingTime]:
    """The time of the rise that `event` dates, by seed: from `rise_share` of it until as much is left.

    Known are the events RISES, with the options that `moments` takes. Raises UserError for another event.
    """
    if event_name(event) not in RISES:
        raise UserError(f"{where}: event {event_name(event)!r} dates no rise; known are {', '.join(RISES)}")
    usual, found = moments(tables, event, seeds, where), []
    for share in (tables.detectors.rise_share, 1 - tables.detectors.rise_share):
        # whether a rise is late enough is asked of its middle alone
        changes = {"onset_share": share, "delay_decades": 0.0}
        under = tables.with_detectors(tables.detectors.model_copy(update=changes))
        found.append(moments(under, event, seed_events(under), where))
    return {one.seed: _time(event, *(dates.get(one.seed) for dates in (usual, *found))) for one in seeds}


def _time(event: EventName, middle: Moment | None, first: Moment | None, last: Moment | None) -> RisingTime:
    steps = [moment.step for moment in (middle, first, last) if moment is not None and moment.step is not None]
    if len(steps) == 3:
        return RisingTime(float(log_time(steps[1])), float(log_time(steps[2])))
    notes = [moment.note for moment in (middle, first, last) if moment is not None and moment.step is None]
    return RisingTime(missing=next(filter(None, notes), none_within_run(event)))

"""When an event happens in every seed of a run: those of its table of events, and those that are dated on a curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grokscope.analysis.curves import Curves, named_curves
from grokscope.analysis.declarations.events import EventName, event_name, event_options
from grokscope.analysis.effects import SeedEvents
from grokscope.analysis.events import complexity, indicators, rank, robustness
from grokscope.analysis.events.family import Dates
from grokscope.analysis.run_tables import RunTables
from grokscope.errors import UserError

FROM_ACCURACY = ("fit", "generalisation", "onset", "surge_1", "surge_2")
DATES: Dates = rank.DATES | indicators.DATES | complexity.DATES | robustness.DATES


@dataclass(frozen=True)
class Moment:
    """Step of an event, or None; `open_end`: it might still have come when the run ended, at `last_step`.

    `note` says why it did not happen, where more can be said than that.
    """

    step: float | None
    last_step: float
    open_end: bool
    size: float | None = None
    note: str = ""


def moments(tables: RunTables, event: EventName, seeds: list[SeedEvents], where: str) -> dict[int, Moment]:
    """The moment of `event` in every seed of a run; `seeds` are `seed_events(tables)`.

    Known are the events of `grokscope.analysis.declarations.events`. Fit and generalisation are open-ended, as accuracy
    may rise later, and so are onset and surges in a seed that has not generalised by the end of its run. Ranks and
    probes are those of the second-last layer, norm_fall is the steepest fall of the norm of all weights, complexity is
    that at training points with the smallest radius, robustness that under the smallest attack, unless `event` is a
    mapping that names another layer, radius or attack beside the event. Raises UserError for another name or option.
    """
    name, options = event_name(event), event_options(event)
    if name in FROM_ACCURACY and not options:
        return {one.seed: Moment(one.step(name), float(one.last_steps[name]), _may_come(one, name)) for one in seeds}
    if name not in DATES:
        wrong = f"{name} takes no {next(iter(options))}" if name in FROM_ACCURACY else f"{name!r} is unknown"
        raise UserError(f"{where}: event {wrong}; known are {', '.join((*FROM_ACCURACY, *DATES))}")
    curve, date = DATES[name]
    usual = dict(curve) if isinstance(curve, Mapping) else {"curve": curve}
    curves: Curves = named_curves(tables, usual | options, where)
    found = {}
    for one in seeds:
        if one.seed in curves:
            values = curves[one.seed]
            happened = date(values, tables.detectors)
            found[one.seed] = Moment(happened.step, float(values["step"].max()), *happened[1:])
    return found


def _may_come(events: SeedEvents, event: str) -> bool:
    return event in ("fit", "generalisation") or events.step("generalisation") is None

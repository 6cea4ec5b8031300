"""When an event happens in every seed of a run: those of its table of events, and those that are dated on a curve."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from grokscope.analysis.curves import Curves, named_curves
from grokscope.analysis.declarations.events import EventName, event_name, event_options
from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.effects import SeedEvents
from grokscope.analysis.events import accuracy, complexity, indicators, rank, robustness
from grokscope.analysis.events.family import Dates, curve_of
from grokscope.analysis.events.uncertainty import not_sharp
from grokscope.analysis.run_tables import RunTables
from grokscope.errors import UserError

FROM_ACCURACY = ("fit", "generalisation", "onset", "surge_1", "surge_2")
DATES: Dates = rank.DATES | indicators.DATES | complexity.DATES | robustness.DATES


@dataclass(frozen=True)
class Moment:
    """Step of an event, or None; `open_end`: it might still have come when the run ended, at `last_step`.

    `note` says why it did not happen, where more can be said than that. `not_sharp` says why the date is not sharp;
    empty where it is, or where that was not asked.
    """

    step: float | None
    last_step: float
    open_end: bool
    size: float | None = None
    note: str = ""
    not_sharp: str = ""


def moments(
    tables: RunTables, event: EventName, seeds: list[SeedEvents], where: str, *, dated: bool = False
) -> dict[int, Moment]:
    """The moment of `event` in every seed of a run; `seeds` are `seed_events(tables)`.

    Known are the events of `grokscope.analysis.declarations.events`. Fit and generalisation are open-ended, as accuracy
    may rise later, and so are onset and surges in a seed that has not generalised by the end of its run, or whose
    accuracy is still rising there. Ranks and
    probes are those of the second-last layer, norm_fall is the steepest fall of the norm of all weights, complexity is
    that at training points with the smallest radius, robustness that under the smallest attack, unless `event` is a
    mapping that names another layer, radius or attack beside the event. `dated` asks whether the dates are sharp, for
    which every curve is read again several times. Raises UserError for another name or option.
    """
    key = ("moments", json.dumps(event, sort_keys=True, default=dict), tuple(one.seed for one in seeds), dated)
    return dict(tables.remember(key, lambda: _moments(tables, event, seeds, where, dated)))


def _moments(
    tables: RunTables, event: EventName, seeds: list[SeedEvents], where: str, dated: bool
) -> dict[int, Moment]:
    name, options = event_name(event), event_options(event)
    if name in FROM_ACCURACY and not options:
        reasons = _not_sharp_in_accuracy(tables, name, seeds) if dated else {}
        delay = tables.detectors.delay_decades
        return {one.seed: _from_accuracy(one, name, reasons.get(one.seed, ""), delay) for one in seeds}
    if name not in DATES:
        wrong = f"{name} takes no {next(iter(options))}" if name in FROM_ACCURACY else f"{name!r} is unknown"
        raise UserError(f"{where}: event {wrong}; known are {', '.join((*FROM_ACCURACY, *DATES))}")
    curve, date = DATES[name]
    usual = dict(curve) if isinstance(curve, Mapping) else {"curve": curve}
    curves: Curves = named_curves(tables, usual | options, where)
    found = {}
    for one in seeds:
        if one.seed in curves:
            values = curve_of(curves[one.seed], "value")
            happened = date(values, tables.detectors)
            blurred = not_sharp(values, lambda *read: {name: date(*read)}, tables.detectors, name) if dated else ""
            found[one.seed] = Moment(happened.step, float(values["step"].max()), *happened[1:4], blurred)
    return found


def _from_accuracy(events: SeedEvents, event: str, blurred: str, delay: float) -> Moment:
    under_way = events.states.get(event) == "under way"
    may_come = event in ("fit", "generalisation") or events.step("generalisation") is None or under_way
    note = accuracy.STILL_RISING["train" if event == "fit" else "test"]
    note = note if under_way else ""
    if event == "onset" and events.step("onset") is None and events.step("generalisation") is not None:
        note = _without_delay(events, delay)
    return Moment(events.step(event), float(events.last_steps[event]), may_come, note=note, not_sharp=blurred)


def _without_delay(events: SeedEvents, delay: float) -> str:
    """Why a seed whose test accuracy rises is not said to do so late; empty where it rises long after the fit."""
    fit, rise = events.step("fit"), events.step("generalisation")
    if fit is None or rise is None:
        return "the training set is not fitted" if "fit" in events.steps else ""
    lag = float(log_time(rise) - log_time(fit))
    if lag >= delay:
        return ""
    return f"test accuracy rises {f'less than {delay:g} decades after' if lag > 0 else 'no later than'} the fit"


def _not_sharp_in_accuracy(tables: RunTables, event: str, seeds: list[SeedEvents]) -> dict[int, str]:
    """For every seed that shows an event of accuracy why its date is not sharp."""
    assert tables.chance is not None, "accuracy is measured only where there are classes"
    shown, read = {one.seed for one in seeds if one.step(event) is not None}, accuracy.reader_of(event, tables.chance)
    curves = accuracy.by_seed(tables.table("accuracy"))
    return {seed: not_sharp(accuracy.by_split(curves[seed]), read, tables.detectors, event) for seed in sorted(shown)}

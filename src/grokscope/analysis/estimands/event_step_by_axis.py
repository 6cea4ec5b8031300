"""When an event happens, by the position on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import (
    EventName,
    event_name,
    none_within_run,
    thresholds_of,
    thresholds_of_dates,
)
from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.effects import SeedEffect, SeedEvents, decades_between, make_effects, seed_events
from grokscope.analysis.events.moments import Moment, moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs


def thresholds(event: EventName, given: EventName | None = None, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return tuple(dict.fromkeys((*thresholds_of_dates(event), *thresholds_of(given))))


def estimate(
    inputs: ItemInputs,
    axis: str,
    event: EventName,
    given: EventName | None = None,
    where: Where = None,
    positions: Sequence[int] | None = None,
) -> pd.DataFrame:
    """log10(step + 1) of `event` (see `moments`) in every seed, the group being the coordinate on `axis`.

    A seed without the event is censored at the end of its run, whether the event was under way or not: how late it is
    is not known. Only the `onset`, which is delayed generalisation, can be seen not to come: a seed whose test accuracy
    rises with train accuracy is absent, with the date of that rise as its value, and one that generalises without
    fitting the training set is not_applicable. What is dated is the crossing of a level for the fit, the middle of a
    change for other events and the steepest point of a fall for ranks and norms; a seed whose date is not sharp is
    not_sharp. A seed that lacks the event `given` has no premise (not_applicable): robustness that was never lost
    cannot come back. Events may be mappings with options of the curve on which they are dated. Raises UserError when an
    event, axis or metric is unknown.
    """
    name = f"{inputs.item['name']}: parameters"
    rows = []
    for run, place in grouped_runs(inputs, axis, where, positions):
        tables = inputs.runs[run]
        seeds = seed_events(tables)
        found = moments(tables, event, seeds, name, dated=True)
        before = moments(tables, given, seeds, name) if given else {}
        for events in seeds:
            effect = failed(events, run, place)
            if effect is None and given and _without(before.get(events.seed)):
                effect = SeedEffect(events.seed, run, "not_applicable", note=none_within_run(given), **place)
            if effect is None and event_name(event) == "onset":
                effect = _without_delay(events, run, tables.detectors.delay_decades, place)
            rows.append(effect or _effect(events.seed, run, event_name(event), found.get(events.seed), place))
    return make_effects(rows)


def _without(moment: Moment | None) -> bool:
    return moment is None or moment.step is None


def _effect(seed: int, run: str, event: str, moment: Moment | None, place: dict[str, Any]) -> SeedEffect:
    if moment is not None and moment.not_sharp:
        return SeedEffect(seed, run, "not_sharp", note=moment.not_sharp, **place)
    if moment is not None and moment.step is not None:
        return SeedEffect(seed, run, "observed", float(log_time(moment.step)), **place)
    note = none_within_run(event)
    if moment is None:
        return SeedEffect(seed, run, "not_applicable", note=note, **place)
    note = moment.note or note
    return SeedEffect(seed, run, "not_yet", censored_at=float(log_time(moment.last_step)), note=note, **place)


def _without_delay(events: SeedEvents, run: str, delay_decades: float, place: dict[str, Any]) -> SeedEffect | None:
    """The effect of a seed that generalises, but not late; None for any other."""
    rise, fit = events.step("generalisation"), events.step("fit")
    if events.step("onset") is not None or rise is None:
        return None
    if fit is None:
        note = "test accuracy rose, but the training set is not fitted"
        return SeedEffect(events.seed, run, "not_applicable", note=note, **place)
    if decades_between(fit, rise) < delay_decades:
        note = "test accuracy rose with train accuracy: no delay"
        return SeedEffect(events.seed, run, "absent", float(log_time(rise)), note=note, **place)
    return None

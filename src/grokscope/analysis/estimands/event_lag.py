"""How much later one event comes than another in the same seed, in one run or from one run to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import (
    EventName,
    event_name,
    event_words,
    none_within_run,
    thresholds_of_dates,
)
from grokscope.analysis.effects import SeedEffect, decades_between, make_effects, seed_events
from grokscope.analysis.events.moments import FROM_ACCURACY, Moment, moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs, members_along
from grokscope.errors import UserError

Between = Mapping[str, Sequence[int]]
"""An axis -> the positions of two runs on it."""
Dated = tuple[str, str, Moment | None]
"""An event, the run that it is looked for in, and when it happened there."""


def thresholds(first: EventName, second: EventName, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return thresholds_of_dates(first, second)


def estimate(
    inputs: ItemInputs,
    first: EventName,
    second: EventName,
    between: Between | None = None,
    axis: str | None = None,
    where: Where = None,
    positions: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Decades from event `first` to `second` in every seed of the one run, or of every run along `axis`, the group
    being its coordinate there.

    With `between: {axis: [position, position]}` the first event is that of the run at the first position and the second
    that of the run at the other, and both may be the same event. A seed of both runs starts from the same weights and
    sees the same batches, so the pairs are matched.

    Without the first event the premise is missing (not_applicable). If it may still have been to come when the run
    ended, while the second one is there, it is surely the later one: such a seed is absent for a claim that it is the
    earlier one, and for one that both come together if the end of the run is further away than that. The exceptions are
    fit and generalisation of the same run, which a lag presupposes. Where only the second is missing the seed is
    censored at the end of the run if the event may still have been to come, and absent otherwise. What is dated is the
    crossing of a level for the fit, the middle of a change for other events (`onset_share` of it) and the steepest
    point of a fall for ranks and norms; a lag that rests on a date that is not sharp is not_sharp. A seed that failed
    in either run counts as failed. An event may be a mapping with options of the curve on which it is dated, such as
    `{event: rank_collapse, layer: 3, definition: effective}`. Raises UserError when an event, axis or metric is unknown
    or `between` does not choose two runs.
    """
    name = f"{inputs.item['name']}: parameters"
    rows = []
    for start, end, place in _pairs(inputs, between, axis, where, positions, name):
        seeds = [{events.seed: events for events in seed_events(inputs.runs[run])} for run in (start, end)]
        dates = [
            moments(inputs.runs[run], event, list(known.values()), name, dated=True)
            for run, event, known in zip((start, end), (first, second), seeds, strict=True)
        ]
        for seed in sorted(seeds[0].keys() & seeds[1].keys()):
            failure = failed(seeds[0][seed], start, place) or failed(seeds[1][seed], end, place)
            pair = (event_name(first), start, dates[0].get(seed)), (event_name(second), end, dates[1].get(seed))
            effect = failure or _in_other_order(seed, *pair, place, inputs.item["settings"])
            rows.append(effect or _effect(seed, *pair, place))
    return make_effects(rows)


def _pairs(
    inputs: ItemInputs,
    between: Between | None,
    axis: str | None,
    where: Where,
    positions: Sequence[int] | None,
    name: str,
) -> list[tuple[str, str, dict[str, Any]]]:
    """The run of the first event, that of the second, and the place of their effects."""
    if between is None:
        return [(run, run, place) for run, place in grouped_runs(inputs, axis, where, positions)]
    if axis or positions or len(between) != 1:
        raise UserError(f"{name}: between takes one axis with two positions, and neither axis nor positions beside it")
    ((along, ends),) = between.items()
    runs = {member["positions"][along]: member["run"] for member in members_along(inputs, along, where, ends)}
    if len(ends) != 2 or len(runs) != 2:
        raise UserError(f"{name}: between: {list(ends)} are not two runs")
    return [(runs[ends[0]], runs[ends[1]], {})]


def _in_other_order(
    seed: int, first: Dated, second: Dated, place: dict[str, Any], settings: Mapping[str, Any]
) -> SeedEffect | None:
    """A seed in which the first event is to come after the second, which contradicts what `settings` claim; or None."""
    (start_name, start_run, start), (end_name, run, end) = first, second
    if start is None or end is None or start.step is not None or not start.open_end or end.step is None:
        return None
    if start_run == run and start_name in FROM_ACCURACY:
        return None  # what comes with or after the fit or the rise of accuracy presupposes it
    by_more = decades_between(end.step, start.last_step) > settings["smallest_effect"]
    if (settings["test"] == "equivalence" and not by_more) or settings["test"] == "apart":
        return None
    if settings["test"] != "equivalence" and settings["direction"] == "less":
        return None
    words = event_words(start_name)
    note = f"{event_words(end_name)}, but {words} may still have been to come when the run ended"
    return SeedEffect(seed, run, "absent", note=note.removeprefix("the "), **place)


def _effect(seed: int, first: Dated, second: Dated, place: dict[str, Any]) -> SeedEffect:
    (start_name, start_run, start), (end_name, run, end) = first, second
    if start is None or start.step is None:
        note = (start and start.note) or none_within_run(start_name)
        return SeedEffect(seed, start_run, "not_applicable", note=note, **place)
    if end is None or (end.step is None and not end.open_end):
        note = (end and end.note) or f"{event_words(start_name).removeprefix('the ')}, but {none_within_run(end_name)}"
        return SeedEffect(seed, run, "absent", note=note, **place)
    if start.not_sharp or end.not_sharp:
        return SeedEffect(seed, run, "not_sharp", note=start.not_sharp or end.not_sharp, **place)
    if end.step is None:
        bound = decades_between(start.step, end.last_step)
        note = end.note or none_within_run(end_name).replace("no ", "no completed ", 1)
        return SeedEffect(seed, run, "not_yet", censored_at=bound, note=note, **place)
    return SeedEffect(seed, run, "observed", decades_between(start.step, end.step), **place)

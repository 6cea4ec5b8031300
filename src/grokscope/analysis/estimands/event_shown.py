"""Whether a seed shows an event at all: 1 or 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import EventName, event_name, event_words, none_within_run, thresholds_of
from grokscope.analysis.effects import SeedEffect, SeedEvents, make_effects, seed_events
from grokscope.analysis.events.moments import Moment, moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs, members_along


def thresholds(
    event: EventName, given: EventName | None = None, by: EventName | None = None, **_: Any
) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return thresholds_of(event, given, by)


def bounds(axis: str | None = None, by: EventName | None = None, **_: Any) -> tuple[float, float]:
    """The smallest and the largest effect that there can be: a share less one half, or a difference of shares."""
    return (-0.5, 0.5) if axis is None and by is None else (-1.0, 1.0)


def estimate(
    inputs: ItemInputs,
    event: EventName,
    given: EventName | None = None,
    by: EventName | None = None,
    axis: str | None = None,
    split_at: int = 1,
    where: Where = None,
    positions: Sequence[int] | None = None,
) -> pd.DataFrame:
    """1 where a seed shows `event` (see `moments`), 0 where it does not.

    With `axis` the runs before position `split_at` are group 0, the others group 1. With `by` every seed of every run
    is an observation, in group 1 if it shows the event `by`. A seed that lacks the event `given` has no premise. A seed
    of which the event may still have been to come counts as 0 and as not_yet, except for fit and generalisation, where
    the claim is about the run; if that holds for the event `by`, the seed belongs to neither group (not_applicable).
    Events may be mappings with options of the curve on which they are dated. Raises UserError when an event, axis or
    metric is unknown.
    """
    name = f"{inputs.item['name']}: parameters"
    if by is not None:
        runs = list(dict.fromkeys(member["run"] for member in inputs.select(where)))
        places: list[tuple[str, dict[str, Any]]] = [(run, {}) for run in runs]
    elif axis is None:
        places = grouped_runs(inputs, None, where)
    else:
        places = _two_sides(members_along(inputs, axis, where, positions), axis, split_at)
    rows = []
    for run, place in places:
        tables = inputs.runs[run]
        seeds = seed_events(tables)
        shown, before, beside = (moments(tables, key, seeds, name) if key else {} for key in (event, given, by))
        for events in seeds:
            here = place if by is None else _with_or_without(events, by, beside)
            moment, other = shown.get(events.seed), beside.get(events.seed)
            if other is not None and other.step is None and other.open_end and events.failure() is None:
                note = f"{event_words(by)} may still have been to come when the run ended"
                rows.append(SeedEffect(events.seed, run, "not_applicable", note=note))
                continue
            premise = before.get(events.seed)
            rows.append(failed(events, run, here) or _effect(events, run, event, moment, given, premise, here))
    groups = {row.group for row in rows if row.status in ("observed", "not_yet")}
    if by is not None and len(groups) == 1:
        note = f"{event_words(by)} in {'all' if groups == {1.0} else 'none'} of the seeds: nothing to compare"
        rows = [
            row if row.status == "not_applicable" else SeedEffect(row.seed, row.run, "not_applicable", note=note)
            for row in rows
        ]
    return make_effects(rows)


def _two_sides(members: Sequence[dict[str, Any]], axis: str, split_at: int) -> list[tuple[str, dict[str, Any]]]:
    """The runs in two groups, before position `split_at` and from there on, each named after its values."""
    sides = [float(member["positions"][axis] >= split_at) for member in members]
    values = [str(member["axes"][axis]) for member in members]
    labels = {
        side: f"{axis} {', '.join(value for value, other in zip(values, sides, strict=True) if other == side)}"
        for side in sides
    }
    return [
        (member["run"], {"group": side, "group_label": labels[side]})
        for member, side in zip(members, sides, strict=True)
    ]


def _with_or_without(events: SeedEvents, by: EventName, moments_of_it: dict[int, Moment]) -> dict[str, Any]:
    moment = moments_of_it.get(events.seed)
    shown = moment is not None and moment.step is not None
    return {"group": float(shown), "group_label": f"{'with' if shown else 'without'} {event_words(by)}"}


def _effect(
    events: SeedEvents,
    run: str,
    event: EventName,
    moment: Moment | None,
    given: EventName | None,
    premise: Moment | None,
    place: dict[str, Any],
) -> SeedEffect:
    if given and (premise is None or premise.step is None):
        return SeedEffect(events.seed, run, "not_applicable", note=none_within_run(given), **place)
    if moment is not None and moment.step is not None:
        return SeedEffect(events.seed, run, "observed", 1.0, note=f"at step {moment.step:.0f}", **place)
    under_way = moment is not None and moment.open_end and event_name(event) not in ("generalisation", "fit")
    status = "not_yet" if under_way else "observed"
    note = (moment.note if moment is not None else "") or none_within_run(event)
    return SeedEffect(events.seed, run, status, 0.0, note=note, **place)  # type: ignore[arg-type]

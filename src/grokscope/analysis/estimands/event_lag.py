"""How much later one event comes than another in the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import EventName, event_name, thresholds_of
from grokscope.analysis.effects import SeedEffect, decades_between, make_effects, seed_events
from grokscope.analysis.events.moments import Moment, moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs


def thresholds(first: EventName, second: EventName, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return thresholds_of(first, second)


def estimate(
    inputs: ItemInputs,
    first: EventName,
    second: EventName,
    axis: str | None = None,
    where: Where = None,
    positions: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Decades from event `first` to event `second` (see `moments`), one effect a seed of the one run, or of every run
    along `axis`.

    Without the first event the premise is missing (not_applicable). Where only the second is missing the seed is
    censored at the end of the run if the event may still have been to come, and absent otherwise. An event may be a
    mapping with options of the curve on which it is dated, such as `{event: rank_collapse, layer: 3, definition:
    effective}`. Raises UserError when an event, axis or metric is unknown.
    """
    name = f"{inputs.item['name']}: parameters"
    rows = []
    for run, place in grouped_runs(inputs, axis, where, positions):
        tables = inputs.runs[run]
        seeds = seed_events(tables)
        earlier, later = moments(tables, first, seeds, name), moments(tables, second, seeds, name)
        for events in seeds:
            effect = failed(events, run, place)
            if effect is None:
                pair = (event_name(first), earlier.get(events.seed)), (event_name(second), later.get(events.seed))
                effect = _effect(events.seed, run, *pair, place)
            rows.append(effect)
    return make_effects(rows)


def _effect(
    seed: int, run: str, first: tuple[str, Moment | None], second: tuple[str, Moment | None], place: dict[str, Any]
) -> SeedEffect:
    (start_name, start), (end_name, end) = first, second
    words = {name: name.replace("_", " ") for name in (start_name, end_name)}
    if start is None or start.step is None:
        return SeedEffect(seed, run, "not_applicable", note=f"no {words[start_name]} within the run", **place)
    if end is None or (end.step is None and not end.open_end):
        return SeedEffect(
            seed, run, "absent", note=(end and end.note) or f"{words[start_name]}, but no {words[end_name]}", **place
        )
    if end.step is None:
        bound = decades_between(start.step, end.last_step)
        return SeedEffect(
            seed,
            run,
            "not_yet",
            censored_at=bound,
            note=end.note or f"no completed {words[end_name]} within the run",
            **place,
        )
    return SeedEffect(seed, run, "observed", decades_between(start.step, end.step), **place)

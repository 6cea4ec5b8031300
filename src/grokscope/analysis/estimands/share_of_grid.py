"""In how much of a grid of runs a seed shows an event, by the position on one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import thresholds_of
from grokscope.analysis.effects import SeedEffect, SeedEvents, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where
from grokscope.errors import UserError

FAILURES = ("collapsed", "diverged")
BOUNDS = (-1.0, 1.0)


def thresholds(event: str, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return thresholds_of(event)


def estimate(inputs: ItemInputs, event: str, axis: str, split_at: int = 1, where: Where = None) -> pd.DataFrame:
    """Share of the runs from position `split_at` of `axis` on that show `event`, minus the share before.

    A negative `split_at` counts from the end: -1 sets the last position against all others. `event` is a moment (see
    `moments`), `collapsed` or `diverged`. Every run counts once, whatever its positions on the other axes; a failed
    seed shows no event but its failure. A seed that is not in every run is not_applicable. Raises UserError when the
    axis or event is unknown, or one side of the split is empty.
    """
    name = f"{inputs.item['name']}: parameters"
    sides: dict[bool, list[dict[int, bool]]] = {False: [], True: []}
    members = inputs.select(where)
    if not all(axis in member["positions"] for member in members):
        raise UserError(f"{name}.axis: {axis!r} is no axis of every sweep")
    if split_at < 0:
        split_at += 1 + max(member["positions"][axis] for member in members)
    for member in members:
        sides[member["positions"][axis] >= split_at].append(shown_by_seed(inputs, member["run"], event, name))
    if not (sides[False] and sides[True]):
        raise UserError(f"{name}.split_at: no run {'from' if sides[False] else 'before'} position {split_at} of {axis}")
    there = _side_in_words(axis, [member for member in members if member["positions"][axis] >= split_at])
    every = sides[False] + sides[True]
    rows = []
    for seed in sorted({seed for run in every for seed in run}):
        if not all(seed in run for run in every):
            rows.append(SeedEffect(seed, "", "not_applicable", note="the seed is not in every run"))
            continue
        before, after = (sum(run[seed] for run in sides[side]) for side in (False, True))
        share = after / len(sides[True]) - before / len(sides[False])
        note = (
            f"in {after} of {len(sides[True])} runs with {there}, and in {before} of {len(sides[False])} of the others"
        )
        rows.append(SeedEffect(seed, "", "observed", share, note=note))
    return make_effects(rows)


def _side_in_words(axis: str, members: Sequence[Mapping[str, Any]]) -> str:
    """The values of the axis on a side of the split: `depth 8`, `depth 6 and 8`."""
    values = list(dict.fromkeys(f"{member['axes'][axis]}" for member in members))
    told = " and ".join(filter(None, [", ".join(values[:-1]), values[-1]]))
    return f"{axis.replace('_', ' ')} {told}"


def shown_by_seed(inputs: ItemInputs, run: str, event: str, where: str) -> dict[int, bool]:
    """Whether each seed of a run shows `event`, a moment or a failure."""
    tables = inputs.runs[run]
    seeds = seed_events(tables)
    if event in FAILURES:
        return {one.seed: one.failure() == event for one in seeds}
    found = moments(tables, event, seeds, where)
    return {one.seed: one.failure() is None and _happened(one, found) for one in seeds}


def _happened(events: SeedEvents, found: dict[int, Any]) -> bool:
    moment = found.get(events.seed)
    return moment is not None and moment.step is not None

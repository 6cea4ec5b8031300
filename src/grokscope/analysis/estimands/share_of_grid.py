"""In how much of a grid of runs a seed shows an event, by the position on one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import thresholds_of
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where
from grokscope.analysis.shown_in_runs import effects_of_shares, shown_by_seed
from grokscope.errors import UserError

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
    runs_before, runs_after = len(sides[False]), len(sides[True])

    def share(shown: Sequence[bool]) -> tuple[float, str]:
        before, after = sum(shown[:runs_before]), sum(shown[runs_before:])
        note = f"in {after} of {runs_after} runs with {there}, and in {before} of {runs_before} of the others"
        return after / runs_after - before / runs_before, note

    return effects_of_shares(sides[False] + sides[True], "", share)


def _side_in_words(axis: str, members: Sequence[Mapping[str, Any]]) -> str:
    """The values of the axis on a side of the split: `depth 8`, `depth 6 and 8`."""
    values = list(dict.fromkeys(f"{member['axes'][axis]}" for member in members))
    told = " and ".join(filter(None, [", ".join(values[:-1]), values[-1]]))
    return f"{axis.replace('_', ' ')} {told}"

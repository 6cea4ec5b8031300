"""Which runs of a claim form its groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from grokscope.analysis.effects import SeedEffect, SeedEvents
from grokscope.analysis.inputs import ItemInputs
from grokscope.errors import UserError

Where = Mapping[str, int] | None


def grouped_runs(
    inputs: ItemInputs,
    axis: str | None,
    where: Where = None,
    positions: Iterable[int] | None = None,
    sweep: str | None = None,
) -> list[tuple[str, dict[str, Any]]]:
    """Run and place (`group`, `group_label`) of every run along `axis`, or of the only run without an axis.

    `where` fixes positions on other axes, `positions` keeps some of those on `axis`. Raises UserError when the axis is
    unknown, two runs share a position, or, without an axis, more than one run is left.
    """
    if axis is None:
        run = inputs.select_run(where).run
        return [(run, {"group": 0.0, "group_label": ""})]
    members = inputs.select(where, sweep)
    kept = [member for member in members if positions is None or member["positions"].get(axis) in set(positions)]
    groups = [member["positions"].get(axis) for member in kept]
    if None in groups or len(set(groups)) != len(groups) or not kept:
        raise UserError(f"{inputs.item['name']}: parameters: every run needs its own position on axis {axis!r}")
    return [
        (member["run"], {"group": float(member["positions"][axis]), "group_label": f"{axis} {member['axes'][axis]}"})
        for member in kept
    ]


def failed(events: SeedEvents, run: str, place: Mapping[str, Any]) -> SeedEffect | None:
    """The effect of a collapsed or diverged seed, None for one that trained."""
    failure = events.failure()
    return None if failure is None else SeedEffect(events.seed, run, failure, note=events.failure_note(), **place)

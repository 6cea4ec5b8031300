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

    The group is the run's coordinate on the axis, such as its number of layers, so that slopes over groups are per step
    of that. Where the setting has none, groups are numbered from 0 in the order of their positions. `where` and
    `positions` are as in `members_along`. Raises UserError as that does, when two runs share a coordinate or one has
    none, or, without an axis, when more than one run is left.
    """
    if axis is None:
        run = inputs.select_run(where).run
        return [(run, {"group": 0.0, "group_label": ""})]
    kept = members_along(inputs, axis, where, positions, sweep)
    groups = _groups(kept, axis, f"{inputs.item['name']}: parameters")
    return [
        (member["run"], {"group": group, "group_label": f"{axis} {member['axes'][axis]}"})
        for member, group in zip(kept, groups, strict=True)
    ]


def members_along(
    inputs: ItemInputs,
    axis: str,
    where: Where = None,
    positions: Iterable[int] | None = None,
    sweep: str | None = None,
) -> list[dict[str, Any]]:
    """The members along `axis`, each at a position of its own.

    `where` fixes positions on other axes, `positions` keeps some of those on `axis`. Raises UserError when the axis is
    unknown or two runs share a position.
    """
    members = inputs.select(where, sweep)
    wanted = None if positions is None else set(positions)
    kept = [member for member in members if wanted is None or member["positions"].get(axis) in wanted]
    places = [member["positions"].get(axis) for member in kept]
    if None in places or len(set(places)) != len(places) or not kept:
        raise UserError(f"{inputs.item['name']}: parameters: every run needs its own position on axis {axis!r}")
    return kept


def _groups(members: list[dict[str, Any]], axis: str, where: str) -> list[float]:
    """The coordinates of members on an axis; on one without coordinates, the order of their positions."""
    having = [axis in member["coordinates"] for member in members]
    if not any(having):
        order = sorted(member["positions"][axis] for member in members)
        return [float(order.index(member["positions"][axis])) for member in members]
    found = [member["coordinates"].get(axis) for member in members]
    for member, coordinate in zip(members, found, strict=True):
        if coordinate is None:
            raise UserError(f"{where}: {axis} {member['axes'][axis]} has no place among those of the other runs")
    if len(set(found)) != len(found):
        raise UserError(f"{where}: two runs have the same value on axis {axis!r}")
    return [float(coordinate) for coordinate in found if coordinate is not None]


def failed(events: SeedEvents, run: str, place: Mapping[str, Any]) -> SeedEffect | None:
    """The effect of a collapsed or diverged seed, None for one that trained."""
    failure = events.failure()
    return None if failure is None else SeedEffect(events.seed, run, failure, note=events.failure_note(), **place)

"""In how many of its runs, under other conditions, a seed shows an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import thresholds_of
from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.estimands.share_of_grid import shown_by_seed
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where
from grokscope.errors import UserError

BOUNDS = (-0.5, 0.5)


def thresholds(event: str, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return thresholds_of(event)


def estimate(
    inputs: ItemInputs,
    event: str,
    axis: str | None = None,
    positions: Sequence[int] | None = None,
    where: Where = None,
) -> pd.DataFrame:
    """Share of a seed's runs that show `event` (see `moments`), minus one half; `positions` keeps some runs on `axis`.

    Every run counts once, a failed seed shows no event, and an event that may still come counts as not shown. A seed
    that is not in every run is not_applicable. Raises UserError when the event is unknown or no run is left.
    """
    name = f"{inputs.item['name']}: parameters"
    members = inputs.select(where)
    if positions is not None:
        members = [member for member in members if member["positions"].get(axis) in positions]
    runs = list(dict.fromkeys(member["run"] for member in members))
    if not runs:
        raise UserError(f"{name}.positions: no run at {list(positions or ())} of {axis}")
    shown = {run: shown_by_seed(inputs, run, event, name) for run in runs}
    rows = []
    for seed in sorted({seed for of_run in shown.values() for seed in of_run}):
        if not all(seed in of_run for of_run in shown.values()):
            rows.append(SeedEffect(seed, runs[0], "not_applicable", note="the seed is not in every run"))
            continue
        count = sum(of_run[seed] for of_run in shown.values())
        rows.append(
            SeedEffect(seed, runs[0], "observed", count / len(runs) - 0.5, note=f"in {count} of {len(runs)} runs")
        )
    return make_effects(rows)

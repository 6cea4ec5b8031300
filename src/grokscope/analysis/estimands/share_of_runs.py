"""In how many of its runs, under other conditions, a seed shows an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import thresholds_of
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where
from grokscope.analysis.shown_in_runs import effects_of_shares, shown_by_seed
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

    def share(shown: Sequence[bool]) -> tuple[float, str]:
        return sum(shown) / len(runs) - 0.5, f"in {sum(shown)} of {len(runs)} runs"

    return effects_of_shares([shown_by_seed(inputs, run, event, name) for run in runs], runs[0], share)

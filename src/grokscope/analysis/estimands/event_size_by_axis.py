"""How large an event is, by the position on one axis: accuracy gained in a surge, share of rank lost in a fall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import none_within_run, thresholds_of
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs


def thresholds(event: str, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return thresholds_of(event)


def estimate(
    inputs: ItemInputs,
    axis: str,
    event: str,
    given: str | None = None,
    where: Where = None,
    positions: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Value of `event` in the table of events, in its own unit, the group being the coordinate on `axis`.

    A seed without the event, or without the event `given`, says nothing about its size (not_applicable). Raises
    UserError when the axis is unknown.
    """
    rows = []
    for run, place in grouped_runs(inputs, axis, where, positions):
        tables = inputs.runs[run]
        table = tables.events().set_index(["event", "seed"]).dropna(subset="step")
        for events in seed_events(tables):
            effect = failed(events, run, place)
            missing = next((one for one in (event, given) if one and (one, events.seed) not in table.index), None)
            if effect is None and missing:
                effect = SeedEffect(events.seed, run, "not_applicable", note=none_within_run(missing), **place)
            if effect is None:
                effect = SeedEffect(events.seed, run, "observed", float(table["value"][event, events.seed]), **place)
            rows.append(effect)
    return make_effects(rows)

"""When an event happens, by the position on one axis, as survival data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import thresholds_of
from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs


def thresholds(event: str, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return thresholds_of(event)


def estimate(
    inputs: ItemInputs, axis: str, event: str, where: Where = None, positions: Sequence[int] | None = None
) -> pd.DataFrame:
    """log10(step + 1) of `event` (see `moments`) in every seed, the group being the position on `axis`.

    A seed without the event is censored at the end of its run, whether the event was under way or not: how late it is
    is not known. Raises UserError when an event, axis or metric is unknown.
    """
    name = f"{inputs.item['name']}: parameters"
    rows = []
    for run, place in grouped_runs(inputs, axis, where, positions):
        tables = inputs.runs[run]
        seeds = seed_events(tables)
        found = moments(tables, event, seeds, name)
        for events in seeds:
            effect, moment = failed(events, run, place), found.get(events.seed)
            if effect is None and (moment is None or moment.step is None):
                end = float(log_time(moment.last_step)) if moment is not None else None
                note = f"no {event.replace('_', ' ')} within the run"
                effect = SeedEffect(
                    events.seed,
                    run,
                    "not_yet" if end is not None else "not_applicable",
                    censored_at=end,
                    note=note,
                    **place,
                )
            elif effect is None and moment is not None and moment.step is not None:
                effect = SeedEffect(events.seed, run, "observed", float(log_time(moment.step)), **place)
            if effect is not None:
                rows.append(effect)
    return make_effects(rows)

"""Two dates of every seed, to see whether they go together over seeds."""

from __future__ import annotations

from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import none_within_run, thresholds_of_dates
from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs


def thresholds(first: str, second: str, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return thresholds_of_dates(first, second)


def estimate(inputs: ItemInputs, first: str, second: str, where: Where = None) -> pd.DataFrame:
    """log10(step + 1) of event `first` as the value and of `second` as its partner, in every seed.

    Only one run, as dates that differ between conditions would go together for that reason alone. A seed that lacks
    either is not_applicable, and one of which either date is not sharp is not_sharp. What is dated is the crossing of a
    level for the fit, the middle of a change for other events and the steepest point of a fall for ranks. Raises
    UserError when an event or metric is unknown or more than one run is selected.
    """
    name = f"{inputs.item['name']}: parameters"
    ((run, place),) = grouped_runs(inputs, None, where)
    tables = inputs.runs[run]
    seeds = seed_events(tables)
    dates = {event: moments(tables, event, seeds, name, dated=True) for event in (first, second)}
    rows = []
    for events in seeds:
        steps = {event: found[events.seed].step if events.seed in found else None for event, found in dates.items()}
        missing = next((event for event, step in steps.items() if step is None), None)
        effect = failed(events, run, place)
        if effect is None and missing:
            effect = SeedEffect(events.seed, run, "not_applicable", note=none_within_run(missing), **place)
        reasons = [found[events.seed].not_sharp for found in dates.values() if events.seed in found]
        if effect is None and any(reasons):
            effect = SeedEffect(events.seed, run, "not_sharp", note=next(filter(None, reasons)), **place)
        value, partner = (None if step is None else float(log_time(step)) for step in (steps[first], steps[second]))
        rows.append(effect or SeedEffect(events.seed, run, "observed", value, partner=partner, **place))
    return make_effects(rows)

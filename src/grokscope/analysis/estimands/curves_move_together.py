"""Whether two curves of one run rise and fall together over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations.curves import thresholds_of_curves
from grokscope.analysis.declarations.events import none_within_run, thresholds_of
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs
from grokscope.analysis.within_run import associate

BOUNDS = (-1.0, 1.0)


def thresholds(first: Any = None, second: Any = None, after: str | None = None, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return tuple(dict.fromkeys((*thresholds_of_curves(first, second), *thresholds_of(after))))


def estimate(
    inputs: ItemInputs,
    first: str | Mapping[str, Any],
    second: str | Mapping[str, Any],
    after: str | None = None,
    where: Where = None,
) -> pd.DataFrame:
    """Spearman's correlation of the increments of two curves (see `named_curves`) over log-time.

    Its interval within the run is from a block bootstrap and stands in `low` and `high`; the note holds the p-value by
    circular shifts. A test over seeds takes each seed's correlation as one value, so that the number of checkpoints is
    no evidence. `after` leaves out what came before that event. Raises UserError when a name is unknown, a curve was
    not measured or several runs are selected.
    """
    name = f"{inputs.item['name']}: parameters"
    ((run, place),) = grouped_runs(inputs, None, where)
    tables = inputs.runs[run]
    seeds = seed_events(tables)
    one, other = named_curves(tables, first, name), named_curves(tables, second, name)
    starts = moments(tables, after, seeds, name) if after else {}
    rows = []
    for events in seeds:
        effect = failed(events, run, place)
        start = starts[events.seed].step if events.seed in starts else None
        if effect is None and after and start is None:
            effect = SeedEffect(events.seed, run, "not_applicable", note=none_within_run(after), **place)
        if effect is None and not (events.seed in one and events.seed in other):
            effect = SeedEffect(events.seed, run, "not_applicable", note="a curve is missing", **place)
        if effect is None:
            found = associate(
                one[events.seed],
                other[events.seed],
                str(inputs.item["settings"]["direction"]),
                -1.0 if start is None else start,
            )
            if found is None:
                effect = SeedEffect(
                    events.seed, run, "absent", 0.0, note="a curve does not change, or has too few points", **place
                )
            else:
                note = f"p = {found.p_value:.2g} by circular shifts of {found.increments} increments"
                effect = SeedEffect(
                    events.seed, run, "observed", found.correlation, note=note, low=found.low, high=found.high, **place
                )
        rows.append(effect)
    return make_effects(rows)

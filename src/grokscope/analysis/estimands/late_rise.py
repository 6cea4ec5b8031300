"""How far a curve has risen at the end from where it lay after an event, such as robustness that comes back."""

from __future__ import annotations

from typing import Any

import pandas as pd

from grokscope.analysis.curves import Curves, named_curves
from grokscope.analysis.declarations.curves import CurveName, curve_name, curve_words, thresholds_of_curves
from grokscope.analysis.declarations.events import none_within_run, thresholds_of
from grokscope.analysis.detectors.late_rise import LateRise, late_rise
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs
from grokscope.analysis.run_tables import RunTables


def thresholds(curve: Any = None, beside: Any = None, after: str = "fit", **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on; the level at the end is read from the raw values."""
    return tuple(
        dict.fromkeys(
            (*thresholds_of_curves(curve, beside), *thresholds_of(after), *(["robustness_change"] if beside else []))
        )
    )


def estimate(
    inputs: ItemInputs, curve: CurveName, beside: CurveName | None = None, after: str = "fit", where: Where = None
) -> pd.DataFrame:
    """The final level of a curve in every seed of the one run, less its median over the first half of the logarithmic
    time between the event `after` and the end.

    With `beside` only seeds count in which this other curve has risen in the same sense by `robustness_change` at
    least; the others are not_applicable, as are seeds without the event or with too few points after it. Raises
    UserError when a name is unknown or several runs are selected.
    """
    name = f"{inputs.item['name']}: parameters"
    ((run, place),) = grouped_runs(inputs, None, where)
    tables = inputs.runs[run]
    seeds = seed_events(tables)
    events = moments(tables, after, seeds, name)
    own = named_curves(tables, curve, name)
    other = None if beside is None else named_curves(tables, beside, name)
    rows = []
    for seed in seeds:
        since = events[seed.seed].step if seed.seed in events else None
        effect = failed(seed, run, place)
        if effect is None and since is None:
            effect = SeedEffect(seed.seed, run, "not_applicable", note=none_within_run(after), **place)
        if effect is None and since is not None:
            effect = _effect(seed.seed, tables, own, other, beside, since, place)
        rows.append(effect)
    return make_effects([row for row in rows if row is not None])


def _effect(
    seed: int,
    tables: RunTables,
    own: Curves,
    other: Curves | None,
    beside: CurveName | None,
    since: float,
    place: dict[str, Any],
) -> SeedEffect:
    if other is not None:
        risen = _rise(seed, tables, other, since)
        if risen is None or risen.size < tables.detectors.robustness_change:
            words = f"no late rise of {curve_words(curve_name(beside))[0]} beside it"
            return SeedEffect(seed, tables.run, "not_applicable", note=words, **place)
    found = _rise(seed, tables, own, since)
    if found is None:
        return SeedEffect(seed, tables.run, "not_applicable", note="too few points after the event", **place)
    note = f"from {found.before:.3g} to {found.final:.3g}"
    return SeedEffect(seed, tables.run, "observed", found.size, note=note, **place)


def _rise(seed: int, tables: RunTables, curves: Curves, since: float) -> LateRise | None:
    values, detectors = curves.get(seed), tables.detectors
    if values is None:
        return None
    return late_rise(
        values["step"],
        values["value"],
        since,
        smoothing_decades=detectors.smoothing_decades,
        final_decades=detectors.final_decades,
    )

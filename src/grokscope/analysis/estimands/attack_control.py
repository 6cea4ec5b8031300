"""Controls of the attack: is accuracy under attack at the end of training what it seems to be? Not in the papers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from grokscope.analysis.curves import Curves, named_curves
from grokscope.analysis.declarations.events import thresholds_of
from grokscope.analysis.detectors.curve import final_level, smooth
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs
from grokscope.analysis.run_tables import RunTables
from grokscope.errors import UserError

CONTROLS = ("zero_gradient", "random_start", "epsilon")


def thresholds(given: str | None = None, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return thresholds_of(given)


def estimate(
    inputs: ItemInputs,
    control: str,
    epsilon: float,
    larger: float | None = None,
    given: str | None = None,
    where: Where = None,
) -> pd.DataFrame:
    """A control at the end of the run, as a fraction of test points, one effect a seed.

    `zero_gradient`: points at which the attack of size `epsilon` never sees a gradient. `random_start`: accuracy under
    the published attack minus that under one from a random start. `epsilon`: accuracy under the attack of size
    `epsilon` minus that under the `larger` one, which vanishes where the attack cannot move. A seed that lacks the
    event `given` is not_applicable. Raises UserError when a name is unknown, an attack was not measured, or several
    runs are selected.
    """
    name = f"{inputs.item['name']}: parameters"
    ((run, place),) = grouped_runs(inputs, None, where)
    tables = inputs.runs[run]
    seeds = seed_events(tables)
    curves = _curves(tables, control, epsilon, larger, name)
    wanted = moments(tables, given, seeds, name) if given else {}
    rows = []
    for events in seeds:
        effect = failed(events, run, place)
        if effect is None and given and wanted[events.seed].step is None:
            effect = SeedEffect(
                events.seed, run, "not_applicable", note=f"no {given.replace('_', ' ')} within the run", **place
            )
        if effect is None:
            levels = [_final(curve[events.seed], tables) for curve in curves]
            effect = SeedEffect(
                events.seed, run, "observed", levels[0] - (levels[1] if len(levels) > 1 else 0.0), **place
            )
        rows.append(effect)
    return make_effects(rows)


def _curves(tables: RunTables, control: str, epsilon: float, larger: float | None, name: str) -> list[Curves]:
    published = {"curve": "robust_accuracy", "epsilon": epsilon}
    if control == "zero_gradient":
        return [named_curves(tables, published | {"curve": "zero_gradient"}, name)]
    if control == "random_start":
        return [named_curves(tables, curve, name) for curve in (published, published | {"start": "random"})]
    if control == "epsilon" and larger is not None:
        return [named_curves(tables, curve, name) for curve in (published, published | {"epsilon": larger})]
    raise UserError(f"{name}: control {control!r} with larger {larger!r} is unknown; known are {', '.join(CONTROLS)}")


def _final(curve: pd.DataFrame, tables: RunTables) -> float:
    smoothed = smooth(curve["step"], curve["value"], tables.detectors.smoothing_decades)
    return float(curve["value"].iloc[-1]) if smoothed is None else final_level(smoothed, tables.detectors.final_decades)

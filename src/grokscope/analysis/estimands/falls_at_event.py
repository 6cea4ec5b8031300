"""Which of two curves makes its fall at an event rather than smoothly over time (P1 Fig 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations.curves import thresholds_of_curves
from grokscope.analysis.declarations.events import none_within_run, thresholds_of_dates
from grokscope.analysis.detectors.curve import Reals, log_time
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs
from grokscope.analysis.within_run import read_off

SMALLEST = 0.5
"""Floor of a value before its logarithm is taken: half of the smallest rank that is not 0."""


def thresholds(first: Any = None, second: Any = None, event: str = "generalisation", **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return tuple(dict.fromkeys((*thresholds_of_curves(first, second), *thresholds_of_dates(event))))


def estimate(
    inputs: ItemInputs,
    first: str | Mapping[str, Any],
    second: str | Mapping[str, Any] | None = None,
    event: str = "generalisation",
    window: str = "around",
    decades: float = 0.15,
    where: Where = None,
) -> pd.DataFrame:
    """Share of the logarithmic fall of curve `first` that comes at `event`, minus the same of curve `second`.

    `window` is `around` (within `decades` on either side) or `before` (all up to the event). Without `second` the share
    itself. A seed without the event is not_applicable, and one whose date of it is not sharp is not_sharp, since the
    window is laid by that date (the middle of the rise, for generalisation). Raises UserError when a name is unknown or
    several runs are selected.
    """
    name = f"{inputs.item['name']}: parameters"
    ((run, place),) = grouped_runs(inputs, None, where)
    tables = inputs.runs[run]
    seeds = seed_events(tables)
    dates = moments(tables, event, seeds, name, dated=True)
    curves = [named_curves(tables, curve, name) for curve in (first, second) if curve is not None]
    rows = []
    for events in seeds:
        effect, date = failed(events, run, place), dates[events.seed].step if events.seed in dates else None
        if effect is None and date is None:
            effect = SeedEffect(events.seed, run, "not_applicable", note=none_within_run(event), **place)
        elif effect is None and dates[events.seed].not_sharp:
            effect = SeedEffect(events.seed, run, "not_sharp", note=dates[events.seed].not_sharp, **place)
        elif effect is None and date is not None:
            time = float(log_time(date))
            span = np.array(
                [-np.inf if window == "before" else time - decades, time if window == "before" else time + decades]
            )
            shares = [_share(found[events.seed], span) for found in curves]
            effect = SeedEffect(
                events.seed, run, "observed", shares[0] - (shares[1] if len(shares) > 1 else 0.0), **place
            )
        if effect is not None:
            rows.append(effect)
    return make_effects(rows)


def _share(curve: pd.DataFrame, span: Reals) -> float:
    """Fall of log10(value) between two times over its whole range; negative where it rises, 0 if all is flat."""
    levels = np.log10(np.maximum(curve["value"].to_numpy(dtype=np.float64), SMALLEST))
    if not np.isfinite(levels).all() or np.ptp(levels) == 0:
        return 0.0
    start, end = read_off(curve.assign(value=levels), span)
    return float((start - end) / np.ptp(levels))

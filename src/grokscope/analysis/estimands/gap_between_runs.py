"""Which of two curves tells two training conditions apart (P1 Fig 5: ranks differ, weight norms overlap)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations.curves import thresholds_of_curves
from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, members_along
from grokscope.analysis.within_run import read_off
from grokscope.errors import UserError

GRID = 200
SMALLEST = 0.5
"""Floor of a value before its logarithm is taken: half of the smallest rank that is not 0."""


def thresholds(first: Any = None, second: Any = None, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return thresholds_of_curves(first, second)


def estimate(
    inputs: ItemInputs,
    axis: str,
    positions: Sequence[int],
    first: str | Mapping[str, Any],
    second: str | Mapping[str, Any] | None = None,
    where: Where = None,
) -> pd.DataFrame:
    """Mean gap in log-time of curve `first` between two runs along `axis`, minus that of `second`, in decades.

    A gap is the absolute difference of log10. It is that between the two runs, however far apart they lie on the axis:
    what is compared is the two curves. Seeds that failed in either run are left out. Without `second` the gap of
    the first. Raises UserError when a name is unknown or `positions` are not two.
    """
    name = f"{inputs.item['name']}: parameters"
    runs = [member["run"] for member in members_along(inputs, axis, where, positions)]
    if len(runs) != 2:
        raise UserError(f"{name}: positions: {list(positions)} are not two runs")
    wanted = [curve for curve in (first, second) if curve is not None]
    curves = [[named_curves(inputs.runs[run], curve, name) for run in runs] for curve in wanted]
    others = {events.seed: events for events in seed_events(inputs.runs[runs[1]])}
    rows = []
    for events in seed_events(inputs.runs[runs[0]]):
        effect = failed(events, runs[0], {})
        other = others.get(events.seed)
        if effect is None and other is not None:
            effect = failed(other, runs[1], {})
        if effect is None and other is None:
            effect = SeedEffect(events.seed, runs[0], "not_applicable", note="the seed is in one run only")
        if effect is None:
            gaps = [_gap(*(found[events.seed] for found in pair)) for pair in curves]
            effect = SeedEffect(events.seed, runs[0], "observed", gaps[0] - (gaps[1] if len(gaps) > 1 else 0.0))
        rows.append(effect)
    return make_effects(rows)


def _gap(one: pd.DataFrame, other: pd.DataFrame) -> float:
    ends = [log_time(frame["step"].to_numpy()) for frame in (one, other)]
    grid = np.linspace(max(end[0] for end in ends), min(end[-1] for end in ends), GRID)
    levels = [np.log10(np.maximum(read_off(frame, grid), SMALLEST)) for frame in (one, other)]
    return float(np.mean(np.abs(levels[0] - levels[1])))

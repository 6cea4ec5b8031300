"""How many layers form the tunnel, by the position on one axis (P1 Figs 3 and 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.events import rank_split, select
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs

LAST_CHECKPOINTS = 3


def thresholds(definition: str | None = None, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return ("rank_definition",) if definition is None else ()


def estimate(
    inputs: ItemInputs,
    axis: str,
    share: float = 0.75,
    definition: str | None = None,
    where: Where = None,
    positions: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Number of layers, the output included, whose rank at the end of the run is below `share` of the largest width.

    P1 counts layers of rank below 300 at width 400. The rank is the median over the last three checkpoints. Raises UserError when the axis
    is unknown or no spectra were measured.
    """
    rows = []
    for run, place in grouped_runs(inputs, axis, where, positions):
        tables = inputs.runs[run]
        width = int(tables.table("spectra")["eigenvalues"].map(len).max())
        table = tables.table("rank")
        ranks = select(table, split=rank_split(table), definition=definition or tables.detectors.rank_definition)
        for events in seed_events(tables):
            mine = ranks[ranks["seed"] == events.seed]
            last = sorted(mine["step"].unique())[-LAST_CHECKPOINTS:]
            final = mine[mine["step"].isin(last)].groupby("layer")["rank"].median()
            effect = failed(events, run, place)
            rows.append(effect or SeedEffect(events.seed, run, "observed", float((final < share * width).sum()), **place))
    return make_effects(rows)

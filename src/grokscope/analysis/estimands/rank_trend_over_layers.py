"""Whether the rank of the features falls from layer to layer (P1 Fig 3)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs
from grokscope.analysis.rank_correlation import rank_correlations
from grokscope.analysis.tables import hidden_layers, rank_split, select

LAST_CHECKPOINTS = 3
BOUNDS = (-1.0, 1.0)


def thresholds(definition: str | None = None, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return ("rank_definition",) if definition is None else ()


def estimate(inputs: ItemInputs, definition: str | None = None, where: Where = None) -> pd.DataFrame:
    """Spearman's correlation between a hidden layer's number and its rank at the end of the run.

    The rank is the median over the last three checkpoints. Raises UserError when no spectra were measured or several
    runs are selected.
    """
    ((run, place),) = grouped_runs(inputs, None, where)
    tables = inputs.runs[run]
    table = tables.table("rank")
    kept = select(table, split=rank_split(table), definition=definition or inputs.runs[run].detectors.rank_definition)
    kept = kept[kept["layer"].isin(hidden_layers(table))]
    rows = []
    for events in seed_events(tables):
        mine = kept[kept["seed"] == events.seed]
        last = sorted(mine["step"].unique())[-LAST_CHECKPOINTS:]
        final = mine[mine["step"].isin(last)].groupby("layer")["rank"].median().sort_index()
        effect = failed(events, run, place)
        correlation = float(
            rank_correlations(np.asarray(final.index, dtype=np.float64), final.to_numpy(dtype=np.float64))
        )
        rows.append(effect or SeedEffect(events.seed, run, "observed", correlation, **place))
    return make_effects(rows)

"""How many layers form the tunnel, by the position on one axis (P1 Figs 3 and 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs
from grokscope.analysis.tunnel import (
    PUBLISHED_SHARE,
    network_width,
    rank_limit,
    ranks_at_end,
    ranks_by_layer,
    tunnel_length,
)


def thresholds(definition: str | None = None, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return ("rank_definition",) if definition is None else ()


def estimate(
    inputs: ItemInputs,
    axis: str,
    share: float = PUBLISHED_SHARE,
    definition: str | None = None,
    where: Where = None,
    positions: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Number of layers, the output included, whose rank at the end of the run is below `share` of the largest width.
    The group is the coordinate on `axis`.

    P1 counts layers of rank below 300 at width 400. The rank is the median over the last three checkpoints. A tunnel of
    all layers, or of no layer but the output, is saturated. Raises UserError when the axis is unknown or no spectra
    were measured.
    """
    rows = []
    for run, place in grouped_runs(inputs, axis, where, positions):
        tables = inputs.runs[run]
        ranks = ranks_by_layer(tables, definition or tables.detectors.rank_definition)
        lengths = tunnel_length(ranks_at_end(ranks), rank_limit(share, network_width(tables))).to_dict()
        ends = (0, 1, len(ranks.columns))
        for events in seed_events(tables):
            length = lengths.get(events.seed, np.nan)
            effect = failed(events, run, place)
            if effect is None and np.isnan(length):
                effect = SeedEffect(events.seed, run, "not_applicable", note="no rank at the end of the run", **place)
            rows.append(effect or SeedEffect(events.seed, run, "observed", length, saturated=length in ends, **place))
    return make_effects(rows)

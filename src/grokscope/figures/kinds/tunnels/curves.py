"""Ranks by layer and lengths of the tunnel of one run (P1 section 3.2), as curves for `figures.parts.panels`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.comparison import setting
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.tunnel import (
    PUBLISHED_SHARE,
    network_width,
    rank_limit,
    ranks_at_end,
    ranks_by_layer,
    tunnel_length,
)
from grokscope.figures.parts.curves import table_or_none
from grokscope.figures.parts.rank_curves import rank_definition

SHARES = np.arange(10, 101) / 100
EARLIER = (0.0, 0.4, 0.6, 0.75, 0.9)
"""Where on the log axis of steps the ranks before the end are shown."""


@dataclass(frozen=True)
class Tunnel:
    """Ranks of one run by one definition: index (step, seed), one column for each layer."""

    run: str
    width: int
    definition: str
    ranks: pd.DataFrame

    @property
    def known(self) -> bool:
        """Whether any rank is a number."""
        return bool(self.ranks.notna().to_numpy().any())

    @property
    def limit(self) -> float:
        """The rank below which a layer is of the tunnel, by the paper's rule."""
        return rank_limit(PUBLISHED_SHARE, self.width)

    def by_layer(self, step: int | None = None) -> pd.DataFrame:
        """Rank by layer, one column for each seed, at a measured step or at the end (median of three checkpoints)."""
        if step is None:
            return ranks_at_end(self.ranks).T
        return self.ranks[self.ranks.index.get_level_values("step") == step].droplevel("step").T

    def at_end(self, share: float = PUBLISHED_SHARE) -> pd.Series:
        """Length of the tunnel at the end for every seed."""
        return tunnel_length(ranks_at_end(self.ranks), rank_limit(share, self.width))

    def by_share(self) -> pd.DataFrame:
        """Length at the end, index threshold as a share of the width, one column for each seed."""
        end = ranks_at_end(self.ranks)
        return pd.DataFrame({share: tunnel_length(end, rank_limit(share, self.width)) for share in SHARES}).T

    def by_step(self) -> pd.DataFrame:
        """Length at every measured step, index step, one column for each seed."""
        return tunnel_length(self.ranks, self.limit).unstack("seed")

    def layers(self) -> list[int]:
        """Layers of the tunnel at the end: those whose median rank over seeds lies below the threshold."""
        median = self.by_layer().median(axis="columns")
        return [int(layer) for layer in median.index[median < self.limit]]


def tunnels(inputs: ItemInputs, run: str) -> list[Tunnel]:
    """By the definition that the figures draw, then by the claims' if it differs; empty without spectra."""
    if table_or_none(inputs, run, "spectra") is None:
        return []
    tables = inputs.runs[run]
    width = network_width(tables)
    definitions = dict.fromkeys([rank_definition(inputs, run), tables.detectors.rank_definition])
    return [Tunnel(run, width, name, ranks_by_layer(tables, name)) for name in definitions]


def earlier_steps(shown: list[Tunnel]) -> list[int]:
    """Steps before the end that all runs have, evenly spread over the log axis of steps, the first included."""
    steps = [set(tunnel.ranks.index.get_level_values("step")) for tunnel in shown]
    common = np.array(sorted(set.intersection(*steps)) if steps else [], dtype=np.int64)
    if len(common) < 2:
        return []
    times = np.log10(common + 1)
    chosen = {int(common[np.argmin(np.abs(times - share * times[-1]))]) for share in EARLIER}
    return sorted(chosen - {int(common[-1])})


def depth(inputs: ItemInputs, member: dict[str, Any]) -> Any:
    """Layers of a member's network."""
    return member["axes"].get("depth", setting(inputs, member["run"], "model.depth"))

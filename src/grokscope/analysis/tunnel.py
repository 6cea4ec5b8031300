"""The tunnel of P1 section 3.2: layers whose features have a rank below a share of the network's width.

P1 takes 300 at width 400, for a reason and at a step that it does not say.
"""

from __future__ import annotations

import pandas as pd

from grokscope.analysis.run_tables import RunTables
from grokscope.analysis.tables import rank_split, select

PUBLISHED_SHARE = 0.75
"""300 of 400."""
LAST_CHECKPOINTS = 3
"""The rank at the end is the median over as many checkpoints."""


def network_width(tables: RunTables) -> int:
    """Features of the widest layer of a run with spectra."""
    return int(tables.table("spectra")["eigenvalues"].map(len).max())


def rank_limit(share: float, width: int) -> float:
    """The rank below which a layer is of the tunnel; no rounding error makes a rank that equals it one below."""
    return round(share * width, 9)


def ranks_by_layer(tables: RunTables, definition: str) -> pd.DataFrame:
    """Ranks on test (else training) images: index (step, seed) ascending, one column for each layer."""
    table = tables.table("rank")
    kept = select(table, split=rank_split(table), definition=definition)
    return kept.pivot(index=["step", "seed"], columns="layer", values="rank").sort_index()


def ranks_at_end(ranks: pd.DataFrame) -> pd.DataFrame:
    """Median of `ranks_by_layer` over every seed's last three checkpoints: index seed, columns layers."""
    return ranks.groupby("seed").tail(LAST_CHECKPOINTS).groupby("seed").median()


def tunnel_length(ranks: pd.DataFrame, limit: float) -> pd.Series:
    """How many of the columns lie below `limit` in every row of `ranks`; NaN where a rank is not known."""
    return (ranks < limit).sum(axis="columns").astype("float64").where(ranks.notna().all(axis="columns"))

"""Reading metric tables: rows by their keys, hidden layers, and the split on which rank is read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def select(table: pd.DataFrame, **keys: Any) -> pd.DataFrame:
    """Rows of `table` where each of these columns has this value."""
    chosen = np.ones(len(table), dtype=bool)
    for column, value in keys.items():
        chosen &= (table[column] == value).to_numpy()
    return table[chosen]


def hidden_layers(rank: pd.DataFrame) -> list[int]:
    """Layers of a table of ranks but the last, which holds the logits."""
    return sorted(int(layer) for layer in rank["layer"].unique())[:-1]


def rank_split(rank: pd.DataFrame) -> str:
    """The split on which rank is read: test, as in P1's code, or else train."""
    return "test" if (rank["split"] == "test").any() else "train"

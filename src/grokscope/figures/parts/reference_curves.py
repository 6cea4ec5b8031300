"""The authors' published curves, in the units of our axes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.inputs import ItemInputs


def published_table(inputs: ItemInputs, file: str, accuracy: bool) -> pd.DataFrame | None:
    """A reference file, with accuracies in percent; None without the file."""
    if file not in inputs.reference:
        return None
    table = inputs.reference[file].copy()
    if accuracy:
        factor = np.where(table["percent"].astype(bool), 1.0, 100.0)
        for column in ("value", "low", "high"):
            if column in table:
                table[column] = table[column] * factor
    return table


def published_curve(table: pd.DataFrame | None, **where: Any) -> pd.DataFrame:
    """Rows of a published table that equal `where`, by step; empty if there are none or a column is missing."""
    empty = pd.DataFrame({"step": pd.Series(dtype="int64"), "value": pd.Series(dtype="float64")})
    if table is None or not set(where) <= set(table.columns):
        return empty
    wanted = pd.Series(True, index=table.index)
    for column, chosen in where.items():
        wanted &= np.isclose(table[column], chosen) if isinstance(chosen, float) else table[column] == chosen
    return table[wanted].sort_values("step")


def published_last_step(*tables: pd.DataFrame | None) -> int:
    """The last published step, 0 without any."""
    return max((int(table["step"].max()) for table in tables if table is not None and len(table)), default=0)

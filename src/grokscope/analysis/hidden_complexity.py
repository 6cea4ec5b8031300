"""Local complexity without the outputs: of neurons that a nonlinearity follows.

P2's code counts the output layer, too. Its zero sets are no borders of linear regions, since no nonlinearity follows,
and where outputs are trained towards 0 they come to pass through the training points themselves.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from grokscope.analysis.chosen_rows import TOLERANCE, chosen_rows
from grokscope.analysis.run_tables import RunTables
from grokscope.metrics.tables import ALL_LAYERS


def rows(tables: RunTables, split: str = "train", radius: float | None = None) -> tuple[pd.DataFrame, str]:
    """Rows with seed, step and value, the counted layers' total less the output layer, and the name of that column.

    Where the total is not the sum of all layers, as in a CNN, whose convolutions alone count, the output layer is not
    in it. `radius` None is the smallest measured.
    """
    table = tables.table("local_complexity")
    chosen = float(table["radius"].min()) if radius is None else radius
    kept = chosen_rows(table, {"split": split, "radius": chosen})
    by_layer = kept.pivot(index=["seed", "step"], columns="layer", values="value")
    if by_layer.empty:
        return pd.DataFrame({"seed": [], "step": [], "value": []}), "value"
    total, layers = by_layer[ALL_LAYERS], by_layer.drop(columns=ALL_LAYERS)
    all_counted = np.abs(layers.sum(axis=1, skipna=False) - total).max() <= TOLERANCE * max(1.0, float(total.max()))
    hidden = total - layers[layers.columns.max()] if all_counted else total
    return hidden.rename("value").reset_index(), "value"

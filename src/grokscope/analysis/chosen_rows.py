"""Rows of a table that a declaration chooses by their columns, and how they are reduced to one for each seed and
step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from grokscope.config.detector_settings import DetectorSettings
from grokscope.metrics.declared_curves import SECOND_LAST, Detector, FirstOf, Reduction, Smallest
from grokscope.metrics.tables import ALL_LAYERS

TOLERANCE = 1e-9
"""Real numbers in a column are taken for the one that is wanted up to this difference."""
REDUCTIONS: dict[Reduction, str] = {"mean": "mean", "sum": "sum", "least": "min", "greatest": "max"}


def resolved(
    choice: Any, table: pd.DataFrame, column: str, detectors: DetectorSettings, above: float | None = None
) -> Any:
    """The value in `column` that a choice stands for; one that is in no row where the table holds none.

    The smallest value is looked for among those greater than `above`. The layer before the logits is only known where
    there are several.
    """
    if isinstance(choice, Detector):
        return getattr(detectors, choice.setting)
    if isinstance(choice, FirstOf):
        measured = set(table[column].unique())
        return next((value for value in choice.values if value in measured), "")
    if isinstance(choice, Smallest):
        return table.loc[table[column] > (-np.inf if above is None else above), column].min()
    if choice == SECOND_LAST:
        layers = sorted(layer for layer in table[column].unique() if layer != ALL_LAYERS)
        return layers[-2] if len(layers) > 1 else np.nan
    return choice


def chosen_rows(table: pd.DataFrame, values: Mapping[str, Any]) -> pd.DataFrame:
    """Rows of `table` where each of these columns has this value."""
    chosen = np.ones(len(table), dtype=bool)
    for column, value in values.items():
        found = table[column]
        near = isinstance(value, float) and found.dtype.kind in "if"
        chosen &= ((found - value).abs() < TOLERANCE if near else found == value).to_numpy()
    return table[chosen]


def reduced(
    rows: pd.DataFrame, column: str, over: Mapping[str, Reduction], keys: Sequence[str] = ("seed", "step")
) -> pd.DataFrame:
    """`rows` with one value of `column` for each of `keys` in place of those that differ in the columns `over`, which
    are reduced one after the other. A value is missing where one that it is made from is missing. The row of all layers
    together is left out where layers are reduced.
    """
    left = list(over)
    kept = rows[rows["layer"] != ALL_LAYERS] if "layer" in over else rows
    for name, reduction in over.items():
        left.remove(name)
        grouped = kept.groupby([*keys, *left], sort=True)[column]
        kept = grouped.agg(REDUCTIONS[reduction]).where(grouped.count() == grouped.size()).reset_index()
    return kept

"""The authors' curves that belong to a row of a curve grid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.curve_kinds import Curve
from grokscope.figures.parts.curves import column_values
from grokscope.figures.parts.reference_curves import published_curve, published_table

COLUMNS = {"train_size": "n_train"}
"""Axis of a sweep -> column of a reference file, where they differ."""


def published_line(inputs: ItemInputs, curve: Curve, places: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """The authors' values (columns step, value) of a curve, at these values on axes; may be empty."""
    place = {COLUMNS.get(axis, axis): value for axis, value in (places or {}).items()}
    found = pd.DataFrame({"step": [], "value": []})
    for file in inputs.reference:
        table = published_table(inputs, file, accuracy=curve.declared.of_quantity == "accuracy")
        for where in _wanted(curve, table):
            if len(found := published_curve(table, **where, **place)):
                return found
    return found


def published_values(inputs: ItemInputs, axis: str) -> list[Any]:
    """Values on an axis at which the authors gave curves, ascending."""
    column = COLUMNS.get(axis, axis)
    return sorted(
        {value for table in inputs.reference.values() if column in table for value in column_values(table, column)}
    )


def _wanted(curve: Curve, table: pd.DataFrame | None) -> list[dict[str, Any]]:
    """What rows of a reference file hold for a curve, in the words that such files use."""
    if curve.option("measured") == "relative":
        return []  # sizes are relative to the embedding, which is a measure of ours
    if curve.curve in ("complexity", "embedding_complexity"):
        named = curve.option("radius") is not None and table is not None and "radius" in table
        radius = {"radius": float(curve.option("radius"))} if named else {}
        return [{"series": "local complexity", "split": curve.option("split"), **radius}]
    if curve.curve in ("robust_accuracy", "robust_accuracy_of_embeddings"):
        return [{"split": "adversarial", "epsilon": float(curve.option("epsilon") or 0)}]
    split = curve.curve.removesuffix("_accuracy")
    return (
        [{"series": series, "split": split} for series in ("accuracy", "clean")] if split in ("train", "test") else []
    )

"""Feature rank by layer, as the figures of P1 show it.

For runs in float64 the rank is the one of the released code; in float32 rounding noise lies far above that tolerance,
and the number of eigenvalues above 1e-3 of the largest is shown.
"""

from __future__ import annotations

import math

import pandas as pd

from grokscope.analysis.comparison import setting
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.rank_words import RANK_WORDS
from grokscope.figures.parts.curves import column_values, final_values, seed_curves, table_or_none
from grokscope.figures.parts.wording import median_and_range


def rank_definition(inputs: ItemInputs, run: str) -> str:
    """The published definition for runs in float64, a relative threshold for others."""
    return "p1_code" if setting(inputs, run, "training.dtype") == "float64" else "relative_1e-3"


def rank_label(inputs: ItemInputs, what: str = "feature rank (dimensions)") -> str:
    """For an axis of ranks: what is counted and, in a line of its own, the definition."""
    definitions = dict.fromkeys(RANK_WORDS[rank_definition(inputs, run)] for run in inputs.runs)
    return f"{what}\n({' / '.join(definitions)})"


def rank_curves(inputs: ItemInputs, run: str, definition: str | None = None) -> dict[int, pd.DataFrame]:
    """Rank by layer, on test images where they were measured (as the released code does), else on training images."""
    table = table_or_none(inputs, run, "rank")
    splits = column_values(table, "split")
    split, definition = "test" if "test" in splits else "train", definition or rank_definition(inputs, run)
    return {
        layer: seed_curves(table, "rank", layer=layer, split=split, definition=definition)
        for layer in column_values(table, "layer")
    }


def most_rank(inputs: ItemInputs, run: str, layer: int) -> float:
    """The highest rank that a layer can have: its width, or infinite where that is not known."""
    table = table_or_none(inputs, run, "spectra")
    rows = None if table is None else table[table["layer"] == layer]
    return float(len(rows["eigenvalues"].iloc[0])) if rows is not None and len(rows) else math.inf


def second_last(layers: dict[int, pd.DataFrame]) -> int | None:
    """The layer before the output, None where there is but one."""
    return sorted(layers)[-2] if len(layers) > 1 else None


def rank_words(inputs: ItemInputs, run: str) -> str:
    """Rank of the second-last layer at the start, at its lowest and at the end; empty where it was not measured."""
    ranks = rank_curves(inputs, run)
    layer = second_last(ranks)
    if layer is None or ranks[layer].empty:
        return ""
    start, lowest, end = (
        median_and_range(values, 0) for values in (ranks[layer].iloc[0], ranks[layer].min(), final_values(ranks[layer]))
    )
    return (
        f"rank of layer {layer} ({RANK_WORDS[rank_definition(inputs, run)]}) {start} at the start, lowest {lowest}, at"
        f" the end {end}"
    )


def rank_event_name(inputs: ItemInputs, run: str, what: str) -> str:
    """`what`, with the definition that the detectors of rank read where it is not the one that is drawn."""
    read = inputs.runs[run].detectors.rank_definition
    return what if read == rank_definition(inputs, run) else f"{what} ({RANK_WORDS[read]})"

"""What a run's page shows at one checkpoint: the spectrum of each layer and local complexity by layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from grokscope.report.charts import SPLITS
from grokscope.report.colours import hex_colours
from grokscope.report.run_curves import short, thinned

MOST_CHECKPOINTS = 32
MOST_EIGENVALUES = 30
MOST_NUMBERS = 60_000
"""Eigenvalues of one page; beyond that checkpoints are thinned until they fit, so that the report keeps its size."""
SMALLEST_SHARE = 1e-14


def spectra(table: pd.DataFrame | None, seeds: Sequence[int]) -> dict[str, Any] | None:
    """Log10 of eigenvalues as shares of the layer's largest, [checkpoint][seed][layer][index]; rounding: None."""
    if table is None or table.empty:
        return None
    split = "test" if "test" in set(table["split"]) else str(table["split"].iloc[0])
    rows = table[table["split"] == split]
    layers = sorted(rows["layer"].unique().tolist())
    index = _index(max(len(values) for values in rows["eigenvalues"]))
    most = max(min(MOST_CHECKPOINTS, MOST_NUMBERS // (len(seeds) * len(layers) * len(index))), 2)
    steps = thinned(rows["step"].unique().tolist(), most)
    kept = rows[rows["step"].isin(steps)]
    known = {
        (step, seed, layer): values
        for step, seed, layer, values in zip(
            kept["step"], kept["seed"], kept["layer"], kept["eigenvalues"], strict=True
        )
    }
    values = [
        [[_shares(known.get((step, seed, layer)), index) for layer in layers] for seed in seeds] for step in steps
    ]
    colours = hex_colours(len(layers))
    return {
        "split": split,
        "steps": steps,
        "layers": layers,
        "colours": colours,
        "index": index.tolist(),
        "values": values,
    }


def _index(count: int) -> np.ndarray:
    """Indices from 1, evenly in their logarithm."""
    return np.unique(np.geomspace(1, count, min(MOST_EIGENVALUES, count)).round().astype(int))


def _shares(values: Sequence[float] | None, index: np.ndarray) -> list[float | None]:
    if values is None:
        return []
    eigenvalues = np.asarray(values, dtype=np.float64)
    chosen = index[index <= len(eigenvalues)]
    largest = eigenvalues.max(initial=0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = eigenvalues[chosen - 1] / largest
        logarithms = np.where(shares > SMALLEST_SHARE, np.log10(shares), np.nan)
    return [None if np.isnan(value) else round(float(value), 2) + 0.0 for value in logarithms]


def complexity(table: pd.DataFrame | None, seeds: Sequence[int]) -> dict[str, Any] | None:
    """Local complexity of the smallest radius, [checkpoint][seed][split][layer]."""
    if table is None or table.empty or not (table["layer"] > 0).any():
        return None
    radius = float(table["radius"].min())
    rows = table[(table["radius"] == radius) & (table["layer"] > 0)]
    layers = sorted(rows["layer"].unique().tolist())
    splits = [split for split in SPLITS if split in set(rows["split"])]
    steps = thinned(rows["step"].unique().tolist(), MOST_CHECKPOINTS)
    indexed = rows.set_index(["step", "seed", "split", "layer"])["value"].to_dict()
    values = [
        [
            [[short(indexed.get((step, seed, split, layer), float("nan"))) for layer in layers] for split in splits]
            for seed in seeds
        ]
        for step in steps
    ]
    return {"radius": radius, "steps": steps, "layers": layers, "splits": splits, "values": values}

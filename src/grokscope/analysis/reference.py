"""The authors' published curves (`reference/`), to set beside ours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from grokscope.errors import UserError

REQUIRED = ("figure", "panel", "series", "split", "step", "value")
INDEX = "reference.yaml"


def read_reference(path: str | os.PathLike[str]) -> pd.DataFrame:
    """One file of published values: the columns of reference/README.md, and `percent` (whether `value` is in %).

    Column `epsilon`, where there is one, comes in pixels: times the entry's `epsilon_unit`. Text columns hold "" where
    a cell is empty. Raises UserError when the file is missing, lacks a column or is not in the index.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: no such reference file")
    frame = pd.read_csv(path)
    missing = [column for column in REQUIRED if column not in frame.columns]
    if missing:
        raise UserError(f"{path}: column {missing[0]} is missing")
    for column in ("figure", "panel", "series", "split"):
        frame[column] = frame[column].fillna("").astype(str)
    entry = index_entry(path)
    frame["percent"] = str(entry.get("y", "")).strip().lower().startswith("percent")
    if "epsilon" in frame:
        frame["epsilon"] *= float(entry.get("epsilon_unit", 1))
    return frame


def index_entry(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What reference.yaml beside `path` says of it: figure, setting, units, completeness."""
    path = Path(path)
    index = yaml.safe_load((path.parent / INDEX).read_text(encoding="utf-8"))
    for entry in index["files"]:
        if entry["file"] == path.name:
            return dict(entry)
    raise UserError(f"{path.parent / INDEX}: no entry for {path.name}")


def comparison(
    ours: pd.DataFrame, published: pd.DataFrame, value: str, *, accuracy: bool, ours_column: str = "mean"
) -> dict[str, Any]:
    """How far our mean curve lies from a published one.

    `ours` has the columns step and `ours_column`, `published` step, `value` and `percent`; each is one curve. Both are
    compared at the published steps that we have measured; where fewer than three coincide, ours is read off by straight
    lines over log10(step + 1) inside our range. Returns steps (how many), interpolated, median_absolute_difference in
    our unit, and for accuracies also ..._percent. NaN of either curve is left out; None when no step is common.
    """
    theirs = published.dropna(subset=[value]).groupby("step")[value].mean()
    if accuracy and bool(published["percent"].any()):
        theirs = theirs / 100
    mine = ours.dropna(subset=[ours_column]).groupby("step")[ours_column].mean()
    common = theirs.index.intersection(mine.index)
    interpolated = len(common) < 3 and len(mine) >= 2
    if interpolated:
        inside = theirs[(theirs.index >= mine.index.min()) & (theirs.index <= mine.index.max())]
        grid = np.log10(inside.index.to_numpy(dtype=float) + 1)
        read = np.interp(grid, np.log10(mine.index.to_numpy(dtype=float) + 1), mine.to_numpy())
        gaps = np.abs(read - inside.to_numpy())
    else:
        gaps = np.abs(mine.loc[common].to_numpy() - theirs.loc[common].to_numpy())
    median = float(np.median(gaps)) if len(gaps) else None
    found: dict[str, Any] = {"steps": len(gaps), "interpolated": interpolated, "median_absolute_difference": median}
    if accuracy:
        found["median_absolute_difference_percent"] = None if median is None else 100 * median
    return found

"""Our curves beside the authors' published ones, as numbers that go with a figure."""

from __future__ import annotations

from typing import Any

import pandas as pd

from grokscope.analysis.comparison import published_radius
from grokscope.analysis.counterparts import Counterpart, counterparts
from grokscope.analysis.inputs import ItemInputs

DIGITS = 6
"""Significant digits; the authors' files have no more."""


def published_curves(inputs: ItemInputs) -> list[dict[str, Any]]:
    """One dict for every published curve that has a counterpart of ours; JSON values.

    `file`, `curve`, `run` and `unit` name it. `steps` are those of both, ascending; `authors` has their value at each,
    `ours` those of each seed (a number as text), None where there is none at this step.
    """
    return [_as_values(pair) for pair in counterparts(inputs, published_radius(inputs))]


def _as_values(pair: Counterpart) -> dict[str, Any]:
    columns = {"authors": pair.theirs, **{str(seed): curve for seed, curve in pair.ours.items()}}
    named = [curve.groupby("step")["value"].mean().rename(name) for name, curve in columns.items()]
    table = pd.concat(named, axis=1).sort_index()
    values = {name: [_short(value) for value in table[name]] for name in columns}
    authors = values.pop("authors")
    about = {"file": pair.file, "curve": pair.label, "run": pair.run, "unit": pair.unit}
    return {**about, "steps": [_short(step) for step in table.index], "authors": authors, "ours": values}


def _short(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if pd.notna(value) else None

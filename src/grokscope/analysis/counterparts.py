"""Which of our curves stands beside which published one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.comparison import chosen_radius, setting
from grokscope.analysis.curves import Curves, named_curves
from grokscope.analysis.declarations.curves import MEASURED_AS
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.run_tables import RunTables
from grokscope.errors import UserError
from grokscope.metrics.registry import CURVES, METRIC_OF

SWEPT = {
    "depth": "model.depth",
    "width": "model.width",
    "n_train": "data.train_size",
    "weight_decay": "training.weight_decay",
}
"""Columns of reference files that name a setting of a run."""


@dataclass(frozen=True)
class Counterpart:
    """A published curve (columns step, value; fractions) and those of all our seeds at the same swept settings."""

    file: str
    label: str
    run: str
    kind: str  # a name of `grokscope.analysis.events.table.ON_CURVES`
    unit: str
    theirs: pd.DataFrame
    ours: Curves


def counterparts(inputs: ItemInputs, published_radius: float | None) -> Iterator[Counterpart]:
    """Every published curve whose measure one of the item's runs has at the same swept settings.

    `published_radius` is that of local complexity, in pixels, in files that do not name it. Curves without a
    counterpart are passed over.
    """
    for file, table in inputs.reference.items():
        columns = [column for column in ("series", "split", "epsilon", "radius", *SWEPT) if column in table.columns]
        for values, rows in table.groupby(columns, dropna=False, sort=True):
            keys = {
                name: value
                for name, value in zip(columns, values, strict=True)
                if not (isinstance(value, float) and math.isnan(value))
            }
            run = _run(inputs, keys)
            if run is None:
                continue
            for curve in _our_curves(keys, published_radius):
                ours = _measured(inputs, run, curve, stated="radius" in keys)
                if ours:
                    yield Counterpart(
                        file,
                        _label(curve["curve"], keys),
                        run,
                        curve["curve"],
                        _unit(curve["curve"]),
                        _theirs(rows, curve["curve"]),
                        ours,
                    )
                    break


def _our_curves(keys: dict[str, Any], published_radius: float | None) -> list[dict[str, Any]]:
    """The options of `named_curves` for a published curve, which a run may have in one of several measures; empty where
    we have no such measure.
    """
    series, split = keys.get("series"), keys.get("split")
    if series == "local complexity" and split in ("train", "test", "random"):
        around = {"split": split, "radius": keys.get("radius", published_radius)}
        embedded = {"curve": "embedding_complexity", "measured": "fixed", **around}
        return [{"curve": "complexity", **around}, embedded]
    if split == "adversarial" and "epsilon" in keys:
        epsilon = float(keys["epsilon"])
        embedded = {"curve": "robust_accuracy_of_embeddings", "measured": "fixed", "epsilon": epsilon}
        return [{"curve": "robust_accuracy", "epsilon": epsilon}, embedded]
    if series in ("accuracy", "clean") and split in ("train", "test"):
        return [{"curve": f"{split}_accuracy"}]
    return []


def _run(inputs: ItemInputs, keys: dict[str, Any]) -> str | None:
    wanted = {SWEPT[name]: float(value) for name, value in keys.items() if name in SWEPT}
    for run in inputs.runs:
        known = {path: setting(inputs, run, path) for path in wanted}
        if all(
            value is not None and math.isclose(float(value), wanted[path], rel_tol=1e-9)
            for path, value in known.items()
        ):
            return run
    return None


def _table_with(tables: RunTables, metric: str, column: str, value: float | None) -> dict[str, str]:
    """What names the table of a metric that is measured under another name, if that one alone holds the value."""
    own = [metric] if tables.has(metric) else []
    others = sorted(name for name, kind in tables.kinds.items() if kind == metric and name != metric)
    holding = [name for name in (*own, *others) if _holds(tables.table(name)[column], value)]
    return {MEASURED_AS: holding[0]} if holding and holding[0] != metric else {}


def _holds(column: pd.Series, value: float | None) -> bool:
    return value is not None and bool(np.isclose(column, value, rtol=1e-6, atol=0).any())


def _measured(inputs: ItemInputs, run: str, curve: dict[str, Any], stated: bool) -> Curves:
    """Our curves; with `stated` the file itself says the radius, and no other one will do."""
    tables, options = inputs.runs[run], dict(curve)
    for option in ("radius", "epsilon"):
        if option in options:
            options |= _table_with(tables, METRIC_OF[options["curve"]], option, options[option])
    if options["curve"] == "complexity" and not stated and tables.has("local_complexity"):
        options["radius"] = chosen_radius(tables.table("local_complexity"), options["radius"])
    try:
        found = named_curves(tables, options, inputs.item["name"])
    except UserError:  # not measured on this run, or not at this size of the attack
        return Curves({})
    return found.known(fewest=2)


def _theirs(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """A published curve by step; accuracies in percent become fractions."""
    scale = np.where(rows["percent"].astype(bool), 0.01, 1.0) if kind.endswith("accuracy") else 1.0
    values = rows.assign(value=rows["value"] * scale).dropna(subset=["value"])
    return values.groupby("step")["value"].mean().reset_index()


def _label(kind: str, keys: dict[str, Any]) -> str:
    places = [f"at {keys['split']} points"] if kind in ("complexity", "embedding_complexity") else []
    named = [*(("epsilon",) if kind.startswith("robust_accuracy") else ()), "radius", *SWEPT]
    settings = [f"{name.replace('_', ' ')} {float(keys[name]):g}" for name in named if name in keys]
    return " ".join([CURVES[kind].words, *places, *([f"({', '.join(settings)})"] if settings else [])])


def _unit(kind: str) -> str:
    return "fraction" if kind.endswith("accuracy") else "neurons cut"

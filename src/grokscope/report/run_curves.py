"""The curves of a run as numbers for the page that draws them: every metric on one time axis, every seed apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from grokscope.report.wording import number

MOST_POINTS = 120
"""Points of one curve; more are thinned evenly in log(step + 1)."""
RANK_DEFINITIONS = ("relative_1e-3", "effective", "p1_code")
"""Definitions of rank with a panel of their own, where they were measured."""
SPLITS = ("train", "test", "random")


def curves(tables: Mapping[str, pd.DataFrame], seeds: Sequence[int]) -> list[dict[str, Any]]:
    """A panel for each metric: id, title, axis label, `log`, `percent`, steps and series by seed and step."""
    found: list[dict[str, Any]] = []
    if (accuracy := _rows(tables, "accuracy")) is not None:
        found.append(_panel("accuracy", "Accuracy", "accuracy", accuracy, "split", "accuracy", seeds, percent=True))
        found.append(_panel("loss", "Training loss", "loss", accuracy, "split", "loss", seeds, log=True))
    if (rank := _rows(tables, "rank")) is not None:
        found += [
            _rank(rank, definition, seeds) for definition in RANK_DEFINITIONS if definition in set(rank["definition"])
        ]
    if (norm := _rows(tables, "weight_norm")) is not None:
        found.append(_panel("weight_norm", "Weight norm", "L2 norm", norm, "layer", "norm", seeds, log=True))
    if (probes := _rows(tables, "probes")) is not None:
        for kind, rows in probes.groupby("probe", sort=True):
            found.append(
                _panel(
                    f"probes_{kind}",
                    f"Linear probe of each layer ({kind})",
                    "test accuracy",
                    rows,
                    "layer",
                    "accuracy",
                    seeds,
                    percent=True,
                )
            )
    if (complexity := _rows(tables, "local_complexity")) is not None:
        total = complexity[complexity["layer"] == 0]
        for radius in sorted(total["radius"].unique().tolist()):
            title, rows = f"Local complexity, all layers, radius {number(radius)}", total[total["radius"] == radius]
            found.append(_panel(f"complexity_{radius:g}", title, "neurons cut", rows, "split", "value", seeds))
    if (adversarial := _rows(tables, "adversarial")) is not None:
        for start, rows in adversarial.groupby("start", sort=True):
            title = f"Accuracy under attack, {'random start' if start == 'random' else 'no random start'}"
            found.append(
                _panel(f"adversarial_{start}", title, "test accuracy", rows, "epsilon", "accuracy", seeds, percent=True)
            )
    return [panel for panel in found if panel["series"]]


def _rows(tables: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame | None:
    table = tables.get(name)
    return None if table is None or table.empty else table


def _rank(table: pd.DataFrame, definition: str, seeds: Sequence[int]) -> dict[str, Any]:
    split = "test" if "test" in set(table["split"]) else str(table["split"].iloc[0])
    rows = table[(table["definition"] == definition) & (table["split"] == split) & (table["layer"] > 0)]
    return _panel(
        f"rank_{definition}",
        f"Feature rank of each layer ({definition}, {split} images)",
        "rank",
        rows,
        "layer",
        "rank",
        seeds,
    )


def _panel(
    identifier: str,
    title: str,
    label: str,
    rows: pd.DataFrame,
    by: str,
    column: str,
    seeds: Sequence[int],
    log: bool = False,
    percent: bool = False,
) -> dict[str, Any]:
    steps = thinned(rows["step"].unique().tolist(), MOST_POINTS)
    kept = rows[rows["step"].isin(steps)]
    keys = (
        [split for split in SPLITS if split in set(rows[by])] if by == "split" else sorted(rows[by].unique().tolist())
    )
    colours = _colours(by, keys)
    values = {key: _values(kept[kept[by] == key], column, steps, seeds) for key in keys}
    known = [key for key in keys if any(value is not None for line in values[key] for value in line)]
    series = [{"name": _name(by, key), "colour": colours[key], "values": values[key]} for key in known]
    return {
        "id": identifier,
        "title": title,
        "label": label,
        "by": by,
        "log": log,
        "percent": percent,
        "steps": steps,
        "series": series,
    }


def _values(rows: pd.DataFrame, column: str, steps: Sequence[int], seeds: Sequence[int]) -> list[list[float | None]]:
    """Values (seed, step), four significant digits."""
    table = rows.pivot_table(index="seed", columns="step", values=column, aggfunc="first", dropna=False).reindex(
        index=list(seeds), columns=list(steps)
    )
    return [[short(value) for value in line] for line in table.to_numpy(dtype=np.float64)]


def _name(by: str, key: Any) -> str:
    if by == "layer":
        return "all layers" if key == 0 else f"layer {key}"
    return f"ε = {number(float(key))}" if by == "epsilon" else str(key)


def _colours(by: str, keys: Sequence[Any]) -> dict[Any, str | float]:
    """A name of its own for every split and for all layers together, else a place between 0 and 1 on a ramp."""
    if by == "split":
        return {key: str(key) for key in keys}
    ordered = [key for key in keys if not (by == "layer" and key == 0)]
    ramp: dict[Any, str | float] = {key: round(i / max(len(ordered) - 1, 1), 3) for i, key in enumerate(ordered)}
    return {0: "all", **ramp} if by == "layer" else ramp


def short(value: float, digits: int = 4) -> float | None:
    """A number with `digits` significant digits; None when it is not finite."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else None


def thinned(steps: Iterable[int], most: int) -> list[int]:
    """At most `most` of `steps`, evenly spaced in log(step + 1), with the first and the last."""
    every = np.unique(np.asarray(list(steps), dtype=np.int64))
    if len(every) <= most:
        return every.tolist()
    wanted = np.geomspace(every[0] + 1, every[-1] + 1, most)
    nearest = np.abs(np.log(every + 1.0)[None, :] - np.log(wanted)[:, None]).argmin(axis=1)
    return every[np.unique(nearest)].tolist()

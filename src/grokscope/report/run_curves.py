"""The curves of a run as numbers for the page that draws them: every chart on one time axis, every seed apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from grokscope.report.charts import ShownChart, shown_charts
from grokscope.report.colours import line_colours

MOST_POINTS = 120
"""Points of one curve; more are thinned evenly in log(step + 1)."""


def curves(tables: Mapping[str, pd.DataFrame], seeds: Sequence[int]) -> list[dict[str, Any]]:
    """A panel for each chart of the metrics: id, title, label of the axis, `log`, `percent`, steps, and series with a
    value for each seed and step (None: not measured).
    """
    panels = [_panel(shown, seeds) for shown in shown_charts(tables)]
    return [panel for panel in panels if panel["series"]]


def _panel(shown: ShownChart, seeds: Sequence[int]) -> dict[str, Any]:
    chart = shown.chart
    steps = thinned(shown.rows["step"].unique().tolist(), MOST_POINTS)
    lines = shown.lines()
    colours = line_colours(shown)
    values = {key: _values(rows[rows["step"].isin(steps)], chart.column, steps, seeds) for key, rows in lines.items()}
    known = [key for key in lines if any(value is not None for line in values[key] for value in line)]
    return {
        "id": shown.name,
        "title": shown.title,
        "label": chart.label,
        "by": chart.by,
        "log": chart.log,
        "percent": chart.percent,
        "steps": steps,
        "series": [{"name": shown.key_of(key), "colour": colours[key], "values": values[key]} for key in known],
    }


def _values(rows: pd.DataFrame, column: str, steps: Sequence[int], seeds: Sequence[int]) -> list[list[float | None]]:
    """Values (seed, step), four significant digits."""
    table = rows.pivot_table(index="seed", columns="step", values=column, aggfunc="first", dropna=False).reindex(
        index=list(seeds), columns=list(steps)
    )
    return [[short(value) for value in line] for line in table.to_numpy(dtype=np.float64)]


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

"""A curve grid over epochs in place of steps: an epoch is one pass over the training set."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes

from grokscope.analysis.comparison import setting
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import CurveGrid


def epochs_per_step(inputs: ItemInputs, grid: CurveGrid, run: str) -> float:
    """By what a run's steps + 1 are multiplied on the axis: 1 where it is one of steps.

    The last batch of an epoch holds what is left of the training set, so a step is one of a whole number to an epoch.
    """
    if grid.steps != "epochs":
        return 1.0
    size, batch = setting(inputs, run, "data.train_size"), setting(inputs, run, "training.batch_size")
    return 1.0 / -(-int(size) // int(batch))


def over_axis(values: pd.DataFrame, factor: float) -> pd.DataFrame:
    """Curves whose index + 1 is the place on the axis."""
    return values if factor == 1 else values.set_axis(places_of(values.index, factor), axis="index")


def places_of(steps: Iterable[float], factor: float) -> list[float]:
    """Steps as numbers that lie at their places on the axis when 1 is added."""
    return [(step + 1) * factor - 1 for step in steps]


def epoch_axis(axes: Axes, inputs: ItemInputs, grid: CurveGrid, label: bool) -> None:
    """Ends and name of an axis of epochs; one of steps stays as it is."""
    if grid.steps != "epochs" or not inputs.runs:
        return
    factors = [epochs_per_step(inputs, grid, run) for run in inputs.runs]
    ends = [
        (max((int(table["step"].max()) for table in tables.tables.values() if len(table)), default=0) + 1) * factor
        for tables, factor in zip(inputs.runs.values(), factors, strict=True)
    ]
    axes.set_xlim(0.9 * min(factors), 1.1 * max(*ends, 2 * min(factors)))
    axes.set_xlabel("epochs" if label else "")

"""The frame of local complexity from layer to layer, exact and in the paper's arithmetic (P2 Figs 5, 21 and 23)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from grokscope.analysis.comparison import compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.frame_drawing import Frames
from grokscope.figures.parts.curves import column_values, table_or_none
from grokscope.figures.parts.legends import below_legend, line_key, title
from grokscope.figures.parts.panels import discrete_colourbar, say_empty
from grokscope.figures.parts.style import MEAN_LINE, new_figure, ordered_colours, styled
from grokscope.figures.parts.wording import median_and_range, seed_list, sentence

METRIC = "frame_rounding"
ROUNDED, THEIRS = (0, (1, 1.2)), (0, (5, 2))
SEVERAL = 3.0
"""The words say up to which radius the paper's arithmetic gives more than this many times the exact value."""


@styled
def draw(inputs: ItemInputs) -> Figure:
    """A panel by layer for each measure, at the last checkpoint, and one of the first at the inputs by radius."""
    columns = _shown(inputs)
    figure = new_figure(6.4 + 4.4 * len(columns), 4.6)
    panels = list(figure.subplots(1, len(columns) + 1))
    table = _last_rows(inputs)
    for axes, column in zip(panels, columns, strict=False):
        _draw_layers(figure, axes, table, column)
    _draw_inputs(panels[-1], table, columns[0], inputs)
    grey = (0.3, 0.3, 0.3)
    keys = [line_key("exact", grey), line_key("in the paper's arithmetic (float32)", grey, ROUNDED)]
    below_legend(figure, [*keys, line_key("the authors' values, at the inputs", (0.0, 0.0, 0.0), THEIRS)])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seed_list(inputs)), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """Where rounding ends at the inputs, beside the authors' value, and how the exact frame changes with depth."""
    column, table = _shown(inputs)[0], _last_rows(inputs)
    if table is None:
        return sentence("not measured")
    at_inputs = table[table["layer"] == 0]
    by_radius = at_inputs.groupby("radius")[[f"exact_{column}", f"rounded_{column}"]].mean()
    factor = by_radius[f"rounded_{column}"] / by_radius[f"exact_{column}"]
    told = []
    if (factor > SEVERAL).any():
        radius = factor[factor > SEVERAL].index.max()
        rows = at_inputs[at_inputs["radius"] == radius]
        told.append(
            f"at the inputs the {column} in the paper's arithmetic is more than {SEVERAL:g} times the exact one up to"
            f" radius {radius:.2g}, where it is {median_and_range(rows[f'rounded_{column}'], 4)} instead of"
            f" {rows[f'exact_{column}'].median():.4f}{_their_value(inputs, column, radius)}"
        )
    largest = table[table["radius"] == table["radius"].max()]
    ends = [largest[largest["layer"] == layer] for layer in (0, largest["layer"].max())]
    told.append(
        f"at radius {largest['radius'].iloc[0]:.2g} the exact {column} goes from"
        f" {median_and_range(ends[0][f'exact_{column}'], 2)} at the inputs to"
        f" {median_and_range(ends[1][f'exact_{column}'], 2)} in the last layer"
    )
    return " ".join(sentence(part) for part in told)


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The step at which the authors measured is not known, so only the inputs, which need no training, are overlaid."""
    return compare(inputs).as_dict(overlaid=True, beside=False, reason="at the inputs, which no training changes")


def _shown(inputs: ItemInputs) -> tuple[str, ...]:
    """The measures of its size that the figure shows."""
    return tuple(Frames.model_validate(inputs.item["settings"]["draw"]["frames"]).shown)


def _last_rows(inputs: ItemInputs) -> pd.DataFrame | None:
    """Rows about the training points at the last checkpoint; None where there is no finite value."""
    table = table_or_none(inputs, inputs.members[0]["run"], METRIC)
    if table is None:
        return None
    last = table[(table["step"] == table["step"].max()) & (table["split"] == "train")]
    return None if last.empty or last["exact_diameter"].isna().all() else last


def _draw_layers(figure: Figure, axes: Axes, table: pd.DataFrame | None, column: str) -> None:
    axes.set_title(column)
    axes.set_xlabel("layer (0: inputs)")
    axes.set_ylabel("distance (units of normalised inputs)")
    if table is None:
        say_empty(axes)
        return
    radii = column_values(table, "radius")
    colours = ordered_colours(len(radii))
    for radius, colour in zip(radii, colours, strict=True):
        means = table[table["radius"] == radius].groupby("layer")[[f"exact_{column}", f"rounded_{column}"]].mean()
        axes.plot(means.index, means[f"exact_{column}"], color=colour, **MEAN_LINE)
        axes.plot(means.index, means[f"rounded_{column}"], color=colour, linestyle=ROUNDED, **MEAN_LINE)
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    discrete_colourbar(figure, [axes], [f"{radius:.2g}" for radius in radii], colours, "radius")


def _draw_inputs(axes: Axes, table: pd.DataFrame | None, column: str, inputs: ItemInputs) -> None:
    axes.set_title(f"{column} at the inputs")
    axes.set_xlabel("radius (units of normalised inputs)")
    axes.set_ylabel("distance (units of normalised inputs)")
    if table is None:
        say_empty(axes)
        return
    means = table[table["layer"] == 0].groupby("radius")[[f"exact_{column}", f"rounded_{column}"]].mean()
    axes.plot(means.index, means[f"exact_{column}"], color=(0.3, 0.3, 0.3), marker="o", markersize=3, **MEAN_LINE)
    axes.plot(
        means.index, means[f"rounded_{column}"], color=(0.3, 0.3, 0.3), linestyle=ROUNDED, marker="o", markersize=3
    )
    theirs = _theirs(inputs, column)
    if not theirs.empty:
        axes.plot(theirs["radius"], theirs["value"], color="black", linestyle=THEIRS, marker="x", markersize=4)
    axes.set_xscale("log")
    axes.set_yscale("log")


def _theirs(inputs: ItemInputs, column: str) -> pd.DataFrame:
    """The authors' values at the inputs, by radius."""
    parts = [
        table[(table["series"] == column) & (table["layer"] == 0)]
        for table in inputs.reference.values()
        if "layer" in table
    ]
    found = pd.concat(parts) if parts else pd.DataFrame({"radius": [], "value": []})
    return found.sort_values("radius")


def _their_value(inputs: ItemInputs, column: str, radius: float) -> str:
    theirs = _theirs(inputs, column)
    near = theirs[np.isclose(theirs["radius"], radius, rtol=0.01)]
    return "" if near.empty else f", and {near['value'].iloc[0]:.4f} in the published figure"

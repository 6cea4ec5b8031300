"""P2 Fig 15: local complexity of a random network along a line of inputs, by directions and by radius."""

from __future__ import annotations

from typing import Any

import matplotlib.ticker
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from grokscope.analysis.comparison import compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.curves import column_values, table_or_none
from grokscope.figures.parts.legends import below_legend, line_key, title
from grokscope.figures.parts.panels import discrete_colourbar, percent_axis, say_empty
from grokscope.figures.parts.style import MEAN_LINE, SEED_LINE, new_figure, ordered_colours, styled
from grokscope.figures.parts.wording import median_and_range, seed_list, sentence

BY_DIRECTIONS, BY_RADIUS = "complexity_over_shift", "complexity_over_shift_radii"
LINEAR = "complexity_over_shift_linear"
FEW, MANY = 22, 102
"""Numbers of directions that the words compare with the largest one."""


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Over the shift by directions and by radius; and the share of hyperplanes found in a linear network by radius."""
    figure = new_figure(13.0, 4.4)
    panels = list(figure.subplots(1, 3))
    run = inputs.members[0]["run"]
    for axes, name, column, words in (
        (panels[0], BY_DIRECTIONS, "directions", "directions P"),
        (panels[1], BY_RADIUS, "radius", "radius r (pixels)"),
    ):
        _draw_shifts(figure, axes, table_or_none(inputs, run, name), column, words)
    _draw_linear(figure, panels[2], table_or_none(inputs, run, LINEAR))
    seeds = seed_list(inputs)
    thin = Line2D([], [], color=(0.3, 0.3, 0.3), label="first seed", **SEED_LINE)
    below_legend(
        figure, [line_key(f"mean of {len(seeds)} seeds", (0.3, 0.3, 0.3)), *([thin] if len(seeds) > 1 else [])]
    )
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """Counts at the origin by directions and by radius, at both ends of the line, and of the linear network."""
    run = inputs.members[0]["run"]
    parts = [_directions_in_words(table_or_none(inputs, run, BY_DIRECTIONS))]
    parts += [_radii_in_words(table_or_none(inputs, run, BY_RADIUS))]
    parts += [_linear_in_words(table_or_none(inputs, run, LINEAR))]
    return " ".join(sentence(part) for part in parts)


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors' curves are not there as numbers."""
    return compare(inputs).as_dict(overlaid=False, beside=False, reason="the authors' curves are not known as numbers")


def _draw_shifts(figure: Figure, axes: Axes, table: pd.DataFrame | None, column: str, words: str) -> None:
    axes.set_xlabel("shift of the input along the vector of ones (pixels)")
    axes.set_ylabel("local complexity (neurons cut)")
    if table is None or table["value"].notna().sum() == 0:
        say_empty(axes)
        return
    values = column_values(table, column)
    colours = ordered_colours(len(values))
    first = table["seed"].min()
    for value, colour in zip(values, colours, strict=True):
        rows = table[table[column] == value]
        mean = rows.groupby("shift")["value"].mean()
        one = rows[rows["seed"] == first].sort_values("shift")
        axes.plot(one["shift"], one["value"], color=colour, **SEED_LINE)
        axes.plot(mean.index, mean, color=colour, **MEAN_LINE)
    axes.set_yscale("symlog", linthresh=1)
    axes.set_ylim(bottom=0 if table["value"].min() < 1 else 1)
    axes.yaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    fixed = "radius" if column == "directions" else "directions"
    told = (
        f"radius {value:g} pixels" if fixed == "radius" else f"{value:g} directions"
        for value in column_values(table, fixed)
    )
    axes.set_title(" and ".join(told))
    discrete_colourbar(figure, [axes], [f"{value:g}" for value in values], colours, words)


def _draw_linear(figure: Figure, axes: Axes, table: pd.DataFrame | None) -> None:
    axes.set_title("linear, without biases, at the origin")
    axes.set_xlabel("radius (pixels)")
    if table is None or table["value"].notna().sum() == 0:
        say_empty(axes)
        return
    values = column_values(table, "directions")
    colours = ordered_colours(len(values))
    for place, (value, colour) in enumerate(zip(values, colours, strict=True)):
        rows = table[table["directions"] == value]
        mean = (100 * rows["value"] / rows["neurons"]).groupby(rows["radius"]).mean()
        # the first lines are wider, so that those that lie on each other are all seen
        axes.plot(mean.index, mean, color=colour, linewidth=1.5 * (len(values) - place))
    axes.set_xscale("log")
    percent_axis(axes, "hyperplanes found (%)")
    discrete_colourbar(figure, [axes], [f"{value:g}" for value in values], colours, "directions P")


def _directions_in_words(table: pd.DataFrame | None) -> str:
    if table is None or table["value"].isna().all():
        return "by directions not measured"
    at_origin = table[table["shift"] == table["shift"].min()]
    by_seed = at_origin.pivot(index="seed", columns="directions", values="value")
    most = by_seed.columns.max()
    told = [
        f"{median_and_range(by_seed[value], 0)} neurons with {value} directions"
        for value in (by_seed.columns.min(), most)
    ]
    told += [
        f"{median_and_range(100 * by_seed[value] / by_seed[most], 0, ' %')} of the latter with {value}"
        for value in (FEW, MANY)
        if value in by_seed and value < most
    ]
    return f"at radius {column_values(table, 'radius')[0]:g} and without a shift, {', '.join(told)}"


def _radii_in_words(table: pd.DataFrame | None) -> str:
    if table is None or table["value"].isna().all():
        return "by radius not measured"
    ends = {
        end: table[table["shift"] == shift].pivot(index="seed", columns="radius", values="value")
        for end, shift in (("without", table["shift"].min()), ("with the largest", table["shift"].max()))
    }
    told = [
        f"radius {radius:g}: {median_and_range(ends['without'][radius], 0)} neurons without a shift and"
        f" {median_and_range(ends['with the largest'][radius], 0)} with the largest"
        for radius in ends["without"].columns
    ]
    return "; ".join(told)


def _linear_in_words(table: pd.DataFrame | None) -> str:
    if table is None or table["value"].isna().all():
        return "the linear network is not measured"
    share = np.floor(100 * (table["value"] / table["neurons"]).min())
    return (
        f"in the same network without biases and nonlinearity at least {share:.0f} % of the hyperplanes are found at"
        " the origin with any number of directions and radius, as has to be: such a network takes opposite values at"
        " opposite vertices, so this says nothing about the measure"
    )

"""What local complexity misses of the neurons that cut its neighbourhood, and how networks deform the latter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.axis_words import place_name
from grokscope.figures.parts.curves import column_values, members_along, table_or_none
from grokscope.figures.parts.legends import below_legend, line_key, title
from grokscope.figures.parts.panels import discrete_colourbar, say_empty
from grokscope.figures.parts.style import MEAN_LINE, SEED_LINE, Colour, new_figure, ordered_colours, styled
from grokscope.figures.parts.wording import median_and_range, number, seed_list, sentence

EXACT, FRAMES = "exact_complexity", "frame_deformation"
BREAKS = 0.1
"""Local complexity breaks at the first radius at which it misses more than this share of the neurons."""
STYLES = ("-", (0, (4, 1.5)), (0, (1, 1.2)), (0, (5, 1, 1, 1)))
COUNTS = {"approximate": "local complexity", "neurons": "neurons", "pieces": "pieces", "regions": "regions"}


@styled
def draw(inputs: ItemInputs) -> Figure:
    """By radius: neurons missed, and how neurons, pieces and regions grow; by layer: eccentricity of the frame."""
    figure = new_figure(13.0, 4.6)
    panels = list(figure.subplots(1, 3))
    members = members_along(inputs, "depth")
    colours = ordered_colours(len(members))
    _draw_missed(inputs, panels[0], members, colours)
    _draw_counts(inputs, panels[1], members[len(members) // 2])
    _draw_frames(inputs, figure, panels[2], members[len(members) // 2])
    directions = sorted({value for member in members for value in _column(inputs, member, "directions")})
    keys = [
        line_key(place_name("depth", member["axes"].get("depth", "?")), colour)
        for member, colour in zip(members, colours, strict=True)
    ]
    keys += [
        line_key(f"{value} directions", (0.3, 0.3, 0.3), style)
        for value, style in zip(directions, STYLES, strict=False)
    ]
    below_legend(figure, keys)
    seeds = seed_list(inputs)
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """For every run the share of neurons that is missed by radius, and the radius at which the measure breaks."""
    sentences = []
    for member in members_along(inputs, "depth"):
        table = _totals(inputs, member)
        told = []
        for directions, rows in [] if table is None else table.groupby("directions"):
            missed = _missed(rows)
            shares = [
                f"{median_and_range(100 * missed[radius].dropna(), 1, ' %')} at radius {radius:g}"
                for radius in missed.columns
                if missed[radius].notna().any()
            ]
            if shares:
                told.append(
                    f"with {directions} directions local complexity misses {', '.join(shares)}; {_breaks(missed)}"
                )
        heading = place_name("depth", member["axes"].get("depth", "?"))
        sentences.append(sentence(*(told or ["not measured"]), heading=heading))
    return " ".join(sentences)


def _draw_missed(inputs: ItemInputs, axes: Axes, members: list[dict[str, Any]], colours: list[Colour]) -> None:
    axes.set_title("neurons that local complexity misses")
    axes.set_xlabel("radius (pixels)")
    axes.set_ylabel("share of cut neurons (%)")
    drawn = False
    for member, colour in zip(members, colours, strict=True):
        table = _totals(inputs, member)
        for (_, rows), style in zip([] if table is None else table.groupby("directions"), STYLES, strict=False):
            missed = 100 * _missed(rows).dropna(axis=1, how="all")
            if not missed.empty:
                axes.plot(missed.columns, missed.mean(), color=colour, linestyle=style, **MEAN_LINE)
                drawn = True
    if not drawn:
        say_empty(
            axes,
            "not measured" if not any(_totals(inputs, member) is not None for member in members) else "no finite value",
        )
        return
    axes.axhline(100 * BREAKS, color="0.5", linewidth=0.8)
    _radius_axis(axes, sorted({radius for member in members for radius in _column(inputs, member, "radius")}))
    axes.set_ylim(bottom=0)


def _draw_counts(inputs: ItemInputs, axes: Axes, member: dict[str, Any]) -> None:
    axes.set_title(f"what there is to count, {place_name('depth', member['axes'].get('depth', '?'))}")
    axes.set_xlabel("radius (pixels)")
    axes.set_ylabel("number in the neighbourhood")
    table = _totals(inputs, member)
    if table is None or table["neurons"].isna().all():
        say_empty(axes, "not measured" if table is None else "no finite value")
        return
    rows = table[(table["directions"] == table["directions"].max()) & table["neurons"].notna()]
    colours = ordered_colours(len(COUNTS), "plasma")
    for (column, words), colour in zip(COUNTS.items(), colours, strict=True):
        by_radius = rows.groupby("radius")[column].mean().dropna()
        by_radius = by_radius[by_radius > 0]
        wide = {"linewidth": 5.0} if column == "approximate" else {}  # the neurons lie on it
        axes.plot(by_radius.index, by_radius, color=colour, marker="o", markersize=3, label=words, **(MEAN_LINE | wide))
    _radius_axis(axes, column_values(rows, "radius"))
    axes.set_yscale("log")
    axes.legend(title=f"{rows['directions'].iloc[0]} directions")


def _draw_frames(inputs: ItemInputs, figure: Figure, axes: Axes, member: dict[str, Any]) -> None:
    axes.set_title(f"frame from layer to layer, {place_name('depth', member['axes'].get('depth', '?'))}")
    axes.set_xlabel("layer (0: inputs)")
    axes.set_ylabel("eccentricity / (sqrt(2) radius)")
    table = table_or_none(inputs, member["run"], FRAMES)
    if table is None or table["eccentricity"].isna().all():
        say_empty(axes, "not measured" if table is None else "no finite value")
        return
    last = table[(table["step"] == table["step"].max()) & (table["split"] == "train")]
    radii = column_values(last, "radius")
    colours = ordered_colours(len(radii))
    for radius, colour in zip(radii, colours, strict=True):
        rows = last[last["radius"] == radius]
        relative = rows.assign(value=rows["eccentricity"] / (np.sqrt(2) * radius)).pivot(
            index="layer", columns="seed", values="value"
        )
        axes.plot(relative.index, relative, color=colour, **SEED_LINE)
        axes.plot(relative.index, relative.mean(axis=1), color=colour, **MEAN_LINE)
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    discrete_colourbar(figure, [axes], [f"{radius:g}" for radius in radii], colours, "radius (pixels)")


def _radius_axis(axes: Axes, radii: list[float]) -> None:
    """A log axis with a tick at every radius."""
    axes.set_xscale("log")
    axes.set_xticks(radii, [f"{radius:g}" for radius in radii])
    axes.xaxis.set_minor_locator(NullLocator())


def _column(inputs: ItemInputs, member: dict[str, Any], column: str) -> list[Any]:
    return column_values(_totals(inputs, member), column)


def _totals(inputs: ItemInputs, member: dict[str, Any]) -> pd.DataFrame | None:
    """Rows about all layers together at the training points."""
    table = table_or_none(inputs, member["run"], EXACT)
    if table is None:
        return None
    return table[(table["layer"] == 0) & (table["split"] == "train")]


def _missed(rows: pd.DataFrame) -> pd.DataFrame:
    """Share of cut neurons that is missed over all steps, a row for each seed, a column for each radius."""
    known = rows[rows["neurons"].notna()]
    sums = known.groupby(["seed", "radius"])[["approximate", "neurons"]].sum()
    share = (1 - sums["approximate"] / sums["neurons"].where(sums["neurons"] > 0)).unstack("radius")
    return share.reindex(columns=sorted(rows["radius"].unique()))


def _breaks(missed: pd.DataFrame) -> str:
    """The first radius at which more than BREAKS of the neurons are missed."""
    means = missed.mean()
    over = means[means > BREAKS]
    known = means.dropna()
    if not over.empty:
        return f"it breaks, missing more than {100 * BREAKS:.0f} %, at radius {over.index[0]:g}"
    return f"it does not break up to radius {number(float(known.index[-1]), 2)}"

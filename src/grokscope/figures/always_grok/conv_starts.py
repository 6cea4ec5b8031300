"""Which convolutional networks begin with the authors' local complexity, before any training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import matplotlib.ticker
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from grokscope.analysis.comparison import compare, setting
from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.curves import column_values, table_or_none
from grokscope.figures.parts.legends import AUTHORS, below_legend, title
from grokscope.figures.parts.panels import say_empty
from grokscope.figures.parts.style import SPLIT_COLOURS, Colour, darker, new_figure, styled
from grokscope.figures.parts.wording import count_of_seeds, number, seed_list

UNIT = 0.2009
"""Pixel intensity of one unit of the normalised images of CIFAR-10, the mean of the deviations they are divided by."""
SPLITS = {"train": "training points", "random": "random points"}
STARTS = {
    ("cnn", 0.005): ("always_grok_fig06a_local_complexity.csv", "always_grok_fig12_local_complexity.csv"),
    ("cnn", 0.001): ("always_grok_fig30_lc_train_r0.001.csv",),
    ("resnet", 0.005): ("always_grok_fig01_local_complexity.csv",),
}
"""Files of published curves by network and by the radius that the paper states for them."""
PANELS = {("cnn", 0.005): "CNN, radius 0.005", ("cnn", 0.001): "CNN, radius 0.001", ("resnet", 0.005): "ResNet18"}


@dataclass(frozen=True)
class Candidate:
    """One untrained network at one radius: its panel, its words, and local complexity by split and seed."""

    panel: tuple[str, float]
    words: str
    found: dict[str, np.ndarray]

    def factor(self, starts: dict[str, float]) -> float:
        """By which factor its means lie off the published starts, on average over splits; 1 where they agree."""
        off = [abs(np.log(self.found[split].mean() / start)) for split, start in starts.items()]
        return float(np.exp(np.mean(off)))


@styled
def draw(inputs: ItemInputs) -> Figure:
    """One row for each candidate, a dot for each seed and a bar at their mean; diamonds are the authors' values."""
    every = candidates(inputs)
    rows = {panel: [one for one in every if one.panel == panel] for panel in PANELS}
    figure = new_figure(13.5, 1.6 + 0.34 * max(map(len, rows.values())))
    panels = figure.subplots(1, len(PANELS))
    for axes, (panel, words) in zip(panels, PANELS.items(), strict=True):
        _draw_panel(axes, rows[panel], published_starts(inputs, panel))
        axes.set_title(words)
    seeds = seed_list(inputs)
    below_legend(figure, _keys(len(seeds)))
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """The candidate of every panel that begins nearest to the authors, and the others' factors."""
    parts, every = [], candidates(inputs)
    for panel, words in PANELS.items():
        starts = published_starts(inputs, panel)
        by_factor = sorted((one.factor(starts), one.words, one) for one in every if one.panel == panel and starts)
        if not by_factor:
            parts.append(f"{words}: not measured.")
            continue
        factor, name, nearest = by_factor[0]
        told = " and ".join(
            f"{number(nearest.found[split].mean(), 1)} at {SPLITS[split]} (authors: {number(start, 1)})"
            for split, start in starts.items()
        )
        others = ", ".join(f"{other} {number(off, 2)}" for off, other, _ in by_factor[1:])
        parts.append(
            f"{words}: nearest is {name}, which begins with {told} neurons, a factor of {number(factor, 2)} off"
            + (f". The others are off by factors of: {others}." if others else ".")
        )
    return " ".join(parts)


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors' first values stand beside every candidate, as what it is to be held against."""
    return compare(inputs).as_dict(overlaid=True, beside=False, reason="first values alone, of untrained networks")


def candidates(inputs: ItemInputs) -> list[Candidate]:
    """All candidates that were measured, in the order of the figure's sweeps."""
    found = []
    for member in inputs.members:
        run = member["run"]
        table = table_or_none(inputs, run, "local_complexity")
        if table is None:
            continue
        kind, scaled = str(setting(inputs, run, "model.kind")), bool(setting(inputs, run, "model.normalize"))
        first = table[(table["step"] == 0) & (table["layer"] == 0)]
        for radius in column_values(first, "radius"):
            stated = round(radius / UNIT if scaled else radius, 6)
            panel = (kind, stated) if (kind, stated) in PANELS else (kind, 0.005)
            rows = first[np.isclose(first["radius"], radius)]
            by_split = {split: rows.loc[rows["split"] == split, "value"].to_numpy(dtype=float) for split in SPLITS}
            found.append(Candidate(panel, _words(inputs, member, scaled, stated), by_split))
    return found


def published_starts(inputs: ItemInputs, panel: tuple[str, float]) -> dict[str, float]:
    """The authors' local complexity at step 0 by split, the mean over their figures; the splits that they have."""
    tables = [inputs.reference[file] for file in STARTS[panel] if file in inputs.reference]
    if not tables:
        return {}
    first = pd.concat([table[table["step"] == 0].groupby("split")["value"].mean().reset_index() for table in tables])
    means = first.groupby("split")["value"].mean()
    return {split: float(means[split]) for split in SPLITS if split in means}


def _words(inputs: ItemInputs, member: dict[str, Any], scaled: bool, radius: float) -> str:
    axes, run = member["axes"], member["run"]
    parts = [f"width {axes['width']}"]
    if "depth" in axes:
        parts.append(f"{axes['depth']} convolutions")
    if not scaled:
        parts.append("pixels in [0, 1]")
    if setting(inputs, run, "model.kind") == "resnet":
        parts.append(f"radius {radius:g}")
    return ", ".join(parts)


def _keys(seeds: int) -> list[Line2D]:
    def key(label: str, colour: Colour, marker: str, **how: Any) -> Line2D:
        return Line2D([], [], color=colour, marker=marker, linestyle="", label=label, **how)

    grey = (0.3, 0.3, 0.3)
    return [
        *(key(words, SPLIT_COLOURS[split], "o", markersize=3.5) for split, words in SPLITS.items()),
        key(f"mean of {count_of_seeds(seeds)}", grey, "|", markersize=11, markeredgewidth=1.9),
        key(AUTHORS, grey, "D", fillstyle="none"),
    ]


def _draw_panel(axes: Axes, rows: list[Candidate], starts: dict[str, float]) -> None:
    axes.set_xlabel("local complexity at step 0 (neurons cut)")
    if not rows:
        say_empty(axes)
        return
    for place, one in enumerate(rows):
        for split, shift in zip(SPLITS, (-0.14, 0.14), strict=True):
            values, colour = one.found[split], SPLIT_COLOURS[split]
            axes.plot(values, np.full(len(values), place + shift), "o", color=colour, markersize=3.5, alpha=0.6)
            axes.plot(values.mean(), place + shift, "|", color=darker(colour), markersize=11, markeredgewidth=1.9)
            if split in starts:
                axes.plot(starts[split], place + shift, "D", color=darker(colour), markersize=6, fillstyle="none")
    axes.set_yticks(range(len(rows)), [one.words for one in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(matplotlib.ticker.LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(matplotlib.ticker.NullFormatter())

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
from grokscope.data.catalogue import DATASETS
from grokscope.figures.parts.curves import column_values, table_or_none
from grokscope.figures.parts.legends import AUTHORS, below_legend, title
from grokscope.figures.parts.panels import say_empty
from grokscope.figures.parts.style import SPLIT_COLOURS, Colour, darker, new_figure, styled
from grokscope.figures.parts.wording import count_of_seeds, median_and_range, number, seed_list

UNIT = float(np.mean(DATASETS["cifar10"].published_channel_deviation))
"""Pixel intensity of one unit of the normalised images, the mean of the deviations that they are divided by."""
SPLITS = {"train": "training points", "random": "random points"}


@dataclass(frozen=True)
class Panel:
    """One network at one radius in units of its inputs, or at any (None): title, and files of published curves."""

    kind: str
    radius: float | None
    title: str
    files: tuple[str, ...]


PANELS = (
    Panel(
        "cnn",
        0.005,
        "CNN, radius 0.005 in units of its inputs\nauthors: mean of Figs 6 (left) and 12",
        ("always_grok_fig06a_local_complexity.csv", "always_grok_fig12_local_complexity.csv"),
    ),
    Panel(
        "cnn",
        0.001,
        "CNN, radius 0.001 in units of its inputs\nauthors: Fig 30",
        ("always_grok_fig30_lc_train_r0.001.csv",),
    ),
    Panel("resnet", None, "ResNet18\nauthors: Fig 1", ("always_grok_fig01_local_complexity.csv",)),
)


@dataclass(frozen=True)
class Candidate:
    """One untrained network at one radius: its words, and local complexity by split, of every seed that has it."""

    panel: Panel
    words: str
    found: dict[str, np.ndarray]

    def factor(self, starts: dict[str, float]) -> float:
        """By which factor its medians over seeds lie off the published starts, on average over splits; 1 where they
        agree, NaN where one is missing or zero.
        """
        medians = {split: np.median(self.found[split]) if len(self.found[split]) else 0.0 for split in starts}
        if not starts or min(medians.values()) <= 0:
            return np.nan
        return float(np.exp(np.mean([abs(np.log(medians[split] / start)) for split, start in starts.items()])))


@styled
def draw(inputs: ItemInputs) -> Figure:
    """One row for each candidate, a dot for each seed and a bar at their median; diamonds are the authors' values."""
    every = candidates(inputs)
    rows = [[one for one in every if one.panel == panel] for panel in PANELS]
    figure = new_figure(14.0, 2.0 + 0.34 * max(map(len, rows)))
    for axes, panel, of_panel in zip(figure.subplots(1, len(PANELS)), PANELS, rows, strict=True):
        _draw_panel(axes, of_panel, published_starts(inputs, panel))
        axes.set_title(panel.title)
    seeds = seed_list(inputs)
    below_legend(figure, _keys(len(seeds)))
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """The candidate of every panel that begins nearest to the authors, and the others' factors."""
    every = candidates(inputs)
    return " ".join(
        _panel_in_words(panel, [one for one in every if one.panel == panel], published_starts(inputs, panel))
        for panel in PANELS
    )


def _panel_in_words(panel: Panel, rows: list[Candidate], starts: dict[str, float]) -> str:
    name = panel.title.partition("\n")[0]
    by_factor = sorted((off, one.words, one) for one in rows if np.isfinite(off := one.factor(starts)))
    if not by_factor:
        return f"{name}: {'nothing to compare' if rows else 'not measured'}."
    factor, words, nearest = by_factor[0]
    told = " and ".join(
        f"{median_and_range(nearest.found[split])} neurons at {SPLITS[split]} (authors: {number(start, 1)})"
        for split, start in starts.items()
    )
    others = "; ".join(f"{other}: {number(off, 2)}" for off, other, _ in by_factor[1:])
    rest = f" The factors of the others are: {others}." if others else ""
    return f"{name}: {words} begins nearest, with {told}, a factor of {number(factor, 2)} off.{rest}"


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
            stated = radius / UNIT if scaled else radius
            rows = first[np.isclose(first["radius"], radius)].dropna(subset="value")
            by_split = {split: rows.loc[rows["split"] == split, "value"].to_numpy(dtype=float) for split in SPLITS}
            found += [
                Candidate(panel, _words(inputs, run, scaled, stated), by_split)
                for panel in PANELS
                if panel.kind == kind and (panel.radius is None or np.isclose(panel.radius, stated, rtol=1e-3))
            ]
    return found


def published_starts(inputs: ItemInputs, panel: Panel) -> dict[str, float]:
    """The authors' local complexity at step 0 by split, the mean over their figures; the splits that they have."""
    tables = [inputs.reference[file] for file in panel.files if file in inputs.reference]
    if not tables:
        return {}
    first = pd.concat([table[table["step"] == 0].groupby("split")["value"].mean().reset_index() for table in tables])
    means = first.groupby("split")["value"].mean()
    return {split: float(means[split]) for split in SPLITS if split in means}


def _words(inputs: ItemInputs, run: str, scaled: bool, radius: float) -> str:
    parts = [f"width {setting(inputs, run, 'model.width')}"]
    if setting(inputs, run, "model.kind") == "cnn":
        parts.append(f"{setting(inputs, run, 'model.depth')} convolutions")
    else:
        parts.append(f"radius {radius:.2g}")
    return ", ".join([*parts, *([] if scaled else ["pixels in [0, 1]"])])


def _keys(seeds: int) -> list[Line2D]:
    def key(label: str, colour: Colour, marker: str, **how: Any) -> Line2D:
        return Line2D([], [], color=colour, marker=marker, linestyle="", label=label, **how)

    grey = (0.3, 0.3, 0.3)
    return [
        *(key(words, SPLIT_COLOURS[split], "o", markersize=3.5) for split, words in SPLITS.items()),
        key(f"median of {count_of_seeds(seeds)}", grey, "|", markersize=11, markeredgewidth=1.9),
        key(AUTHORS, grey, "D", fillstyle="none"),
    ]


def _draw_panel(axes: Axes, rows: list[Candidate], starts: dict[str, float]) -> None:
    axes.set_xlabel("neurons cut at step 0")
    if not any(len(values) for one in rows for values in one.found.values()):
        say_empty(axes)
        return
    for place, one in enumerate(rows):
        for split, shift in zip(SPLITS, (-0.14, 0.14), strict=True):
            values, colour = one.found[split], SPLIT_COLOURS[split]
            axes.plot(values, np.full(len(values), place + shift), "o", color=colour, markersize=3.5, alpha=0.6)
            if len(values):
                axes.plot(
                    np.median(values), place + shift, "|", color=darker(colour), markersize=11, markeredgewidth=1.9
                )
            if split in starts:
                axes.plot(starts[split], place + shift, "D", color=darker(colour), markersize=6, fillstyle="none")
    axes.set_yticks(range(len(rows)), [one.words.replace(", pixels", ",\npixels") for one in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    lowest = min(values.min() for one in rows for values in one.found.values() if len(values))
    axes.set_xscale("log" if lowest > 0 else "symlog")
    axes.xaxis.set_major_locator(matplotlib.ticker.LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(matplotlib.ticker.NullFormatter())

"""Plots of a run card: every metric there is, thin lines for the seeds and a thick one for their mean."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps, rc_context, rcParams, rcParamsDefault
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogFormatter

from grokscope.report.charts import ShownChart, shown_charts
from grokscope.report.wording import number

# Okabe and Ito's colours, which the colour-blind can tell apart
TRAIN, TEST, RANDOM = "#0072B2", "#D55E00", "#666666"
ONLY = TEST
"""Of the only line in a plot."""
SPLIT_COLOURS = {"train": TRAIN, "test": TEST, "random": RANDOM}
STYLE: Any = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "path.simplify": True,
}
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SIZE = (5.2, 3.1)  # inches
Described = tuple[Figure, str, str]  # figure, alternative text, caption


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the cards' style, on top of nothing that a user's own matplotlibrc holds."""
    with rc_context():
        rcParams.update({key: value for key, value in rcParamsDefault.items() if not key.startswith("backend")})
        rcParams.update(STYLE)
        yield


def _empty() -> tuple[Figure, Axes]:
    """Fixed margins: finding the best ones takes as long as drawing."""
    figure = Figure(figsize=SIZE)
    axes = figure.add_subplot()
    figure.subplots_adjust(left=0.13, right=0.97, bottom=0.15, top=0.95)
    return figure, axes


def _legend_beside(figure: Figure, axes: Axes, heading: str) -> None:
    """A legend to the right of the plot, in two columns when it is long."""
    columns = 1 if len(axes.lines) < 10 else 2
    figure.subplots_adjust(right=0.83 if columns == 1 else 0.72)
    axes.legend(
        title=heading,
        ncols=columns,
        title_fontsize=8,
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        columnspacing=0.8,
        handlelength=1.4,
    )


def power_of_ten(value: float, _: object = None) -> str:
    """A tick such as 10³, without matplotlib's slow typesetting of formulas."""
    if value < 1:
        return "0" if value == 0 else ""
    return "10" + str(round(math.log10(value))).translate(SUPERSCRIPTS)


def axes_of_steps(label: str) -> tuple[Figure, Axes]:
    """An empty plot over training steps, logarithmic from step 1 on."""
    figure, axes = _empty()
    axes.set_xscale("symlog", linthresh=1)
    axes.xaxis.set_major_formatter(FuncFormatter(power_of_ten))
    axes.set_xlabel("step")
    axes.set_ylabel(label)
    return figure, axes


def logarithmic(axes: Axes, values: pd.Series) -> None:
    """Logarithmic values, if there is anything to show on such an axis."""
    if bool((np.isfinite(values) & (values > 0)).any()):
        axes.set_yscale("log")
        axes.yaxis.set_minor_formatter(
            LogFormatter()
        )  # 20, where the default's 2 x 10¹ would push the label of the axis out of the picture


def draw_seeds(axes: Axes, rows: pd.DataFrame, value: str, colour: Any, label: str, style: str = "-") -> str:
    """Draw one curve a seed and their mean; returns what the mean ends at, in words."""
    pivot = rows.pivot_table(index="step", columns="seed", values=value, dropna=False).sort_index()
    if pivot.shape[1] > 1:
        axes.plot(pivot.index, pivot.to_numpy(), color=colour, linewidth=0.7, alpha=0.45, linestyle=style)
    mean = pivot.mean(axis=1)
    axes.plot(mean.index, mean.to_numpy(), color=colour, linewidth=1.8, label=label, linestyle=style)
    axes.set_xlim(left=0)
    return f"{label} ends at {number(float(mean.iloc[-1]))}"


def curves(tables: Mapping[str, pd.DataFrame]) -> list[Described]:
    """A plot of every chart of the metrics that the run has, in the order of their registry."""
    with styled():
        return [_plot(shown) for shown in shown_charts(tables) if shown.on_card]


def _plot(shown: ShownChart) -> Described:
    """Seeds and their mean where there are few lines: one, or one for each kind of points; else a shade for each value
    and means over seeds alone. The line of all layers together is left out beside those of single layers.
    """
    chart = shown.chart
    label = chart.card_title or chart.label
    figure, axes = axes_of_steps(label)
    lines = {key: rows for key, rows in shown.lines().items() if not (chart.by == "layer" and key == 0)}
    if chart.by in ("", "split"):
        ends = [
            draw_seeds(axes, rows, chart.column, SPLIT_COLOURS.get(key, ONLY), key or label)
            for key, rows in lines.items()
        ]
    else:
        shades = colormaps["viridis"](np.linspace(0.0, 0.9, len(lines)))
        ends = [
            _draw_mean(axes, rows, chart.column, shade, chart.by, key)
            for (key, rows), shade in zip(lines.items(), shades, strict=True)
        ]
        axes.set_xlim(left=0)
    if chart.log:
        logarithmic(axes, shown.rows[chart.column])
    if chart.by == "split":
        axes.legend()
    elif chart.by:
        _legend_beside(figure, axes, chart.by)
    return figure, f"{label[:1].upper()}{label[1:]} by training step: {'; '.join(ends)}.", shown.caption


def _draw_mean(axes: Axes, rows: pd.DataFrame, value: str, colour: Any, by: str, key: Any) -> str:
    """The mean over seeds; returns what it ends at, in words."""
    mean = rows.groupby("step")[value].mean()
    axes.plot(mean.index, mean.to_numpy(), color=colour, linewidth=1.5, label=number(key))
    return f"{by} {number(key)} ends at {number(float(mean.iloc[-1]))}"


def spectra(rows: pd.DataFrame, most_points: int = 200) -> Described:
    """Eigenvalues of every layer at the last checkpoint, of the first seed, relative to the layer's largest."""
    with styled():
        seed, step = int(rows["seed"].min()), int(rows["step"].max())
        split = "test" if "test" in set(rows["split"]) else str(rows["split"].iloc[0])
        chosen = rows[(rows["seed"] == seed) & (rows["step"] == step) & (rows["split"] == split)].sort_values("layer")
        figure, axes = _empty()
        shades = colormaps["viridis"](np.linspace(0.0, 0.9, len(chosen)))
        for layer, values, shade in zip(chosen["layer"], chosen["eigenvalues"], shades, strict=True):
            axes.plot(*_relative(values, most_points), color=shade, linewidth=1.4, label=str(layer))
        axes.set(
            xscale="log", yscale="log", xlabel="index of the eigenvalue", ylabel="eigenvalue / largest", ylim=(1e-12, 3)
        )
        _legend_beside(figure, axes, "layer")
    caption = (
        f"Eigenvalues of the covariance of each layer's pre-activations at step {step}, seed {seed}, {split} images."
    )
    return figure, f"{caption} One falling curve for each of {len(chosen)} layers.", caption


def _relative(values: Sequence[float], most_points: int) -> tuple[np.ndarray, np.ndarray]:
    """Index from 1 and share of the largest, thinned evenly in log(index); what is not above rounding is left out."""
    eigenvalues = np.asarray(values, dtype=np.float64)
    index = np.unique(np.geomspace(1, max(len(eigenvalues), 1), most_points).round().astype(int))
    index = index[index <= len(eigenvalues)]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = eigenvalues[index - 1] / eigenvalues.max(initial=0.0)
    return index, np.where(shares > 1e-12, shares, np.nan)

"""What every panel is made of: curves of seeds, authors' values, log axes of steps, events, layers as colours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib.colors
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import FuncFormatter, LogFormatterSciNotation, LogLocator, MaxNLocator, NullFormatter

from grokscope.analysis.aggregate import mean_interval
from grokscope.figures.parts.style import (
    CROWDED_OPACITY,
    CROWDED_SEEDS,
    EVENT_LINE,
    INTERVAL_OPACITY,
    MEAN_LINE,
    MEAN_ORDER,
    NARROW_EDGE,
    REFERENCE_COLOUR,
    REFERENCE_LINE,
    SEED_LINE,
    WHITE_EDGE,
    Colour,
)

PERCENT = 100.0
SMALL_PERCENT = 20.0


def draw_curves(
    axes: Axes,
    curves: pd.DataFrame,
    colour: Colour,
    linestyle: Any = "-",
    shade: float = INTERVAL_OPACITY,
    shift: int = 1,
    most: float = np.inf,
    logarithmic: bool = False,
    **mean: Any,
) -> None:
    """Every seed thin, the mean over seeds bold, its 95 % interval over seeds shaded (opacity `shade`); x is step + 1.

    `curves` as from `grokscope.figures.parts.curves.seed_curves`. One seed is drawn bold without an interval; seeds
    that have no value at all are left out; without any value nothing is drawn. Where the index is not one of steps,
    `shift` = 0 takes it as it is. `mean` changes the look of the bold line. The interval ends at `most`, and at 0
    unless a value is below. On a `logarithmic` axis of values mean and interval are those of the logarithms, so the
    mean is the geometric one; there is none at steps where a seed is not above 0.
    """
    curves = curves.dropna(axis="columns", how="all").rename_axis(index="step", columns="seed")
    bold = {"color": colour, "linestyle": linestyle, "zorder": MEAN_ORDER} | MEAN_LINE | mean
    if curves.empty:
        return
    if curves.shape[1] == 1:
        axes.plot(curves.index + shift, curves.iloc[:, 0], **bold)
        return
    crowded = shade < INTERVAL_OPACITY or curves.shape[1] > CROWDED_SEEDS
    thin = SEED_LINE | ({"alpha": CROWDED_OPACITY} if crowded else {})
    for seed in curves.columns:
        axes.plot(curves.index + shift, curves[seed], color=colour, linestyle=linestyle, **thin)
    summary = _logarithmic_summary(curves) if logarithmic else _summary(curves)
    extent = axes.dataLim.frozen()
    least = 0.0 if np.nanmin(curves.to_numpy()) >= 0 else -np.inf
    low, high = summary["low"].clip(lower=least), summary["high"].clip(upper=most)
    axes.fill_between(summary["step"] + shift, low, high, color=colour, alpha=shade, linewidth=0)
    axes.dataLim.set(extent)  # intervals of two or three seeds are wide; the curves alone set the range of the axis
    if "linewidth" not in mean:  # curves of several widths lie on each other, and an edge would hide the widest
        edge = bold["linewidth"] + 2 * (NARROW_EDGE if shade < INTERVAL_OPACITY else WHITE_EDGE)
        bold["path_effects"] = [Stroke(linewidth=edge, foreground="white"), Normal()]
    axes.plot(summary["step"] + shift, summary["mean"], **bold)


def _summary(curves: pd.DataFrame) -> pd.DataFrame:
    """Mean over seeds and its interval at every step."""
    return mean_interval(curves.melt(var_name="seed", value_name="value", ignore_index=False).reset_index(), "value")


def _logarithmic_summary(curves: pd.DataFrame) -> pd.DataFrame:
    """The same of the logarithms; NaN at steps where a seed is not above 0."""
    positive = curves.where(~(curves <= 0).any(axis="columns"), np.nan)
    summary = _summary(positive.transform(np.log10))
    ends = ["mean", "low", "high"]
    return summary.assign(**{end: 10 ** summary[end] for end in ends})


def draw_reference(
    axes: Axes, published: pd.DataFrame, colour: Colour = REFERENCE_COLOUR, shift: int = 1, **line: Any
) -> None:
    """The authors' values, dashed, at step + `shift`; published bands are over points and are not drawn."""
    published = published.sort_values("step")
    if published.empty:
        return
    axes.plot(published["step"] + shift, published["value"], color=colour, **(REFERENCE_LINE | line))


def step_axis(axes: Axes, last: int, label: bool = True, linear: bool = False) -> None:
    """A log axis of step + 1, as both papers plot it, from the initialisation to `last`; or a linear one of steps."""
    if linear:
        axes.set_xlim(-0.02 * max(last, 1), 1.02 * max(last, 1))
        axes.set_xlabel("optimiser steps" if label else "")
        axes.tick_params(axis="x", labelbottom=label)
        return
    axes.set_xscale("log")
    axes.set_xlim(0.9, 1.1 * (max(last, 1) + 1))
    axes.xaxis.set_major_locator(LogLocator(numticks=12))
    axes.xaxis.set_minor_locator(LogLocator(subs=list(range(2, 10)), numticks=12))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(False, axis="x", which="minor")
    axes.set_xlabel("optimiser steps + 1" if label else "")
    axes.tick_params(axis="x", labelbottom=label)


def percent_axis(axes: Axes, label: str = "accuracy (%)", from_data: bool = False) -> None:
    """An axis of percent from 0 to 100; `from_data`: to where the curves end, if all are small (after all of them)."""
    axes.set_ylabel(label)
    if from_data and 0 < axes.dataLim.y1 < SMALL_PERCENT:
        axes.set_ylim(-0.03 * axes.dataLim.y1, 1.05 * axes.dataLim.y1)
        return
    axes.set_ylim(-3, 103)
    axes.set_yticks(range(0, 101, 20))


def log_value_axis(axes: Axes) -> None:
    """A log axis of values, with plain numbers where these are short; to be called after all curves of the row."""
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    if high < 10 * low:
        axes.yaxis.set_major_locator(MaxNLocator(5))
    else:
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)) if high < 1e3 * low else LogLocator(numticks=6))
    plain = low >= 1e-3 and high < 1e5
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}") if plain else LogFormatterSciNotation())
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.grid(False, axis="y", which="minor")


def mark_events(axes: Axes, steps: Iterable[float], colour: Colour, shift: int = 1, **line: Any) -> None:
    """An upright line, dotted unless `line` says otherwise, at the median of the seeds' steps.

    Seeds without the event (NaN) are left out; without any no line is drawn.
    """
    found = [step for step in steps if np.isfinite(step)]
    if found:
        axes.axvline(float(np.median(found)) + shift, color=colour, **(EVENT_LINE | line))


def name_event(axes: Axes, steps: Iterable[float], colour: Colour, label: str, side: str, shift: int = 1) -> None:
    """A short label above the line of `mark_events`, with how many seeds have the event: `I (2/5)`."""
    every = list(steps)
    found = [step for step in every if np.isfinite(step)]
    if found:
        text = label if len(found) == len(every) else f"{label} ({len(found)}/{len(every)})"
        align, aside = ("right", -1) if side == "left" else ("left", 1)
        axes.annotate(
            text,
            (float(np.median(found)) + shift, 1.0),
            (aside, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha=align,
            va="bottom",
            color=colour,
            fontsize=8.5,
        )


def say_blank(axes: Axes, measured: bool) -> None:
    """Say in an empty panel whether nothing was measured there, or nothing finite (networks that diverged)."""
    say_empty(axes, "no finite value") if measured else say_empty(axes)


def say_empty(axes: Axes, text: str = "not measured") -> None:
    """Say in an empty panel why it is empty."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color="0.35", style="italic")


def note(axes: Axes, text: str, place: str = "lower right") -> None:
    """A small remark in a corner of a panel."""
    vertical, horizontal = place.split()
    x, y = (0.98 if horizontal == "right" else 0.02), (0.03 if vertical == "lower" else 0.97)
    axes.text(
        x,
        y,
        text,
        transform=axes.transAxes,
        ha=horizontal,
        va="bottom" if vertical == "lower" else "top",
        fontsize=8.5,
        bbox={"facecolor": "white", "edgecolor": "0.8", "boxstyle": "round,pad=0.25", "alpha": 0.9},
        zorder=6,
    )


def discrete_colourbar(
    figure: Figure, axes: Sequence[Axes], values: Sequence[int | str], colours: Sequence[Colour], label: str
) -> Colorbar:
    """A colour bar with one block a value, beside `axes`; for many layers it takes less room than a legend."""
    norm = matplotlib.colors.BoundaryNorm(np.arange(len(values) + 1) - 0.5, len(values))
    mappable = ScalarMappable(norm, matplotlib.colors.ListedColormap(list(colours)))
    bar = figure.colorbar(mappable, ax=list(axes), pad=0.01, aspect=14, fraction=0.05)
    every = 1 + (len(values) - 1) // 12
    bar.set_ticks(list(range(0, len(values), every)), labels=[str(value) for value in values[::every]])
    bar.minorticks_off()
    bar.ax.tick_params(length=0)
    bar.set_label(label)
    return bar

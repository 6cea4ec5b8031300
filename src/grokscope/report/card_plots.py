"""Plots of a run card: every metric there is, thin lines for the seeds and a thick one for their mean."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps, rc_context, rcParams, rcParamsDefault
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogFormatter

from grokscope.report.wording import number

# Okabe and Ito's colours, which the colour-blind can tell apart
TRAIN, TEST, RANDOM = "#0072B2", "#D55E00", "#666666"
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
RANK_DEFINITION = "relative_1e-3"
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


def _finish(figure: Figure, axes: Axes, name: str, ends: Iterable[str], caption: str) -> Described:
    if axes.get_legend_handles_labels()[1]:
        axes.legend()
    return figure, f"{name} by training step: {'; '.join(ends)}.", caption


def by_split(rows: pd.DataFrame, value: str, label: str, caption: str, log: bool = False) -> Described:
    """One colour a split."""
    figure, axes = axes_of_steps(label)
    splits = [split for split in SPLIT_COLOURS if split in set(rows["split"])]
    ends = [draw_seeds(axes, rows[rows["split"] == split], value, SPLIT_COLOURS[split], split) for split in splits]
    if log:
        logarithmic(axes, rows[value])
    return _finish(figure, axes, label.capitalize(), ends, caption)


def by_level(rows: pd.DataFrame, value: str, level: str, label: str, caption: str, log: bool = False) -> Described:
    """One shade a layer or epsilon: means over seeds only, since there are many."""
    figure, axes = axes_of_steps(label)
    levels = sorted(rows[level].unique())
    shades = colormaps["viridis"](np.linspace(0.0, 0.9, len(levels)))
    ends = []
    for one, shade in zip(levels, shades, strict=True):
        mean = rows[rows[level] == one].groupby("step")[value].mean()
        axes.plot(mean.index, mean.to_numpy(), color=shade, linewidth=1.5, label=number(one))
        ends.append(f"{level} {number(one)} ends at {number(float(mean.iloc[-1]))}")
    axes.set_xlim(left=0)
    if log:
        logarithmic(axes, rows[value])
    _legend_beside(figure, axes, level)
    return figure, f"{label.capitalize()} by training step: {'; '.join(ends)}.", caption


def curves(tables: dict[str, pd.DataFrame]) -> list[Described]:
    """A plot of every metric that the run has, in a fixed order."""
    found: list[Described] = []
    with styled():
        if "accuracy" in tables:
            found.append(
                by_split(
                    tables["accuracy"], "accuracy", "accuracy", "Accuracy on the training subset and the test images."
                )
            )
            found.append(
                by_split(
                    tables["accuracy"],
                    "loss",
                    "training loss",
                    "The training loss, on the training subset and the test images.",
                    log=True,
                )
            )
        if "rank" in tables:
            found.append(_rank(tables["rank"]))
        if "weight_norm" in tables:
            norms = tables["weight_norm"]
            found.append(
                by_level(
                    norms[norms["layer"] > 0],
                    "norm",
                    "layer",
                    "weight norm",
                    "L2 norm of each layer's parameters.",
                    log=True,
                )
            )
        if "probes" in tables:
            found += [_probe(rows, str(kind)) for kind, rows in tables["probes"].groupby("probe", sort=True)]
        if "local_complexity" in tables:
            complexity = tables["local_complexity"]
            total = complexity[complexity["layer"] == 0]
            for radius in sorted(total["radius"].unique()):
                caption = f"Local complexity (neurons that cut a neighbourhood of radius {number(radius)}, all layers)."
                found.append(by_split(total[total["radius"] == radius], "value", "local complexity", caption))
        if "adversarial" in tables:
            for start, rows in tables["adversarial"].groupby("start", sort=True):
                words = "random" if start == "random" else "no random"
                found.append(
                    by_level(
                        rows,
                        "accuracy",
                        "epsilon",
                        "accuracy under attack",
                        f"Test accuracy under attack, {words} start.",
                    )
                )
    return found


def _rank(ranks: pd.DataFrame) -> Described:
    definitions = sorted(ranks["definition"].unique())
    chosen = RANK_DEFINITION if RANK_DEFINITION in definitions else definitions[0]
    split = "test" if "test" in set(ranks["split"]) else str(ranks["split"].iloc[0])
    rows = ranks[(ranks["definition"] == chosen) & (ranks["split"] == split) & (ranks["layer"] > 0)]
    return by_level(
        rows, "rank", "layer", "feature rank", f"Rank of each layer's pre-activations ({chosen}, {split} images)."
    )


def _probe(rows: pd.DataFrame, kind: str) -> Described:
    return by_level(
        rows, "accuracy", "layer", "probe accuracy", f"Test accuracy of a linear probe on each layer ({kind})."
    )


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

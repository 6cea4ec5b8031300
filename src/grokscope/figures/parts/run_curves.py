"""The curves of one run that several figures draw: accuracies, the rank of the second-last layer, the weight norm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.tables import hidden_layers, rank_split
from grokscope.figures.parts.collapse import collapse_note
from grokscope.figures.parts.curves import final_values, seed_curves, table_or_none
from grokscope.figures.parts.events import median_key
from grokscope.figures.parts.legends import below_legend, kinds_of_line, line_key
from grokscope.figures.parts.panels import PERCENT, draw_curves, note, say_blank
from grokscope.figures.parts.rank_curves import most_rank, rank_definition
from grokscope.figures.parts.style import SPLIT_COLOURS, Colour
from grokscope.figures.parts.wording import median_and_range
from grokscope.metrics.tables import ALL_LAYERS

SPLIT_LINES: dict[str, Any] = {"train": (0, (3, 1.4)), "test": "-"}
"""Train dashed, test solid, where colours tell runs apart."""
DARK: Colour = (0.2, 0.2, 0.2)
GREY: Colour = (0.3, 0.3, 0.3)
MOST_WIDTH = 11.2
"""Inches for all columns of panels together, so that text stays readable on a page."""


def column_width(columns: int, wanted: float = 3.5) -> float:
    """Width of each of `columns` panels in inches: as wanted, or what fits."""
    return min(wanted, MOST_WIDTH / max(columns, 1))


def accuracy_legend(figure: Figure, inputs: ItemInputs, seeds: int) -> None:
    """Below all panels: what dashed and solid, thin, bold and shaded mean, and the upright line of generalisation."""
    splits = [line_key(f"{split} accuracy", GREY, line) for split, line in SPLIT_LINES.items()]
    below_legend(figure, [*splits, *kinds_of_line(seeds), *median_key(inputs, "generalisation", GREY)])


def draw_accuracies(axes: Axes, inputs: ItemInputs, run: str, colour: Colour | None = None, **mean: Any) -> None:
    """Train and test accuracy in percent: by colour, or in the run's `colour` with train dashed."""
    table = table_or_none(inputs, run, "accuracy")
    for split in ("train", "test"):
        curves = seed_curves(table, "accuracy", 100, split=split)
        draw_curves(
            axes, curves, colour or SPLIT_COLOURS[split], SPLIT_LINES[split] if colour else "-", most=PERCENT, **mean
        )


def second_last_ranks(inputs: ItemInputs, run: str, definition: str | None = None) -> pd.DataFrame:
    """Rank of the second-last layer, one column for each seed, by `definition` or the usual one; may be empty."""
    table = table_or_none(inputs, run, "rank")
    layers = [] if table is None else hidden_layers(table)
    if table is None or not layers:
        return seed_curves(None, "rank")
    return seed_curves(
        table, "rank", layer=layers[-1], split=rank_split(table), definition=definition or rank_definition(inputs, run)
    )


def draw_ranks(
    axes: Axes, inputs: ItemInputs, run: str, colour: Colour, definition: str | None = None, **look: Any
) -> None:
    """Rank of the second-last layer; its interval ends at the layer's width."""
    table = table_or_none(inputs, run, "rank")
    layers = [] if table is None else hidden_layers(table)
    if layers:
        most = most_rank(inputs, run, layers[-1])
        draw_curves(axes, second_last_ranks(inputs, run, definition), colour, most=most, **look)


def rank_axis(axes: Axes, label: str = "") -> None:
    """An axis of ranks from 0 with whole numbers; call it after all curves, as it fixes the top."""
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.set_ylabel(label)


def weight_norms(inputs: ItemInputs, run: str) -> pd.DataFrame:
    """Norm of all parameters, one column for each seed; empty where it is not measured."""
    return seed_curves(table_or_none(inputs, run, "weight_norm"), "norm", layer=ALL_LAYERS)


def say_blanks(inputs: ItemInputs, runs: Iterable[str], panels: Iterable[tuple[Axes, str]]) -> None:
    """Say in every empty panel whether its table is missing or holds nothing finite; call it before events."""
    names = list(runs)
    for axes, metric in panels:
        if not axes.lines:
            say_blank(axes, any(table_or_none(inputs, run, metric) is not None for run in names))


def note_failures(axes: Axes, inputs: ItemInputs, runs: dict[str, str]) -> None:
    """How many seeds of each run (name -> run) collapsed or diverged, in a corner; empty names are left out."""
    texts = [f"{name}: {text}" if name else text for name, run in runs.items() if (text := collapse_note(inputs, run))]
    if texts:
        note(axes, "\n".join(texts), "upper left")


def course(curves: pd.DataFrame, what: str, digits: int = 0) -> str:
    """`what` at the start, at its lowest and at the end, in words; empty without curves."""
    if curves.empty:
        return ""
    start, lowest, end = (
        median_and_range(values, digits) for values in (curves.iloc[0], curves.min(), final_values(curves))
    )
    return f"{what} {start} at the start, lowest {lowest}, at the end {end}"

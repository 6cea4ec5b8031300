"""Train and test accuracy over a grid of runs, as in P1 Fig 2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.accuracy_words import accuracy_words
from grokscope.figures.parts.axis_words import place_name
from grokscope.figures.parts.collapse import collapse_note
from grokscope.figures.parts.curves import axis_values, last_step_of, members_along, seed_curves, table_or_none
from grokscope.figures.parts.legends import below_legend, event_key, kinds_of_line, line_key, title
from grokscope.figures.parts.panels import PERCENT, draw_curves, mark_events, note, percent_axis, say_empty, step_axis
from grokscope.figures.parts.style import SPLIT_COLOURS, new_figure
from grokscope.figures.parts.wording import event_steps, seed_list, sentence

Member = dict[str, Any]
"""A run of the figure with its values and positions on axes."""


def accuracy_panels(inputs: ItemInputs, down: str, across: str, label: str, draw_cell: Callable[[Axes, list[Member]], None]) -> Figure:
    """A figure with one row a value on the axis `down` and one column a value on `across`; `draw_cell` fills a panel from the members at its place."""
    rows, columns = axis_values(inputs, down), axis_values(inputs, across)
    figure = new_figure(3.6 * len(columns) + 0.6, 2.7 * len(rows) + 1.5)
    panels = figure.subplots(len(rows), len(columns), squeeze=False, sharex=True, sharey=True)
    for row, first in enumerate(rows):
        for column, second in enumerate(columns):
            axes = panels[row][column]
            draw_cell(axes, [member for member in inputs.members if (member["axes"].get(down), member["axes"].get(across)) == (first, second)])
            step_axis(axes, last_step_of(inputs, "accuracy"), label=row == len(rows) - 1)
            percent_axis(axes, label if column == 0 else "")
            axes.set_title(f"{place_name(down, first)}, {place_name(across, second)}")
    return figure


def draw_accuracy_grid(inputs: ItemInputs, down: str, across: str) -> Figure:
    """One row a value on the axis `down`, one column a value on `across`; to be called in the figures' style."""
    figure = accuracy_panels(inputs, down, across, "accuracy (%)", lambda axes, members: _draw_run(inputs, members[-1]["run"] if members else None, axes))
    seeds = seed_list(inputs)
    keys = [line_key(split, SPLIT_COLOURS[split]) for split in ("train", "test")]
    below_legend(figure, [*keys, *kinds_of_line(len(seeds)), event_key("generalisation (median step)", SPLIT_COLOURS["test"])])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe_accuracy_grid(inputs: ItemInputs, down: str, across: str) -> str:
    """Final accuracies and the steps of fit and onset, one sentence a run."""
    sentences = []
    for member in members_along(inputs, down, across):
        where = ", ".join(place_name(axis, member["axes"].get(axis, "?")) for axis in (down, across))
        sentences.append(sentence(*accuracy_words(inputs, member["run"]), heading=where))
    return " ".join(sentences)


def _draw_run(inputs: ItemInputs, run: str | None, axes: Axes) -> None:
    table = None if run is None else table_or_none(inputs, run, "accuracy")
    if run is None or table is None:
        say_empty(axes)
        return
    for split in ("train", "test"):
        draw_curves(axes, seed_curves(table, "accuracy", 100, split=split), SPLIT_COLOURS[split], most=PERCENT)
    mark_events(axes, event_steps(inputs, run, "generalisation"), SPLIT_COLOURS["test"])
    if text := collapse_note(inputs, run):
        note(axes, text, "upper left")

"""Accuracy above the rank of the second-last layer, one column for each value on an axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.accuracy_words import accuracy_words
from grokscope.figures.parts.axis_words import place_name
from grokscope.figures.parts.curves import last_step_of, members_along, table_or_none
from grokscope.figures.parts.events import median_key
from grokscope.figures.parts.legends import below_legend, kinds_of_line, line_key, title
from grokscope.figures.parts.panels import mark_events, note, percent_axis, step_axis
from grokscope.figures.parts.rank_curves import rank_label, rank_words
from grokscope.figures.parts.run_curves import (
    DARK,
    column_width,
    draw_accuracies,
    draw_ranks,
    note_failures,
    rank_axis,
    say_blanks,
)
from grokscope.figures.parts.style import SPLIT_COLOURS, new_figure
from grokscope.figures.parts.wording import event_steps, seed_list, sentence


def draw_columns(inputs: ItemInputs, axis: str, told: Callable[[dict[str, Any]], str] | None = None) -> Figure:
    """Two rows, one column for each value on `axis`, in the figures' style; `told` stands in the panel of rank."""
    members = _measured(inputs, axis)
    figure = new_figure(column_width(len(members)) * len(members) + 0.8, 6.2)
    panels = figure.subplots(2, len(members), squeeze=False, sharex=True, sharey="row")
    for column, member in enumerate(members):
        accuracy, rank = panels[0][column], panels[1][column]
        draw_accuracies(accuracy, inputs, member["run"])
        draw_ranks(rank, inputs, member["run"], DARK)
        say_blanks(inputs, [member["run"]], [(accuracy, "accuracy"), (rank, "rank")])
        for axes in (accuracy, rank):
            mark_events(axes, event_steps(inputs, member["run"], "generalisation"), SPLIT_COLOURS["test"])
            step_axis(axes, last_step_of(inputs, "accuracy", "rank"), label=axes is rank)
        note_failures(accuracy, inputs, {"": member["run"]})
        accuracy.set_title(place_name(axis, member["axes"].get(axis, "?")))
        if told and (text := told(member)):
            note(rank, text, "lower left")
    percent_axis(panels[0][0])
    rank_axis(panels[1][0], rank_label(inputs, "rank of the second-last layer\n(dimensions)"))
    seeds = seed_list(inputs)
    keys = [line_key(split, SPLIT_COLOURS[split]) for split in ("train", "test")]
    below_legend(figure, [*keys, *kinds_of_line(len(seeds)), *median_key(inputs, "generalisation")])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def _measured(inputs: ItemInputs, axis: str) -> list[dict[str, Any]]:
    """The members for which anything was measured; all of them where nothing was."""
    members = members_along(inputs, axis)
    tables = ("accuracy", "rank")
    found = [
        member for member in members if any(table_or_none(inputs, member["run"], table) is not None for table in tables)
    ]
    return found or members


def describe_columns(inputs: ItemInputs, axis: str) -> str:
    """Accuracies, the steps of fit and onset, and the rank of the second-last layer, one sentence a value on `axis`."""
    return " ".join(
        sentence(
            *accuracy_words(inputs, member["run"]),
            rank_words(inputs, member["run"]) or "rank not measured",
            heading=place_name(axis, member["axes"].get(axis, "?")),
        )
        for member in members_along(inputs, axis)
    )

"""Both papers' measures on the same networks: accuracy, rank of the second-last layer, local complexity.

Columns are depths, blocks of three rows training-set sizes. Each event is named above the panel whose curve it is read
from, and its line crosses all three, in the colour of that curve and with dashes of its own.
"""

from __future__ import annotations

import math
import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.rank_words import RANK_WORDS
from grokscope.figures.parts.accuracy_words import accuracy_words
from grokscope.figures.parts.axis_words import place_name
from grokscope.figures.parts.curves import (
    axis_values,
    column_values,
    last_step_of,
    members_along,
    seed_curves,
    table_or_none,
)
from grokscope.figures.parts.events import is_dated
from grokscope.figures.parts.legends import below_legend, event_key, kinds_of_line, line_key, title
from grokscope.figures.parts.panels import draw_curves, mark_events, name_event, percent_axis, step_axis
from grokscope.figures.parts.rank_curves import rank_definition, rank_event_name, rank_words
from grokscope.figures.parts.run_curves import (
    DARK,
    column_width,
    course,
    draw_accuracies,
    draw_ranks,
    note_failures,
    rank_axis,
    say_blanks,
)
from grokscope.figures.parts.style import SPLIT_COLOURS, Colour, darker, new_figure, styled
from grokscope.figures.parts.wording import event_phrase, event_steps, seed_list, sentence
from grokscope.metrics.tables import ALL_LAYERS

METRICS = ("accuracy", "rank", "local_complexity")
EVENTS: dict[str, tuple[str, Colour, dict[str, Any]]] = {
    "generalisation": ("generalisation", SPLIT_COLOURS["test"], {"linestyle": (0, (1, 1.2)), "linewidth": 1.7}),
    "rank_collapse": ("rank collapse", (0.0, 0.0, 0.0), {"linestyle": (0, (5, 2))}),
    "migration": ("migration", darker(SPLIT_COLOURS["train"]), {"linestyle": (0, (7, 1.6, 1, 1.6)), "linewidth": 1.5}),
}
"""In the order of the rows whose curves they are read from."""


@styled
def draw(inputs: ItemInputs) -> Figure:
    """One block of three rows a training-set size, one column for each depth."""
    sizes, depths = axis_values(inputs, "train_size"), axis_values(inputs, "depth")
    figure = new_figure(column_width(len(depths)) * len(depths) + 0.8, 5.6 * len(sizes) + 1.4)
    panels = figure.subplots(3 * len(sizes), len(depths), squeeze=False, sharex=True, sharey="row")
    runs = {
        (member["axes"].get("train_size", "?"), member["axes"].get("depth", "?")): member["run"]
        for member in inputs.members
    }
    for block, size in enumerate(sizes):
        rows = panels[3 * block : 3 * block + 3]
        for column, depth in enumerate(depths):
            _draw_run(inputs, runs.get((size, depth)), [row[column] for row in rows])
            rows[0][column].set_title(f"{place_name('train_size', size)}, {place_name('depth', depth)}", pad=16)
        _label_rows(inputs, [row[0] for row in rows])
    seeds = seed_list(inputs)
    keys = [line_key(split, SPLIT_COLOURS[split]) for split in ("train", "test")]
    keys += [
        event_key(f"{_named(inputs, event)} (median step)", colour, **line)
        for event, (_, colour, line) in EVENTS.items()
        if is_dated(inputs, event)
    ]
    keys += [Line2D([], [], linestyle="none", label="(k/n): in k of n seeds")] if len(seeds) > 1 else []
    below_legend(figure, [*keys, *kinds_of_line(len(seeds))])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """Accuracies, rank of the second-last layer, local complexity and their events, by training set and depth."""
    return " ".join(_describe_run(inputs, member) for member in members_along(inputs, "train_size", "depth"))


def complexity_curves(inputs: ItemInputs, run: str) -> pd.DataFrame:
    """Local complexity of all layers at the training points with the smallest radius, as the events read it."""
    table = table_or_none(inputs, run, "local_complexity")
    radii = column_values(table, "radius")
    return (
        seed_curves(table, "value", split="train", layer=ALL_LAYERS, radius=radii[0])
        if radii
        else seed_curves(None, "value")
    )


def _draw_run(inputs: ItemInputs, run: str | None, column: list[Axes]) -> None:
    if run is not None:
        draw_accuracies(column[0], inputs, run)
        draw_ranks(column[1], inputs, run, DARK)
        draw_curves(column[2], complexity_curves(inputs, run), SPLIT_COLOURS["train"])
    last = last_step_of(inputs, *METRICS)
    say_blanks(inputs, [] if run is None else [run], list(zip(column, METRICS, strict=True)))
    for axes in column:
        step_axis(axes, last, label=axes is column[2])
    if run is None:
        return
    for own, (event, (name, colour, line)) in zip(column, EVENTS.items(), strict=True):
        steps = event_steps(inputs, run, event)
        for axes in column:
            mark_events(axes, steps, colour, **line)
        name_event(own, steps, colour, name, _side(steps, last))
    note_failures(column[0], inputs, {"": run})


def _side(steps: pd.Series, last: int) -> str:
    """On which side of an event's line its name has room."""
    found = steps.dropna()
    return "left" if len(found) and math.log10(float(np.median(found)) + 1) > 0.5 * math.log10(last + 1) else "right"


def _label_rows(inputs: ItemInputs, first: list[Axes]) -> None:
    percent_axis(first[0])
    definitions = dict.fromkeys(RANK_WORDS[rank_definition(inputs, run)] for run in inputs.runs)
    rank_axis(first[1], textwrap.fill(f"rank, second-last layer ({' / '.join(definitions)})", 20))
    radii = sorted(
        {column_values(table_or_none(inputs, run, "local_complexity"), "radius")[0] for run in _measured(inputs)}
    )
    within = f"\nwithin {' / '.join(f'{radius:g}' for radius in radii)} pixels" if radii else ""
    first[2].set_ylabel(f"complexity at training\npoints (neurons cut{within})")
    first[2].set_ylim(bottom=0)


def _measured(inputs: ItemInputs) -> list[str]:
    return [run for run in inputs.runs if table_or_none(inputs, run, "local_complexity") is not None]


def _named(inputs: ItemInputs, event: str) -> str:
    name = EVENTS[event][0]
    return (
        " / ".join(dict.fromkeys(rank_event_name(inputs, run, name) for run in inputs.runs))
        if event == "rank_collapse"
        else name
    )


def _describe_run(inputs: ItemInputs, member: dict[str, Any]) -> str:
    run, axes = member["run"], member["axes"]
    parts = accuracy_words(inputs, run)
    parts.append(rank_words(inputs, run) or "rank not measured")
    parts.append(event_phrase(inputs, run, "rank_collapse", rank_event_name(inputs, run, "rank collapse")))
    parts.append(
        course(complexity_curves(inputs, run), "local complexity at the training points", 1)
        or "local complexity not measured"
    )
    parts.append(event_phrase(inputs, run, "migration", "migration"))
    return sentence(
        *parts, heading=", ".join(place_name(axis, axes.get(axis, "?")) for axis in ("train_size", "depth"))
    )

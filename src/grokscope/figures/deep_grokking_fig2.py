"""P1 Fig 2: train and test accuracy by depth, for two training-set sizes. The published figure exists as a raster image only."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.comparison import NO_VALUES, compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.published_settings import PUBLISHED_FIGURES
from grokscope.figures.accuracy_words import accuracy_words
from grokscope.figures.collapse import collapse_note
from grokscope.figures.curves import last_step_of, members_along, seed_curves, table_or_none
from grokscope.figures.legends import below_legend, event_key, kinds_of_line, line_key, title
from grokscope.figures.panels import draw_curves, mark_events, note, percent_axis, say_empty, step_axis
from grokscope.figures.style import SPLIT_COLOURS, new_figure, styled
from grokscope.figures.wording import event_steps, seed_list, sentence

PUBLISHED = PUBLISHED_FIGURES["deep_grokking_fig2"]


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors gave no values to compare with; what differs in the settings is said all the same."""
    return compare(inputs, PUBLISHED).as_dict(overlaid=False, beside=False, reason=NO_VALUES)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """One row a training-set size, one column a depth."""
    sizes, depths = _values(inputs, "train_size"), _values(inputs, "depth")
    figure = new_figure(3.6 * len(depths) + 0.6, 2.7 * len(sizes) + 1.5)
    panels = figure.subplots(len(sizes), len(depths), squeeze=False, sharex=True, sharey=True)
    places = {(member["axes"].get("train_size"), member["axes"].get("depth")): member["run"] for member in inputs.members}
    for row, size in enumerate(sizes):
        for column, depth in enumerate(depths):
            axes = panels[row][column]
            _draw_run(inputs, places.get((size, depth)), axes)
            step_axis(axes, last_step_of(inputs, "accuracy"), label=row == len(sizes) - 1)
            percent_axis(axes, "accuracy (%)" if column == 0 else "")
            axes.set_title(f"N = {size}, depth {depth}")
    seeds = seed_list(inputs)
    keys = [line_key(split, SPLIT_COLOURS[split]) for split in ("train", "test")]
    below_legend(figure, [*keys, *kinds_of_line(len(seeds)), event_key("generalisation (median step)", SPLIT_COLOURS["test"])])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """Final accuracies and the steps of fit and onset, for every training-set size and depth."""
    sentences = []
    for member in members_along(inputs, "train_size", "depth"):
        axes = member["axes"]
        where = f"N = {axes.get('train_size', '?')}, depth {axes.get('depth', '?')}"
        sentences.append(sentence(*accuracy_words(inputs, member["run"]), heading=where))
    return " ".join(sentences)


def _draw_run(inputs: ItemInputs, run: str | None, axes: Axes) -> None:
    table = None if run is None else table_or_none(inputs, run, "accuracy")
    if run is None or table is None:
        say_empty(axes)
        return
    for split in ("train", "test"):
        draw_curves(axes, seed_curves(table, "accuracy", 100, split=split), SPLIT_COLOURS[split])
    mark_events(axes, event_steps(inputs, run, "generalisation"), SPLIT_COLOURS["test"])
    if text := collapse_note(inputs, run):
        note(axes, text, "upper left")


def _values(inputs: ItemInputs, axis: str) -> list[Any]:
    """Values on an axis in the order of their positions."""
    found = {member["positions"].get(axis, 0): member["axes"].get(axis, "?") for member in inputs.members}
    return [found[position] for position in sorted(found)]

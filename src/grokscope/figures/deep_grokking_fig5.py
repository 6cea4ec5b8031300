"""P1 Fig 5: accuracy, weight norm and rank of the second-last layer for two training-set sizes at each depth.

Columns are depths, colours training-set sizes; train accuracy is dashed and test accuracy solid. The published figure exists as a raster image only.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.comparison import NO_VALUES, compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.published_settings import PUBLISHED_FIGURES
from grokscope.figures.accuracy_words import accuracy_words
from grokscope.figures.collapse import collapse_note
from grokscope.figures.curves import axis_values, final_values, last_step_of, members_along, seed_curves, table_or_none
from grokscope.figures.legends import below_legend, event_key, kinds_of_line, line_key, title
from grokscope.figures.panels import draw_curves, log_value_axis, mark_events, note, percent_axis, say_blank, step_axis
from grokscope.figures.rank_curves import rank_curves, rank_label, rank_words, second_last
from grokscope.figures.style import Colour, new_figure, ordered_colours, styled
from grokscope.figures.wording import event_steps, median_and_range, seed_list, sentence
from grokscope.metrics.tables import ALL_LAYERS

PUBLISHED = PUBLISHED_FIGURES["deep_grokking_fig5"]
LINES: dict[str, Any] = {"train": (0, (3, 1.4)), "test": "-"}
GREY: Colour = (0.3, 0.3, 0.3)
NORM_WIDTHS = (3.4, 1.4)
"""Of the first size and of those drawn over it, so that norms which overlap are seen."""


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors gave no values to compare with; what differs in the settings is said all the same."""
    return compare(inputs, PUBLISHED).as_dict(overlaid=False, beside=False, reason=NO_VALUES)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Three rows, one column a depth."""
    depths, sizes = axis_values(inputs, "depth"), axis_values(inputs, "train_size")
    figure = new_figure(3.5 * len(depths) + 0.8, 8.6)
    panels = figure.subplots(3, len(depths), squeeze=False, sharex=True, sharey="row")
    colours = dict(zip(sizes, ordered_colours(len(sizes), first=0.1, last=0.7), strict=True))
    last = last_step_of(inputs, "accuracy", "weight_norm", "rank")
    for column, depth in enumerate(depths):
        axes = [row[column] for row in panels]
        members = [member for member in members_along(inputs, "train_size") if member["axes"].get("depth", "?") == depth]
        _draw_depth(inputs, members, axes, colours)
        axes[0].set_title(f"depth {depth}")
        for row, panel in enumerate(axes):
            step_axis(panel, last, label=row == 2)
    _label_rows(inputs, [row[0] for row in panels])
    seeds = seed_list(inputs)
    keys = [line_key(f"N = {size} training images", colour) for size, colour in colours.items()]
    keys += [line_key(f"{split} accuracy", GREY, LINES[split]) for split in ("train", "test")]
    below_legend(figure, [*keys, *kinds_of_line(len(seeds)), event_key("generalisation (median step)", GREY)])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """Accuracies, weight norm and rank of the second-last layer, for every depth and training-set size."""
    return " ".join(_describe_run(inputs, member) for member in members_along(inputs, "depth", "train_size"))


def _norm_curves(inputs: ItemInputs, run: str) -> pd.DataFrame:
    return seed_curves(table_or_none(inputs, run, "weight_norm"), "norm", layer=ALL_LAYERS)


def _draw_depth(inputs: ItemInputs, members: list[dict[str, Any]], column: list[Axes], colours: dict[Any, Colour]) -> None:
    failed = []
    for place, member in enumerate(members):
        run, size = member["run"], member["axes"].get("train_size", "?")
        accuracy, ranks = table_or_none(inputs, run, "accuracy"), rank_curves(inputs, run)
        for split in ("train", "test"):
            draw_curves(column[0], seed_curves(accuracy, "accuracy", 100, split=split), colours[size], LINES[split])
        draw_curves(column[1], _norm_curves(inputs, run), colours[size], linewidth=NORM_WIDTHS[place > 0])
        if (layer := second_last(ranks)) is not None:
            draw_curves(column[2], ranks[layer], colours[size])
        if text := collapse_note(inputs, run):
            failed.append(f"N = {size}: {text}")
    for axes, metric in zip(column, ("accuracy", "weight_norm", "rank"), strict=True):
        if not axes.lines:
            say_blank(axes, any(table_or_none(inputs, member["run"], metric) is not None for member in members))
        for member in members:
            mark_events(axes, event_steps(inputs, member["run"], "generalisation"), colours[member["axes"].get("train_size", "?")])
    if failed:
        note(column[0], "\n".join(failed), "upper left")


def _label_rows(inputs: ItemInputs, first: list[Axes]) -> None:
    percent_axis(first[0])
    first[1].set_ylabel("weight norm (L2, all parameters)")
    log_value_axis(first[1])
    first[2].set_ylabel(rank_label(inputs, "rank of the second-last layer\n(dimensions)"))
    first[2].set_ylim(bottom=0)  # after all curves, since it ends the automatic choice of the top


def _describe_run(inputs: ItemInputs, member: dict[str, Any]) -> str:
    run, axes = member["run"], member["axes"]
    norms = _norm_curves(inputs, run)
    parts = accuracy_words(inputs, run)
    if len(norms):
        parts.append(f"weight norm {median_and_range(norms.iloc[0])} at the start, {median_and_range(final_values(norms))} at the end")
    parts.append(rank_words(inputs, run))
    return sentence(*parts, heading=f"depth {axes.get('depth', '?')}, N = {axes.get('train_size', '?')}")

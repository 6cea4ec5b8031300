"""P2 Fig 10: induced grokking by depth; accuracy and local complexity at training and test points, beside the authors' values.

The initialisation is multiplied by 8. Train accuracy is dashed and test accuracy solid, in both columns.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.comparison import NO_VALUES, chosen_radius, compare, setting
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.published_settings import PUBLISHED_FIGURES
from grokscope.figures.accuracy_words import accuracy_words
from grokscope.figures.collapse import collapse_note
from grokscope.figures.curves import column_values, final_values, last_step_of, members_along, seed_curves, table_or_none
from grokscope.figures.legends import AUTHORS, kinds_of_line, line_key, side_legend, title
from grokscope.figures.panels import draw_curves, draw_reference, note, percent_axis, say_empty, step_axis
from grokscope.figures.reference_curves import published_curve, published_last_step, published_table
from grokscope.figures.style import MEAN_LINE, Colour, new_figure, ordered_colours, styled
from grokscope.figures.wording import event_phrase, median_and_range, seed_list, sentence

ACCURACY_FILE = "always_grok_fig10_accuracy.csv"
COMPLEXITY_FILES = {"train": "always_grok_fig10_lc_train.csv", "test": "always_grok_fig10_lc_test.csv"}
LINES: dict[str, Any] = {"train": (0, (3, 1.4)), "test": "-"}
PUBLISHED = PUBLISHED_FIGURES["always_grok_fig10"]


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """The authors' values stand beside ours at every scale, since ten curves over ten can not be read."""
    beside = ACCURACY_FILE in inputs.reference or any(file in inputs.reference for file in COMPLEXITY_FILES.values())
    return compare(inputs, PUBLISHED).as_dict(overlaid=False, beside=beside, reason="" if beside else NO_VALUES)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Rows: accuracy, local complexity at training points, at test points. Columns: ours, the authors'."""
    comparison = comparable(inputs)
    theirs = {
        "accuracy": published_table(inputs, ACCURACY_FILE, accuracy=True),
        **{split: published_table(inputs, file, accuracy=False) for split, file in COMPLEXITY_FILES.items()},
    }
    columns = 2 if comparison["beside"] else 1
    figure = new_figure(4.6 * columns + 2.3, 8.6)
    panels = figure.subplots(3, columns, squeeze=False, sharex=True, sharey="row")
    depths = sorted({_depth(inputs, member) for member in inputs.members} | {d for table in theirs.values() for d in column_values(table, "depth")})
    colours = dict(zip(depths, ordered_colours(len(depths)), strict=True))
    _draw_ours(inputs, [row[0] for row in panels], colours)
    if columns == 2:
        settings = "same settings" if comparison["same_settings"] else "paper's settings"
        _draw_theirs(theirs, [row[1] for row in panels], colours, settings)
    last = max(last_step_of(inputs, "accuracy", "local_complexity"), published_last_step(*theirs.values()))
    for row in range(3):
        for axes in panels[row]:
            step_axis(axes, last, label=row == 2)
    for row in (1, 2):
        panels[row][0].set_ylim(bottom=0)  # only now, since it ends the automatic choice of the top
    seeds = seed_list(inputs)
    grey = (0.3, 0.3, 0.3)
    accuracy = [line_key(split, grey, LINES[split]) for split in ("train", "test")]
    side_legend(
        figure,
        [("depth", [line_key(str(depth), colour) for depth, colour in colours.items()]), ("accuracy", accuracy), ("lines", kinds_of_line(len(seeds)))],
    )
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """Final accuracies, steps of fit and onset, start, peak and end of local complexity, for every depth."""
    return " ".join(_describe_run(inputs, member) for member in members_along(inputs, "depth"))


def _draw_ours(inputs: ItemInputs, column: list[Axes], colours: dict[Any, Colour]) -> None:
    drawn: list[float] = []
    for member in members_along(inputs, "depth"):
        run, colour = member["run"], colours[_depth(inputs, member)]
        accuracy, complexity = table_or_none(inputs, run, "accuracy"), table_or_none(inputs, run, "local_complexity")
        for split in ("train", "test"):
            draw_curves(column[0], seed_curves(accuracy, "accuracy", 100, split=split), colour, LINES[split])
        radius = chosen_radius(complexity, PUBLISHED.radius)
        for axes, split in ((column[1], "train"), (column[2], "test")):
            draw_curves(axes, _complexity(complexity, radius, split), colour)
        drawn += [] if radius is None else [radius]
    if failed := [f"depth {_depth(inputs, member)}: {text}" for member in inputs.members if (text := collapse_note(inputs, member["run"]))]:
        note(column[0], "\n".join(failed), "upper left")
    percent_axis(column[0])
    column[0].set_title("Ours")
    radii = ", ".join(f"{radius:g}" for radius in dict.fromkeys(drawn))
    for axes, split in ((column[1], "train"), (column[2], "test")):
        axes.set_ylabel(f"local complexity, {split} points\n(neurons cut{f'; radius {radii} pixels' if radii else ''})")
    for axes in column:
        if not axes.lines:
            say_empty(axes)


def _draw_theirs(theirs: dict[str, pd.DataFrame | None], column: list[Axes], colours: dict[Any, Colour], settings: str) -> None:
    for depth, colour in colours.items():
        for split in ("train", "test"):
            curve = published_curve(theirs["accuracy"], split=split, depth=depth)
            draw_reference(column[0], curve, colour, **(MEAN_LINE | {"linestyle": LINES[split], "linewidth": 1.3}))
        for axes, split in ((column[1], "train"), (column[2], "test")):
            draw_reference(axes, published_curve(theirs[split], depth=depth), colour, linestyle="-", linewidth=1.3)
    column[0].set_title(f"{AUTHORS.capitalize()} ({settings})")


def _describe_run(inputs: ItemInputs, member: dict[str, Any]) -> str:
    run = member["run"]
    complexity = table_or_none(inputs, run, "local_complexity")
    radius = chosen_radius(complexity, PUBLISHED.radius)
    parts = accuracy_words(inputs, run)
    for split in ("train", "test"):
        curves = _complexity(complexity, radius, split)
        if len(curves):
            start, peak, end = (median_and_range(values, 2) for values in (curves.iloc[0], curves.max(), final_values(curves)))
            parts.append(f"local complexity at {split} points {start} at the start, highest {peak}, at the end {end}")
    parts.append(event_phrase(inputs, run, "complexity_peak", "peak of complexity at training points"))
    parts.append(event_phrase(inputs, run, "migration", "start of the descent from it"))
    return sentence(*parts, heading=f"depth {_depth(inputs, member)}")


def _complexity(table: pd.DataFrame | None, radius: float | None, split: str) -> pd.DataFrame:
    return seed_curves(None if radius is None else table, "value", split=split, layer=0, radius=radius)


def _depth(inputs: ItemInputs, member: dict[str, Any]) -> Any:
    return member["axes"].get("depth", setting(inputs, member["run"], "model.depth"))

"""The ten definitions of feature rank side by side, on the second-last layer, one column for each training-set size.

Rows are test accuracy and definitions of like range: counts above a bound near rounding noise, counts of the directions
that matter, and measures that weigh all directions.
"""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.comparison import setting
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.rank_words import RANK_WORDS
from grokscope.figures.parts.accuracy_words import accuracy_words
from grokscope.figures.parts.axis_words import place_name
from grokscope.figures.parts.curves import last_step_of, members_along
from grokscope.figures.parts.events import median_key
from grokscope.figures.parts.legends import below_legend, kinds_of_line, line_key, title
from grokscope.figures.parts.panels import mark_events, percent_axis, step_axis
from grokscope.figures.parts.run_curves import (
    column_width,
    course,
    draw_accuracies,
    draw_ranks,
    note_failures,
    rank_axis,
    say_blanks,
    second_last_ranks,
)
from grokscope.figures.parts.style import FAINT_INTERVAL_OPACITY, SPLIT_COLOURS, new_figure, ordered_colours, styled
from grokscope.figures.parts.wording import event_steps, seed_list, sentence

GROUPS: dict[str, tuple[str, ...]] = {
    "rank by bounds near\nrounding noise (dimensions)": ("p1_code", "p1_text", "p1_text_absolute", "relative_1e-6"),
    "rank by shares of the\nvariance (dimensions)": ("relative_1e-3", "pca_95", "pca_99"),
    "rank by weighing all\ndirections (dimensions)": ("effective", "stable", "participation"),
}
LINES: tuple[dict[str, Any], ...] = (
    {"linestyle": "-", "linewidth": 3.0},
    {"linestyle": (0, (4, 1.5)), "linewidth": 2.0},
    {"linestyle": (0, (1, 1.1)), "linewidth": 2.2},
    {"linestyle": (0, (6, 1.5, 1, 1.5)), "linewidth": 1.6},
)
"""In each group from wide to narrow, so that curves that lie on each other are all seen."""
LEGEND_WIDTH = 1.9


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Four rows, one column for each training-set size, the legend of each row beside it."""
    members = members_along(inputs, "train_size")
    width = column_width(len(members), 3.1)
    figure = new_figure(width * len(members) + 0.8 + LEGEND_WIDTH, 9.6)
    panels = figure.subplots(1 + len(GROUPS), len(members), squeeze=False, sharex=True, sharey="row")
    for column, member in enumerate(members):
        _draw_run(inputs, member["run"], [row[column] for row in panels])
        panels[0][column].set_title(place_name("train_size", member["axes"].get("train_size", "?")))
    percent_axis(panels[0][0])
    _beside(panels[0][-1], [line_key(split, SPLIT_COLOURS[split]) for split in ("train", "test")])
    for row, (label, names) in zip(panels[1:], GROUPS.items(), strict=True):
        rank_axis(row[0], label)
        _beside(row[-1], [_key(RANK_WORDS[name], colour, line) for name, colour, line in _looks(names)])
    seeds = seed_list(inputs)
    below_legend(figure, [*kinds_of_line(len(seeds)), *median_key(inputs, "generalisation")])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """Accuracies and the rank of the second-last layer by every definition, for every training-set size."""
    return " ".join(_describe_run(inputs, member) for member in members_along(inputs, "train_size"))


def _looks(names: tuple[str, ...]) -> list[tuple[str, Any, dict[str, Any]]]:
    return list(zip(names, ordered_colours(len(names), last=0.8), LINES, strict=False))


def _key(name: str, colour: Any, line: dict[str, Any]) -> Any:
    key = line_key(name, colour, line["linestyle"])
    key.set_linewidth(line["linewidth"])
    return key


def _beside(axes: Axes, keys: list[Any]) -> None:
    axes.legend(handles=keys, loc="upper left", bbox_to_anchor=(1.02, 1.02), handlelength=3.2, borderaxespad=0)


def _draw_run(inputs: ItemInputs, run: str, column: list[Axes]) -> None:
    draw_accuracies(column[0], inputs, run)
    for axes, names in zip(column[1:], GROUPS.values(), strict=True):
        for name, colour, line in _looks(names):
            draw_ranks(axes, inputs, run, colour, name, shade=FAINT_INTERVAL_OPACITY, **line)
    say_blanks(inputs, [run], [(axes, "rank" if row else "accuracy") for row, axes in enumerate(column)])
    for axes in column:
        mark_events(axes, event_steps(inputs, run, "generalisation"), SPLIT_COLOURS["test"])
        step_axis(axes, last_step_of(inputs, "accuracy", "rank"), label=axes is column[-1])
    note_failures(column[0], inputs, {"": run})


def _describe_run(inputs: ItemInputs, member: dict[str, Any]) -> str:
    run = member["run"]
    ranks = [
        course(second_last_ranks(inputs, run, name), f"rank ({RANK_WORDS[name]})", 1)
        for names in GROUPS.values()
        for name in names
    ]
    dtype = setting(inputs, run, "training.dtype")
    parts = [
        *accuracy_words(inputs, run),
        f"trained in {dtype}" if dtype else "",
        *(ranks if any(ranks) else ["rank not measured"]),
    ]
    return sentence(*parts, heading=place_name("train_size", member["axes"].get("train_size", "?")))

"""What the arithmetic and the optimiser do: float32 against float64 on the same seeds, and AdamW against Adam by depth.

The rank is shown by the released code's definition, whose bound lies near the rounding noise of float64, and by a share
of the largest eigenvalue, which is far above that of both arithmetics.
"""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from grokscope.analysis.comparison import setting
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.rank_words import RANK_WORDS
from grokscope.figures.parts.accuracy_words import accuracy_words
from grokscope.figures.parts.axis_words import place_name, value_name
from grokscope.figures.parts.curves import last_step_of
from grokscope.figures.parts.legends import line_key, title
from grokscope.figures.parts.panels import mark_events, percent_axis, say_empty, step_axis
from grokscope.figures.parts.run_curves import (
    accuracy_legend,
    column_width,
    course,
    draw_accuracies,
    draw_ranks,
    note_failures,
    rank_axis,
    say_blanks,
    second_last_ranks,
)
from grokscope.figures.parts.style import Colour, new_figure, ordered_colours, styled
from grokscope.figures.parts.wording import event_steps, seed_list, sentence

DEFINITIONS = ("p1_code", "relative_1e-3")
ARITHMETIC, OPTIMISERS = "arithmetic", "optimisers"
AXES = {ARITHMETIC: "dtype", OPTIMISERS: "optimizer"}
MAPS = {ARITHMETIC: "viridis", OPTIMISERS: "plasma"}
WIDTHS = (3.2, 1.6)
"""Of the first value on the axis and of those drawn over it, so that curves that lie on each other are seen."""
Look = tuple[dict[str, Any], Colour, float]


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Accuracy and two definitions of rank by arithmetic above, accuracy by optimiser and depth below."""
    depths = list(dict.fromkeys(member["axes"].get("depth") for member, _, _ in looks(inputs, OPTIMISERS)))
    figure = new_figure(column_width(max(3, len(depths))) * max(3, len(depths)) + 0.8, 8.0)
    above, below = figure.subfigures(2, 1, squeeze=False)[:, 0]
    _draw_arithmetic(inputs, above)
    _draw_optimisers(inputs, below, depths)
    seeds = seed_list(inputs)
    accuracy_legend(figure, inputs, len(seeds))
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """Accuracies and events of every run, and for the two arithmetics the rank by both definitions."""
    return " ".join(_describe_member(inputs, member) for sweep in AXES for member, _, _ in looks(inputs, sweep))


def looks(inputs: ItemInputs, sweep: str) -> list[Look]:
    """The members of a sweep with colour and width of their curves, by the sweep's first axis, then by depth."""
    axis = AXES[sweep]
    members = [member for member in inputs.members if member["sweep"] == sweep]
    members.sort(key=lambda member: (member["positions"].get(axis, 0), member["positions"].get("depth", 0)))
    places = list(dict.fromkeys(member["positions"].get(axis, 0) for member in members))
    colours = dict(zip(places, ordered_colours(len(places), MAPS[sweep], 0.1, 0.7), strict=True)) if places else {}
    return [
        (member, colours[place := member["positions"].get(axis, 0)], WIDTHS[place != places[0]]) for member in members
    ]


def _draw_arithmetic(inputs: ItemInputs, part: SubFigure) -> None:
    found = looks(inputs, ARITHMETIC)
    panels = list(part.subplots(1, 1 + len(DEFINITIONS)))
    for member, colour, width in found:
        for axes, definition in zip(panels[1:], DEFINITIONS, strict=True):
            draw_ranks(axes, inputs, member["run"], colour, definition, linewidth=width)
    _draw_accuracy(inputs, panels[0], found, "dtype")
    say_blanks(inputs, [member["run"] for member, _, _ in found], [(axes, "rank") for axes in panels[1:]])
    for axes, name in zip(panels, ("accuracy", *(f"rank: {RANK_WORDS[name]}" for name in DEFINITIONS)), strict=True):
        axes.set_title(name)
        step_axis(axes, last_step_of(inputs, "accuracy", "rank"))
        for member, colour, _ in found:
            mark_events(axes, event_steps(inputs, member["run"], "generalisation"), colour)
    percent_axis(panels[0])
    for axes in panels[1:]:
        rank_axis(axes, "rank of the second-last layer\n(dimensions)" if axes is panels[1] else "")
    _head(inputs, part, found, "dtype", ("training.optimizer", "model.depth", "data.train_size"))


def _draw_optimisers(inputs: ItemInputs, part: SubFigure, depths: list[Any]) -> None:
    found = looks(inputs, OPTIMISERS)
    panels = part.subplots(1, max(1, len(depths)), squeeze=False, sharey=True)[0]
    for axes, depth in zip(panels, depths, strict=False):
        here = [look for look in found if look[0]["axes"].get("depth") == depth]
        _draw_accuracy(inputs, axes, here, "optimizer")
        for member, colour, _ in here:
            mark_events(axes, event_steps(inputs, member["run"], "generalisation"), colour)
        axes.set_title(place_name("depth", "?" if depth is None else depth))
        step_axis(axes, last_step_of(inputs, "accuracy"))
    if not depths:
        say_empty(panels[0])
    percent_axis(panels[0])
    _head(inputs, part, found, "optimizer", ("training.dtype", "data.train_size"))


def _draw_accuracy(inputs: ItemInputs, axes: Axes, found: list[Look], axis: str) -> None:
    for member, colour, width in found:
        draw_accuracies(axes, inputs, member["run"], colour, linewidth=width)
    say_blanks(inputs, [member["run"] for member, _, _ in found], [(axes, "accuracy")])
    note_failures(axes, inputs, {value_name(member["axes"].get(axis, "?")): member["run"] for member, _, _ in found})


def _head(inputs: ItemInputs, part: SubFigure, found: list[Look], axis: str, common: tuple[str, ...]) -> None:
    """What the colours mean, above the panels, with the settings that all these runs share."""
    keys = {
        value_name(member["axes"].get(axis, "?")): line_key(value_name(member["axes"].get(axis, "?")), colour)
        for member, colour, _ in found
    }
    part.legend(handles=list(keys.values()), loc="outside upper right", ncols=max(1, len(keys)), borderaxespad=0.2)
    shared = []
    for path in common:
        values = {setting(inputs, member["run"], path) for member, _, _ in found}
        if len(values) == 1 and (value := values.pop()) is not None:
            shared.append(place_name(path.split(".")[-1], value))
    heading = " or ".join(keys)
    part.suptitle(
        f"{heading} ({', '.join(shared)})" if shared else heading, x=0.01, ha="left", fontweight="bold", fontsize=10.5
    )


def _describe_member(inputs: ItemInputs, member: dict[str, Any]) -> str:
    run, parts = member["run"], accuracy_words(inputs, member["run"])
    if member["sweep"] == ARITHMETIC:
        ranks = [
            course(second_last_ranks(inputs, run, name), f"rank of the second-last layer ({RANK_WORDS[name]})")
            for name in DEFINITIONS
        ]
        parts += ranks if any(ranks) else ["rank not measured"]
    return sentence(*parts, heading=", ".join(place_name(axis, value) for axis, value in member["axes"].items()))

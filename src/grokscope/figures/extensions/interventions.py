"""Interventions on feature rank: columns by kind, colours by strength, the run without one black everywhere.

Rows are accuracy (train dashed, test solid), the rank of the second-last layer, and the norm of all weights.
"""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.accuracy_words import accuracy_words
from grokscope.figures.parts.axis_words import value_name
from grokscope.figures.parts.curves import last_step_of
from grokscope.figures.parts.legends import line_key, title
from grokscope.figures.parts.panels import draw_curves, log_value_axis, mark_events, percent_axis, step_axis
from grokscope.figures.parts.rank_curves import rank_label, rank_words
from grokscope.figures.parts.run_curves import (
    accuracy_legend,
    column_width,
    course,
    draw_accuracies,
    draw_ranks,
    note_failures,
    rank_axis,
    say_blanks,
    weight_norms,
)
from grokscope.figures.parts.style import Colour, new_figure, ordered_colours, styled
from grokscope.figures.parts.wording import event_steps, seed_list, sentence

KINDS = {"rank_penalties": "log-det penalty", "nuclear_norms": "nuclear norm", "bottlenecks": "bottleneck"}
METRICS = ("accuracy", "rank", "weight_norm")
BLACK: Colour = (0.0, 0.0, 0.0)
WIDTHS = (1.6, 3.2)
"""With and without intervention: black lies below, and is seen where others lie over it."""


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Three rows, one column for each kind of intervention, the legend of each column below it."""
    sweeps = list(dict.fromkeys(member["sweep"] for member in inputs.members))
    figure = new_figure(column_width(len(sweeps)) * len(sweeps) + 0.8, 9.8)
    panels = figure.subplots(3, len(sweeps), squeeze=False, sharex=True, sharey="row")
    for column, sweep in enumerate(sweeps):
        axes = [row[column] for row in panels]
        axes[0].set_title(KINDS.get(sweep, sweep.replace("_", " ")))
        looks = member_colours(inputs, sweep)
        _draw_column(inputs, looks, axes)
        keys = [line_key(member_name(inputs, member), colour) for member, colour in looks]
        axes[2].legend(handles=keys, loc="upper center", bbox_to_anchor=(0.5, -0.25), borderaxespad=0)
    percent_axis(panels[0][0])
    rank_axis(panels[1][0], rank_label(inputs, "rank of the second-last layer\n(dimensions)"))
    panels[2][0].set_ylabel("weight norm (L2, all parameters)")
    log_value_axis(panels[2][0])
    seeds = seed_list(inputs)
    accuracy_legend(figure, inputs, len(seeds))
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """Accuracies, events, the rank of the second-last layer and the weight norm, for every strength of every kind."""
    return " ".join(_describe_member(inputs, member) for member in inputs.members)


def member_colours(inputs: ItemInputs, sweep: str) -> list[tuple[dict[str, Any], Colour]]:
    """The members of a sweep in order, with their colours: black without an intervention."""
    members = sorted(inputs.select(sweep=sweep), key=lambda member: list(member["positions"].values()))
    colours = iter(ordered_colours(sum(not neutral(inputs, member) for member in members), first=0.15, last=0.72))
    return [(member, BLACK if neutral(inputs, member) else next(colours)) for member in members]


def neutral(inputs: ItemInputs, member: dict[str, Any]) -> bool:
    """Whether this is the run without an intervention, which all kinds share: the one with a penalty of strength 0."""
    return member["run"] in {other["run"] for other in inputs.members if other["axes"].get("strength") == 0}


def member_name(inputs: ItemInputs, member: dict[str, Any]) -> str:
    """A run in words, by what is done to it."""
    axis, value = next(iter(member["axes"].items()))
    if axis == "bottleneck":
        return (
            f"no bottleneck (width {value_name(value)})"
            if neutral(inputs, member)
            else f"bottleneck of {value_name(value)} units"
        )
    if axis != "strength" or value == 0:
        return "no penalty" if axis == "strength" else f"{axis.replace('_', ' ')} {value_name(value)}"
    return f"strength {value:+g} ({'presses rank down' if value > 0 else 'holds rank up'})".replace(
        "-", "\N{MINUS SIGN}"
    )


def _draw_column(inputs: ItemInputs, looks: list[tuple[dict[str, Any], Colour]], column: list[Axes]) -> None:
    runs = {member_name(inputs, member): member["run"] for member, _ in looks}
    for member, colour in sorted(looks, key=lambda look: look[1] != BLACK):
        width = WIDTHS[colour == BLACK]
        draw_accuracies(column[0], inputs, member["run"], colour, linewidth=width)
        draw_ranks(column[1], inputs, member["run"], colour, linewidth=width)
        draw_curves(column[2], weight_norms(inputs, member["run"]), colour, linewidth=width)
    say_blanks(inputs, runs.values(), list(zip(column, METRICS, strict=True)))
    for axes in column:
        for member, colour in looks:
            mark_events(axes, event_steps(inputs, member["run"], "generalisation"), colour)
        step_axis(axes, last_step_of(inputs, *METRICS), label=axes is column[-1])
    note_failures(column[0], inputs, runs)


def _describe_member(inputs: ItemInputs, member: dict[str, Any]) -> str:
    run = member["run"]
    norm = course(weight_norms(inputs, run), "weight norm", 1) or "weight norm not measured"
    parts = [*accuracy_words(inputs, run), rank_words(inputs, run) or "rank not measured", norm]
    return sentence(*parts, heading=f"{KINDS.get(member['sweep'], member['sweep'])}, {member_name(inputs, member)}")

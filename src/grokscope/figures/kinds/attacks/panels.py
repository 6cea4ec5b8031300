"""Panels of accuracy under several attacks: thin lines for each of them, a thick one for the worst case."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import Attacks
from grokscope.figures.parts.axis_words import place_name
from grokscope.figures.parts.collapse import collapse_note
from grokscope.figures.parts.curves import column_values, last_step_of, members_along, seed_curves, table_or_none
from grokscope.figures.parts.events import event_colour
from grokscope.figures.parts.legends import event_key, side_legend, title
from grokscope.figures.parts.panels import PERCENT, draw_curves, mark_events, note, percent_axis, say_empty, step_axis
from grokscope.figures.parts.run_curves import column_width
from grokscope.figures.parts.style import COLOUR_BLIND_SAFE, MEAN_ORDER, Colour, darker, new_figure
from grokscope.figures.parts.wording import event_steps, seed_list

NONE, WORST = "none", "worst_case"
WORST_ORDER = 2.2
LOOKS: dict[str, tuple[str, Colour, dict[str, Any]]] = {
    NONE: ("no attack", (0.55, 0.55, 0.55), {"linestyle": (0, (1, 1)), "linewidth": 1.2}),
    "published": ("published", COLOUR_BLIND_SAFE[1], {"linewidth": 2.6}),
    "float64": (
        "published, again\nin float64",
        darker(COLOUR_BLIND_SAFE[1], 0.7),
        {"linestyle": (0, (3, 3)), "linewidth": 1.1},
    ),
    "rescaled_cross_entropy": ("rescaled logits", COLOUR_BLIND_SAFE[0], {"linewidth": 1.1}),
    "margin": ("margin", COLOUR_BLIND_SAFE[2], {"linewidth": 1.1}),
    "dlr": ("ratio of\ndifferences (DLR)", COLOUR_BLIND_SAFE[4], {"linewidth": 1.1}),
    "targeted_margin": ("margin, class\nby class", COLOUR_BLIND_SAFE[3], {"linewidth": 1.1}),
    "transfer": ("made for\nanother seed", COLOUR_BLIND_SAFE[9], {"linestyle": (0, (5, 1, 1, 1)), "linewidth": 1.2}),
    "square": ("squares,\nno gradient", COLOUR_BLIND_SAFE[5], {"linestyle": (0, (3, 1.2)), "linewidth": 1.2}),
    WORST: ("worst of all,\nimage by image", (0.0, 0.0, 0.0), {"linewidth": 4.5}),
}
"""Attack -> key, colour and line, in the order in which they are drawn; the widest lies below all others, so that those
which lie on it are seen.
"""


def draw_attacks(inputs: ItemInputs, settings: Attacks) -> Figure:
    """All panels, in the figures' style: means over seeds, and the seeds and interval of the worst case."""
    axis = settings.axes()["down"].axis if settings.down else None
    members = members_along(inputs, *([axis] if axis else []))
    sizes = {member["run"]: epsilons_of(inputs, member["run"]) for member in members}
    columns = max((len(found) for found in sizes.values()), default=0) or 1
    figure = new_figure(column_width(columns) * columns + 2.6, 2.7 * len(members) + 1.0)
    panels = figure.subplots(len(members), columns, squeeze=False, sharex=True, sharey=True)
    last = last_step_of(inputs, "attack_suite", "accuracy")
    shown: set[str] = set()
    for row, member in zip(panels, members, strict=True):
        name = place_name(axis, member["axes"][axis]) if axis else ""
        for place, axes in enumerate(row):
            found = sizes[member["run"]]
            if place < len(found):
                shown |= _draw_panel(inputs, member["run"], axes, found[place])
                axes.set_title(", ".join(part for part in (name, f"ε = {found[place]:.3g} pixels") if part))
            else:
                say_empty(axes)
        if failed := collapse_note(inputs, member["run"]):
            note(row[0], failed, "upper left")
        percent_axis(row[0], "accuracy on test images (%)")
    for place, row in enumerate(panels):
        for axes in row:
            step_axis(axes, last, label=place == len(panels) - 1)
    seeds = seed_list(inputs)
    keys = [_key(attack) for attack in LOOKS if attack in shown]
    fitted = any(np.isfinite(event_steps(inputs, run, "fit")).any() for run in inputs.runs)
    fit = [event_key("fit (median step)", event_colour("fit"))] if fitted else []
    side_legend(figure, [("accuracy under attack", keys), ("", fit)])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def epsilons_of(inputs: ItemInputs, run: str) -> list[float]:
    """Sizes of the attacks on a run, ascending."""
    return column_values(table_or_none(inputs, run, "attack_suite"), "epsilon")


def _key(attack: str) -> Line2D:
    words, colour, line = LOOKS[attack]
    return Line2D([], [], color=colour, label=words, **line)


def _draw_panel(inputs: ItemInputs, run: str, axes: Axes, epsilon: float) -> set[str]:
    """The attacks of one size; returns which of them there are."""
    table, shown = table_or_none(inputs, run, "attack_suite"), set[str]()
    for attack, (_, colour, line) in LOOKS.items():
        curves = seed_curves(table, "accuracy", PERCENT, epsilon=epsilon, attack=attack)
        curves = curves.dropna(axis="columns", how="all")
        if curves.empty:
            continue
        shown.add(attack)
        if attack == WORST:
            draw_curves(axes, curves, colour, most=PERCENT, zorder=WORST_ORDER, **line)
        else:
            axes.plot(curves.index + 1, curves.mean(axis="columns"), color=colour, zorder=MEAN_ORDER, **line)
    if not shown:
        say_empty(axes, "no finite value")
    mark_events(axes, event_steps(inputs, run, "fit"), event_colour("fit"))
    return shown

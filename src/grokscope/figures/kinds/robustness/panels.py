"""Panels of delayed robustness (P2 Figs 1, 2 and 6): accuracies, attacks, local complexity and controls.

The authors' values are laid over ours where the settings agree, and stand beside ours where they do not. Two controls
are not in the paper: the attack from a random start, and the share of test points whose input gradient is exactly zero
at every iteration of the attack, on which it cannot move (gradient masking).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.comparison import NO_VALUES
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import Robustness
from grokscope.figures.kinds.robustness.data import (
    Data,
    constant_without_gradient,
    read_data,
    size_name,
    sizes,
    without_gradient,
)
from grokscope.figures.parts.collapse import collapse_note
from grokscope.figures.parts.curves import column_values, seed_curves
from grokscope.figures.parts.events import event_colour, is_dated
from grokscope.figures.parts.legends import (
    AUTHORS,
    Group,
    below_legend,
    event_key,
    kinds_of_line,
    line_key,
    reference_key,
    side_legend,
    title,
)
from grokscope.figures.parts.panels import (
    PERCENT,
    draw_curves,
    draw_reference,
    mark_events,
    note,
    percent_axis,
    say_empty,
    step_axis,
)
from grokscope.figures.parts.reference_curves import published_curve, published_last_step
from grokscope.figures.parts.style import SPLIT_COLOURS, darker, new_figure
from grokscope.figures.parts.wording import event_steps, seed_list

ALONE: dict[str, Any] = {"linestyle": "-", "linewidth": 1.3, "alpha": 1.0}
"""The authors' lines in panels of their own."""
OURS, THEIRS = ["accuracy", "complexity"], ["their accuracy", "their complexity"]
SPLITS = ("train", "test", "random")
EVENTS: dict[str, dict[str, Any]] = {"robustness_lost": {}, "robustness_onset": {"linestyle": (0, (5, 2))}}
NAMES = {"robustness_lost": "robustness lost", "robustness_onset": "robustness returns"}


def robustness_comparison(inputs: ItemInputs, figure: Robustness) -> dict[str, Any]:
    """Where the authors' values stand in the figure, and why."""
    data = read_data(inputs, figure)
    reason = "" if data.published else NO_VALUES
    return data.comparison.as_dict(overlaid=data.overlaid, beside=data.published and not data.overlaid, reason=reason)


def draw_robustness(inputs: ItemInputs, settings: Robustness) -> Figure:
    """The figure of the first run among the members; to be called in the figures' style."""
    data = read_data(inputs, settings)
    beside = data.published and not data.overlaid
    constant = constant_without_gradient(data)
    layout = _layout(data, beside, bool(constant))
    figure = new_figure(11.5 if len(layout[0]) > 1 else 8.0, 8.6 if len(layout) > 2 else 6.6)
    panels: dict[str, Axes] = figure.subplot_mosaic(layout)  # type: ignore[arg-type]
    if beside:
        _draw_theirs(panels["their accuracy"], panels["their complexity"], data)
        panels["complexity"].sharey(panels["their complexity"])
    _draw_accuracy(panels["accuracy"], data)
    _draw_complexity(panels["complexity"], data)
    if "random" in panels:
        _draw_random_start(panels["random"], data)
    if "zero" in panels:
        _draw_zero_gradient(panels["zero"], data)
    if constant:
        note(panels.get("random", panels["complexity"]), constant, "upper right")
    panels["complexity"].set_ylim(bottom=0)  # only now, since it ends the automatic choice of the top
    for event in EVENTS:
        mark_events(panels["accuracy"], event_steps(inputs, data.run, event), event_colour(event), **EVENTS[event])
    if failed := collapse_note(inputs, data.run):
        note(panels["accuracy"], failed, "upper left")
    _end_axes(panels, layout, data)
    seeds = seed_list(inputs)
    dated = [event for event in EVENTS if is_dated(inputs, event, [data.run])]
    groups = _legend(data, len(seeds), dated)
    if len(layout[0]) > 1:
        side_legend(figure, groups)
    else:
        below_legend(figure, [key for _, keys in groups for key in keys])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def _layout(data: Data, beside: bool, constant: bool) -> list[list[str]]:
    """Names of the panels; a control without values has none, nor one that is the same throughout."""
    controls = [
        name
        for name, there in (
            ("random", "random" in column_values(data.attack, "start")),
            ("zero", data.attack is not None and not constant),
        )
        if there
    ]
    if beside:
        rows = [list(row) for row in zip(OURS, THEIRS, strict=True)]
        return [*rows, [*controls, "."][:2]] if controls else rows
    if len(controls) == len(OURS):
        return [list(row) for row in zip(OURS, controls, strict=True)]
    return [[name] for name in (*OURS, *controls)]


def _end_axes(panels: Mapping[str, Axes], layout: list[list[str]], data: Data) -> None:
    """Axes of steps: ours and the authors' end with their own data; laid over each other, with the longer."""
    theirs = published_last_step(data.their_accuracy, data.their_complexity)
    ours = max(_last_step(data), theirs if data.overlaid else 0)
    own = _last_step(data) if len(layout[0]) > 1 else ours  # controls in a column with ours are in line with them
    ends = {name: theirs if name in THEIRS else ours if name in OURS else own for name in panels}
    for above, below in itertools.zip_longest(layout, layout[1:], fillvalue=["."] * len(layout[0])):
        for name, next_name in zip(above, below, strict=True):
            if name in panels:
                step_axis(panels[name], ends[name], label=ends.get(next_name) != ends[name])


def _draw_accuracy(axes: Axes, data: Data) -> None:
    for epsilon in sizes(data.attack):
        colour = data.epsilon_colours[epsilon]
        draw_curves(
            axes, seed_curves(data.attack, "accuracy", 100, epsilon=epsilon, start="none"), colour, most=PERCENT
        )
        if data.overlaid:
            draw_reference(
                axes, published_curve(data.their_accuracy, split="adversarial", epsilon=epsilon), darker(colour)
            )
    for split in ("train", "test"):
        draw_curves(axes, seed_curves(data.accuracy, "accuracy", 100, split=split), SPLIT_COLOURS[split], most=PERCENT)
        if data.overlaid:
            draw_reference(
                axes, published_curve(data.their_accuracy, split=split, series="clean"), darker(SPLIT_COLOURS[split])
            )
    if data.attack is None:
        note(axes, "attack not measured")
    percent_axis(axes)
    axes.set_title("Accuracy, clean and under attack" + ("" if not data.published or data.overlaid else ", ours"))


def _draw_complexity(axes: Axes, data: Data) -> None:
    if data.radius is None:
        say_empty(axes)
    for split in SPLITS:
        if data.radius is not None:
            draw_curves(
                axes,
                seed_curves(data.complexity, "value", split=split, radius=data.radius, layer=0),
                SPLIT_COLOURS[split],
            )
        if data.overlaid:
            draw_reference(axes, published_curve(data.their_complexity, split=split), darker(SPLIT_COLOURS[split]))
    axes.set_ylabel("local complexity (neurons cut)")
    radius = "" if data.radius is None else f", radius {data.radius:g} pixels"
    axes.set_title(f"Local complexity{radius}" + ("" if not data.published or data.overlaid else ", ours"))


def _draw_theirs(accuracy: Axes, complexity: Axes, data: Data) -> None:
    for epsilon in sizes(data.their_accuracy):
        curve = published_curve(data.their_accuracy, split="adversarial", epsilon=epsilon)
        draw_reference(accuracy, curve, data.epsilon_colours[epsilon], **ALONE)
    for split in ("train", "test"):
        draw_reference(
            accuracy,
            published_curve(data.their_accuracy, split=split, series="clean"),
            SPLIT_COLOURS[split],
            **ALONE,
        )
    for split in SPLITS:
        draw_reference(complexity, published_curve(data.their_complexity, split=split), SPLIT_COLOURS[split], **ALONE)
    percent_axis(accuracy)
    complexity.set_ylabel("local complexity (neurons cut)")
    accuracy.set_title(f"Accuracy, {AUTHORS} (paper's settings)")
    complexity.set_title(f"Local complexity, {AUTHORS} (paper's settings)")


def _draw_random_start(axes: Axes, data: Data) -> None:
    for epsilon in sizes(data.attack):
        draw_curves(
            axes,
            seed_curves(data.attack, "accuracy", 100, epsilon=epsilon, start="random"),
            data.epsilon_colours[epsilon],
            most=PERCENT,
        )
    percent_axis(axes)
    axes.set_title("Control: attack from a random start")


def _draw_zero_gradient(axes: Axes, data: Data) -> None:
    for epsilon in sizes(data.attack):
        draw_curves(axes, without_gradient(data, epsilon), data.epsilon_colours[epsilon], most=PERCENT)
    percent_axis(axes, "test points (%)", from_data=True)
    axes.set_title("Control: gradient zero throughout the attack")


def _last_step(data: Data) -> int:
    tables = [table for table in (data.accuracy, data.attack, data.complexity) if table is not None]
    return max((int(table["step"].max()) for table in tables), default=0)


def _legend(data: Data, seeds: int, dated: list[str]) -> list[Group]:
    points: Group = (
        "points",
        [line_key({"random": "random (complexity)"}.get(split, split), SPLIT_COLOURS[split]) for split in SPLITS],
    )
    named = {size_name(epsilon): colour for epsilon, colour in data.epsilon_colours.items()}
    attacks: Group = ("attack", [line_key(f"ε = {name} pixels", colour) for name, colour in named.items()])
    kinds = kinds_of_line(seeds)
    kinds += [event_key(f"{NAMES[event]} (median)", event_colour(event), **EVENTS[event]) for event in dated]
    if data.overlaid:
        kinds.append(reference_key())
    return [points, attacks, ("lines", kinds)]

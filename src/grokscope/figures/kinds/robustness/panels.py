"""Panels of delayed robustness (P2 Figs 1, 2 and 6): accuracies, attacks, local complexity and controls.

The authors' values are laid over ours where the settings agree, and stand beside ours where they do not. Two controls
are not in the paper: the attack from a random start, and the share of test points whose input gradient is exactly zero
at every iteration of the attack, on which it cannot move (gradient masking).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.comparison import NO_VALUES, Comparison, chosen_radius, compare, published_radius
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import Robustness
from grokscope.figures.parts.collapse import collapse_note
from grokscope.figures.parts.curves import column_values, seed_curves, table_or_none
from grokscope.figures.parts.events import event_colour
from grokscope.figures.parts.legends import (
    AUTHORS,
    Group,
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
from grokscope.figures.parts.reference_curves import published_curve, published_last_step, published_table
from grokscope.figures.parts.style import SPLIT_COLOURS, Colour, darker, new_figure, ordered_colours
from grokscope.figures.parts.wording import event_steps, seed_list

ALONE = [["accuracy", "random"], ["complexity", "zero"]]
BESIDE = [["accuracy", "their accuracy"], ["complexity", "their complexity"], ["random", "zero"]]
SPLITS = ("train", "test", "random")
EVENTS: dict[str, dict[str, Any]] = {"robustness_lost": {}, "robustness_onset": {"linestyle": (0, (5, 2))}}
NAMES = {"robustness_lost": "robustness lost", "robustness_onset": "robustness returns"}


@dataclass
class _Data:
    run: str
    accuracy: pd.DataFrame | None
    attack: pd.DataFrame | None
    complexity: pd.DataFrame | None
    radius: float | None
    their_accuracy: pd.DataFrame | None
    their_complexity: pd.DataFrame | None
    comparison: Comparison
    epsilon_colours: dict[float, Colour]

    @property
    def overlaid(self) -> bool:
        return self.comparison.same_settings and self.published

    @property
    def published(self) -> bool:
        return self.their_accuracy is not None or self.their_complexity is not None


def robustness_comparison(inputs: ItemInputs, figure: Robustness) -> dict[str, Any]:
    """Where the authors' values stand in the figure, and why."""
    data = _data(inputs, figure)
    reason = "" if data.published else NO_VALUES
    return data.comparison.as_dict(overlaid=data.overlaid, beside=data.published and not data.overlaid, reason=reason)


def draw_robustness(inputs: ItemInputs, settings: Robustness) -> Figure:
    """The figure of the first run among the members; to be called in the figures' style."""
    data = _data(inputs, settings)
    beside = data.published and not data.overlaid
    figure = new_figure(11.5, 8.6 if beside else 6.6)
    panels: dict[str, Axes] = figure.subplot_mosaic(BESIDE if beside else ALONE, sharex=True)  # type: ignore[arg-type]
    if beside:
        _draw_theirs(panels["their accuracy"], panels["their complexity"], data)
        panels["complexity"].sharey(panels["their complexity"])
    _draw_accuracy(panels["accuracy"], data)
    _draw_complexity(panels["complexity"], data)
    _draw_random_start(panels["random"], data)
    _draw_zero_gradient(panels["zero"], data)
    panels["complexity"].set_ylim(bottom=0)  # only now, since it ends the automatic choice of the top
    last = _last_step(data)
    for event in ("robustness_lost", "robustness_onset"):
        mark_events(panels["accuracy"], event_steps(inputs, data.run, event), event_colour(event), **EVENTS[event])
    if failed := collapse_note(inputs, data.run):
        note(panels["accuracy"], failed, "upper left")
    for name, axes in panels.items():
        step_axis(axes, last, label=name in (BESIDE if beside else ALONE)[-1])
    seeds = seed_list(inputs)
    side_legend(figure, _legend(data, len(seeds)))
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def sizes(attack: pd.DataFrame | None) -> list[float]:
    """Sizes of the attacks in a table, ascending; without 0, which is the clean accuracy on test points."""
    return [epsilon for epsilon in column_values(attack, "epsilon") if epsilon > 0]


def size_name(epsilon: float) -> str:
    """A size of the attack as it is written, in pixels."""
    return f"{epsilon:.3g}"


def _data(inputs: ItemInputs, figure: Robustness) -> _Data:
    run = inputs.members[0]["run"]
    attack, complexity = table_or_none(inputs, run, "adversarial"), table_or_none(inputs, run, "local_complexity")
    their_accuracy = published_table(inputs, figure.accuracy, accuracy=True)
    their_complexity = published_table(inputs, figure.complexity, accuracy=False)
    comparison = compare(inputs)
    ours = sizes(attack)
    # laid over ours only the attacks of both are drawn, beside ours all of the authors'
    ordered = ours if comparison.same_settings and ours else sorted({*ours, *sizes(their_accuracy)})
    # ours and the authors' may differ in a digit that is not shown
    names = list(dict.fromkeys(size_name(epsilon) for epsilon in ordered))
    by_name = dict(zip(names, ordered_colours(len(names), "plasma", 0.12, 0.86), strict=True)) if names else {}
    colours = {epsilon: by_name[size_name(epsilon)] for epsilon in ordered}
    return _Data(
        run,
        table_or_none(inputs, run, "accuracy"),
        attack,
        complexity,
        chosen_radius(complexity, published_radius(inputs)),
        their_accuracy,
        their_complexity,
        comparison,
        colours,
    )


def _draw_accuracy(axes: Axes, data: _Data) -> None:
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


def _draw_complexity(axes: Axes, data: _Data) -> None:
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


def _draw_theirs(accuracy: Axes, complexity: Axes, data: _Data) -> None:
    for epsilon in sizes(data.their_accuracy):
        curve = published_curve(data.their_accuracy, split="adversarial", epsilon=epsilon)
        draw_reference(accuracy, curve, data.epsilon_colours[epsilon], linestyle="-")
    for split in ("train", "test"):
        draw_reference(
            accuracy,
            published_curve(data.their_accuracy, split=split, series="clean"),
            SPLIT_COLOURS[split],
            linestyle="-",
        )
    for split in SPLITS:
        draw_reference(
            complexity, published_curve(data.their_complexity, split=split), SPLIT_COLOURS[split], linestyle="-"
        )
    percent_axis(accuracy)
    complexity.set_ylabel("local complexity (neurons cut)")
    accuracy.set_title(f"Accuracy, {AUTHORS} (paper's settings)")
    complexity.set_title(f"Local complexity, {AUTHORS} (paper's settings)")


def _draw_random_start(axes: Axes, data: _Data) -> None:
    starts = column_values(data.attack, "start")
    if "random" not in starts:
        say_empty(axes)
    for epsilon in sizes(data.attack):
        draw_curves(
            axes,
            seed_curves(data.attack, "accuracy", 100, epsilon=epsilon, start="random"),
            data.epsilon_colours[epsilon],
            most=PERCENT,
        )
    percent_axis(axes)
    axes.set_title("Control: attack from a random start")


def _draw_zero_gradient(axes: Axes, data: _Data) -> None:
    if data.attack is None:
        say_empty(axes)
    for epsilon in sizes(data.attack):
        curves = seed_curves(data.attack, "zero_gradient_start", 100, epsilon=epsilon, start="none")
        draw_curves(axes, curves, data.epsilon_colours[epsilon], most=PERCENT)
    percent_axis(axes, "test points (%)")
    axes.set_title("Control: gradient zero throughout the attack")


def _last_step(data: _Data) -> int:
    tables = [table for table in (data.accuracy, data.attack, data.complexity) if table is not None]
    ours = max((int(table["step"].max()) for table in tables), default=0)
    return max(ours, published_last_step(data.their_accuracy, data.their_complexity))


def _legend(data: _Data, seeds: int) -> list[Group]:
    points: Group = (
        "points",
        [line_key({"random": "random (complexity)"}.get(split, split), SPLIT_COLOURS[split]) for split in SPLITS],
    )
    named = {size_name(epsilon): colour for epsilon, colour in data.epsilon_colours.items()}
    attacks: Group = ("attack, ε in pixels", [line_key(f"ε = {name}", colour) for name, colour in named.items()])
    kinds = kinds_of_line(seeds)
    kinds += [event_key(f"{name} (median)", event_colour(event), **EVENTS[event]) for event, name in NAMES.items()]
    if data.overlaid:
        kinds.append(reference_key())
    return [points, attacks, ("lines", kinds)]

"""Accuracies beside slices: clean and under attack, on a linear axis of steps, with the authors' (P2 Fig 7 left)."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.colors
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.curves import column_values, last_step_of, seed_curves, table_or_none
from grokscope.figures.parts.legends import line_key
from grokscope.figures.parts.panels import (
    PERCENT,
    draw_curves,
    draw_reference,
    percent_axis,
    say_empty,
    step_axis,
)
from grokscope.figures.parts.reference_curves import published_curve, published_last_step, published_table
from grokscope.figures.parts.style import SPLIT_COLOURS, Colour, darker, ordered_colours


def draw_accuracies(
    inputs: ItemInputs, axes: Axes, theirs: Axes | None, file: str, overlaid: bool, steps: Sequence[int]
) -> list[Artist]:
    """Accuracies of the figure's run, and the authors' over them or in the panel `theirs`; the `steps` of slices are
    marked. Returns the keys of the legend.
    """
    run = inputs.members[0]["run"]
    accuracy, attack = table_or_none(inputs, run, "accuracy"), table_or_none(inputs, run, "adversarial")
    published = published_table(inputs, file, accuracy=True)
    ours = [size for size in column_values(attack, "epsilon") if size > 0]
    of_theirs = [size for size in column_values(published, "epsilon") if size > 0]
    # the authors' sizes may have a digit more than ours
    names = sorted({_name(size) for size in (ours if overlaid and ours else [*ours, *of_theirs])}, key=float)
    colours = dict(zip(names, ordered_colours(len(names), "plasma", 0.12, 0.86), strict=True)) if names else {}
    for size in ours:
        curves = seed_curves(attack, "accuracy", 100, epsilon=size, start="none")
        draw_curves(axes, curves, colours[_name(size)], shift=0, most=PERCENT)
    for split in ("train", "test"):
        curves = seed_curves(accuracy, "accuracy", 100, split=split)
        draw_curves(axes, curves, SPLIT_COLOURS[split], shift=0, most=PERCENT)
    if accuracy is None:
        say_empty(axes)
    beside = theirs or axes
    if published is not None:
        for size in of_theirs:
            if _name(size) in colours:
                curve = published_curve(published, split="adversarial", epsilon=size)
                _draw_theirs(beside, curve, colours[_name(size)], overlaid)
        for split in ("train", "test"):
            curve = published_curve(published, split=split, series="clean")
            _draw_theirs(beside, curve, SPLIT_COLOURS[split], overlaid)
    last = last_step_of(inputs, "accuracy", "adversarial")
    for one, end in ((axes, max(last, 1)), *([(theirs, published_last_step(published))] if theirs else [])):
        step_axis(one, end, linear=True)
        percent_axis(one)
        one.set_title("Accuracy" if theirs is None else "Accuracy, ours" if one is axes else "Accuracy, the authors'")
    for step in steps:
        axes.axvline(step, color="0.35", linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
    keys: list[Artist] = [line_key(f"{split} accuracy", SPLIT_COLOURS[split]) for split in ("train", "test")]
    return [
        *keys,
        *(line_key(f"attack, ε = {name}", matplotlib.colors.to_rgb(colour)) for name, colour in colours.items()),
    ]


def _draw_theirs(axes: Axes, curve, colour: Colour, overlaid: bool) -> None:  # type: ignore[no-untyped-def]
    draw_reference(
        axes, curve, darker(colour) if overlaid else colour, shift=0, **({} if overlaid else {"linestyle": "-"})
    )


def _name(size: float) -> str:
    return f"{size:.3g}"

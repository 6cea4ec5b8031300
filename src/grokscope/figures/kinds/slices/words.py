"""Slices in numbers: how many regions, and where they are, over all seeds."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.slice_drawing import Slices
from grokscope.figures.kinds.slices.stored import stored_slices
from grokscope.figures.kinds.slices.windows import find_windows
from grokscope.figures.parts.accuracy_words import accuracy_words
from grokscope.figures.parts.curves import column_values, final_values, seed_curves, table_or_none
from grokscope.figures.parts.wording import median_and_range, number, percent, sentence

COUNTED = "partition"
"""Name of the measurement with values of all seeds; a figure may read it beside the one that keeps its slices."""


def describe_slices(inputs: ItemInputs, settings: Slices) -> str:
    """Regions at the steps drawn, where they lie over seeds at the start and the end, and accuracies."""
    run, stored = inputs.members[0]["run"], stored_slices(inputs, settings)
    steps = stored.nearest(settings.steps.at(inputs.scale))
    parts = [f"{number(stored.by_step[step].regions, 0)} linear regions at step {number(step, 0)}" for step in steps]
    heading = f"slice of seed {stored.seed}, {number(2 * stored.by_step[steps[0]].half_width, 1)} wide" if steps else ""
    sentences = [sentence(*parts, heading=heading) or "No slice was kept."]
    if settings.panels == "windows" and steps:
        sentences.append(_windows(inputs, settings))
    table = table_or_none(inputs, run, COUNTED)
    if table is None:
        table = table_or_none(inputs, run, settings.partition)
    if table is not None and settings.slice in column_values(table, "slice"):
        sentences.append(_over_seeds(table[table["slice"] == settings.slice]))
        if settings.panels == "layers":
            sentences.append(_by_layer(table[table["slice"] == settings.slice]))
    sentences.append(sentence(*accuracy_words(inputs, run)))
    if settings.accuracy:
        sentences.append(_attacks(inputs, run))
    return " ".join(text for text in sentences if text)


def _windows(inputs: ItemInputs, settings: Slices) -> str:
    stored = stored_slices(inputs, settings)
    kept = stored.by_step[stored.nearest(settings.steps.at(inputs.scale))[0]]
    windows = find_windows(kept, settings.windows.of_each, settings.windows.width)
    counts = {near: [number(one.regions, 0) for one in windows if one.near is near] for near in (True, False)}
    if not counts[True] or not counts[False]:
        return "There is no decision boundary on the slice, so nothing is near it." if not windows else ""
    near, away = " and ".join(counts[True]), " and ".join(counts[False])
    return f"In parts of equal area there are {near} regions at the decision boundary, and {away} away from it."


def _over_seeds(table: pd.DataFrame) -> str:
    """Regions and contrasts at the first and the last step, over seeds."""

    def course(column: str, digits: int) -> str:
        curves = seed_curves(table, column, layer=0)
        if not len(curves) or not np.isfinite(curves.to_numpy()).any():
            return ""
        end = median_and_range(final_values(curves), digits)
        return (
            end if len(curves) == 1 else f"{median_and_range(curves.iloc[0], digits)} at the start and {end} at the end"
        )

    boundary, points, regions = course("boundary_contrast", 2), course("point_contrast", 2), course("regions", 0)
    return sentence(
        f"linear regions {regions}" if regions else "",
        f"regions in the quarter of the area nearest to the decision boundary for each in the farthest, {boundary}"
        if boundary
        else "",
        f"regions near training points for each on the same area elsewhere, {points}" if points else "",
        heading="over seeds",
    )


def _by_layer(table: pd.DataFrame) -> str:
    parts: Iterable[str] = (
        f"layer {layer} {median_and_range(values, 1)}"
        for layer in column_values(table, "layer")
        if layer > 0 and len(values := final_values(seed_curves(table, "boundary_contrast", layer=layer)))
    )
    return sentence(*parts, heading="edges near the boundary for each away from it, at the end")


def _attacks(inputs: ItemInputs, run: str) -> str:
    attack = table_or_none(inputs, run, "adversarial")
    parts = [
        f"epsilon {size:g} {percent(final_values(seed_curves(attack, 'accuracy', 100, epsilon=size, start='none')))}"
        for size in column_values(attack, "epsilon")
        if size > 0
    ]
    return sentence(*parts, heading="accuracy under attack at the end") or "Accuracy under attack not measured."

"""Delayed robustness in numbers: the words beside `grokscope.figures.kinds.robustness.panels`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grokscope.analysis.comparison import chosen_radius, published_radius
from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.kinds.robustness.panels import SPLITS
from grokscope.figures.parts.accuracy_words import accuracy_words
from grokscope.figures.parts.curves import column_values, final_values, seed_curves, table_or_none
from grokscope.figures.parts.wording import (
    event_phrase,
    event_steps,
    median_and_range,
    percent,
    percent_median,
    sentence,
)


def describe_robustness(inputs: ItemInputs) -> str:
    """Clean accuracy, accuracy under attack at the end and at its lowest, controls, and local complexity."""
    run = inputs.members[0]["run"]
    attack, complexity = table_or_none(inputs, run, "adversarial"), table_or_none(inputs, run, "local_complexity")
    sentences = [sentence(*accuracy_words(inputs, run))]
    attacks = [
        words for epsilon in column_values(attack, "epsilon") if (words := _attack_words(inputs, run, attack, epsilon))
    ]
    sentences.append(
        f"Accuracy under attack with {'; '.join(attacks)}." if attacks else "Accuracy under attack not measured."
    )
    sentences.append(
        sentence(
            event_phrase(inputs, run, "robustness_lost", "loss of accuracy under the smallest attack"),
            event_phrase(inputs, run, "robustness_onset", "return of this accuracy"),
        )
    )
    radius = chosen_radius(complexity, published_radius(inputs))
    parts = []
    for split in SPLITS:
        curves = seed_curves(None if radius is None else complexity, "value", split=split, layer=0, radius=radius)
        if len(curves):
            start, highest, end = (
                median_and_range(values, 2) for values in (curves.iloc[0], curves.max(), final_values(curves))
            )
            parts.append(f"{split} points {start} at the start, highest {highest}, at the end {end}")
    heading = "" if radius is None else f"local complexity at radius {radius:g} pixels"
    sentences.append(sentence(*parts, heading=heading) or "Local complexity not measured.")
    return " ".join(text for text in sentences if text)


def _attack_words(inputs: ItemInputs, run: str, attack: pd.DataFrame | None, epsilon: float) -> str:
    curves = seed_curves(attack, "accuracy", 100, epsilon=epsilon, start="none")
    random = seed_curves(attack, "accuracy", 100, epsilon=epsilon, start="random")
    silent = seed_curves(attack, "zero_gradient_start", 100, epsilon=epsilon, start="none")
    fit = event_steps(inputs, run, "fit").reindex(curves.columns)
    parts = []
    if len(curves):
        lowest = [curves[seed][curves.index >= step].min() for seed, step in fit.items()]
        parts.append(f"{percent(final_values(curves))} at the end")
        parts.append(f"lowest {percent_median(lowest)} after the fit" if np.isfinite(lowest).any() else "")
    if len(random):
        parts.append(f"{percent_median(final_values(random))} at the end from a random start")
    if len(silent):
        parts.append(
            f"gradient zero throughout the attack for {percent_median(final_values(silent))} of test points at the end"
        )
    words = ", ".join(part for part in parts if part)
    return f"epsilon {epsilon:g}: {words}" if words else ""

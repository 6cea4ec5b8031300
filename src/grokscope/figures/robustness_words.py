"""Delayed robustness in numbers: the words beside `grokscope.figures.robustness_panels`."""

from __future__ import annotations

import pandas as pd

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.accuracy_words import accuracy_words
from grokscope.figures.comparison import chosen_radius
from grokscope.figures.curves import column_values, final_values, seed_curves, table_or_none
from grokscope.figures.robustness_panels import SPLITS, RobustnessFigure
from grokscope.figures.wording import median_and_range, percent, sentence


def describe_robustness(inputs: ItemInputs, figure: RobustnessFigure) -> str:
    """Clean accuracy, accuracy under attack with its lowest value after its first peak, controls, and local complexity."""
    run = inputs.members[0]["run"]
    attack, complexity = table_or_none(inputs, run, "adversarial"), table_or_none(inputs, run, "local_complexity")
    sentences = [sentence(*accuracy_words(inputs, run))]
    sentences += [_attack_sentence(attack, epsilon) for epsilon in column_values(attack, "epsilon")]
    if attack is None:
        sentences.append("Accuracy under attack not measured.")
    radius = chosen_radius(complexity, figure.published.radius)
    parts = []
    for split in SPLITS:
        curves = seed_curves(None if radius is None else complexity, "value", split=split, layer=0, radius=radius)
        if len(curves):
            start, highest, end = (median_and_range(values, 2) for values in (curves.iloc[0], curves.max(), final_values(curves)))
            parts.append(f"{split} points {start} at the start, highest {highest}, at the end {end}")
    if parts:
        parts[0] = f"local complexity at radius {radius:g} pixels: {parts[0]}"
    sentences.append(sentence(*parts) if parts else "Local complexity not measured.")
    return " ".join(sentences)


def _attack_sentence(attack: pd.DataFrame | None, epsilon: float) -> str:
    curves = seed_curves(attack, "accuracy", 100, epsilon=epsilon, start="none")
    random = seed_curves(attack, "accuracy", 100, epsilon=epsilon, start="random")
    silent = seed_curves(attack, "zero_gradient_always", 100, epsilon=epsilon, start="none")
    parts = []
    if len(curves):
        parts.append(f"highest {percent(curves.max())}, lowest {percent(curves.min())}, at the end {percent(final_values(curves))}")
    if len(random):
        parts.append(f"from a random start at the end {percent(final_values(random))}")
    if len(silent):
        parts.append(f"input gradient exactly zero throughout the attack for {percent(final_values(silent))} of test points at the end")
    if parts:
        parts[0] = f"accuracy under attack with epsilon {epsilon:g}: {parts[0]}"
    return sentence(*parts)

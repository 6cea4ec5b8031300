"""Accuracy under several attacks in numbers: the words beside `grokscope.figures.kinds.attacks.panels`."""

from __future__ import annotations

import math

import pandas as pd

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import Attacks
from grokscope.figures.kinds.attacks.panels import WORST, epsilons_of
from grokscope.figures.parts.axis_words import place_name
from grokscope.figures.parts.curves import column_values, final_values, members_along, seed_curves, table_or_none
from grokscope.figures.parts.wording import event_steps, percent, percent_median, sentence
from grokscope.metrics.attack_suite.declaration import ATTACKS


def describe_attacks(inputs: ItemInputs, settings: Attacks) -> str:
    """For every network and size: accuracy under the published attack and in the worst case, at the end and at its
    lowest after the fit, and which single attack leaves the least.
    """
    axis = settings.axes()["down"].axis if settings.down else None
    sentences = []
    for member in members_along(inputs, *([axis] if axis else [])):
        run, heading = member["run"], place_name(axis, member["axes"][axis]) if axis else ""
        parts = [words for epsilon in epsilons_of(inputs, run) if (words := _of_size(inputs, run, epsilon))]
        sentences.append(sentence(*(parts or ["not measured"]), heading=heading))
    return " ".join(sentences)


def _of_size(inputs: ItemInputs, run: str, epsilon: float) -> str:
    table = table_or_none(inputs, run, "attack_suite")
    curves = {
        attack: seed_curves(table, "accuracy", 100, epsilon=epsilon, attack=attack)
        for attack in column_values(table, "attack")
    }
    parts = []
    for attack, words in (("published", "under the published attack"), (WORST, "in the worst case")):
        if attack in curves and curves[attack].notna().any(axis=None):
            lowest = _lowest_after_fit(inputs, run, curves[attack])
            end = f"{percent(final_values(curves[attack]))} at the end {words}"
            parts.append(f"{end}, lowest {lowest} after the fit" if lowest else end)
    ends = {
        attack: float(final_values(values).median())
        for attack, values in curves.items()
        if attack not in ("none", WORST) and final_values(values).notna().any()
    }
    strongest = min(ends, key=lambda attack: ends[attack], default="")
    if strongest and ends[strongest] < ends.get("published", math.inf):
        parts.append(f"the single attack that leaves least at the end is {ATTACKS[strongest]}")
    return f"epsilon {epsilon:.3g}: {', '.join(parts)}" if parts else ""


def _lowest_after_fit(inputs: ItemInputs, run: str, curves: pd.DataFrame) -> str:
    fits = event_steps(inputs, run, "fit").reindex(curves.columns)
    lowest = [curves[seed][curves.index >= step].min() for seed, step in fits.items()]
    return percent_median(lowest) if pd.Series(lowest).notna().any() else ""

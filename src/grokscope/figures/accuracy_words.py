"""The words for a run's accuracies that several figures share."""

from __future__ import annotations

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.collapse import collapse_note
from grokscope.figures.curves import final_values, last_step, seed_curves, table_or_none
from grokscope.figures.wording import FIT, ONSET, event_phrase, number, percent


def accuracy_words(inputs: ItemInputs, run: str) -> list[str]:
    """Final accuracies, when the training set is fitted, when test accuracy rises, and how many seeds collapsed."""
    table = table_or_none(inputs, run, "accuracy")
    if table is None:
        return ["accuracy not measured"]
    parts = []
    for split in ("train", "test"):
        curves = seed_curves(table, "accuracy", 100, split=split)
        if len(curves):
            parts.append(f"{split} accuracy {percent(final_values(curves))} at step {number(last_step(curves), 0)}")
    parts.append(event_phrase(inputs, run, FIT, "training set fitted"))
    parts.append(event_phrase(inputs, run, ONSET, "test accuracy rises"))
    parts.append(collapse_note(inputs, run))
    return parts

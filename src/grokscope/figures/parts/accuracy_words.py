"""The words for a run's accuracies that several figures share."""

from __future__ import annotations

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.collapse import collapse_note
from grokscope.figures.parts.curves import final_values, last_step, seed_curves, table_or_none
from grokscope.figures.parts.wording import event_phrase, number, percent


def accuracy_words(inputs: ItemInputs, run: str) -> list[str]:
    """Final accuracies, dates of fit and of the rise of test accuracy, and how many seeds failed."""
    table = table_or_none(inputs, run, "accuracy")
    if table is None:
        return ["accuracy not measured"]
    parts = []
    for split in ("train", "test"):
        curves = seed_curves(table, "accuracy", 100, split=split)
        if len(curves):
            parts.append(f"{split} accuracy {percent(final_values(curves))} at step {number(last_step(curves), 0)}")
    parts.append(event_phrase(inputs, run, "fit", "fit of the training set"))
    parts.append(event_phrase(inputs, run, "generalisation", "settled generalisation"))
    parts.append(event_phrase(inputs, run, "onset", "delayed generalisation"))
    parts.append(collapse_note(inputs, run))
    return parts

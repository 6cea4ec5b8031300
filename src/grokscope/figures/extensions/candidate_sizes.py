"""Which training set sizes show what P1 Fig 1 reports: the paper does not say how large the sets of its columns are."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.accuracy_and_rank import describe_columns, draw_columns
from grokscope.figures.parts.axis_words import place_name
from grokscope.figures.parts.curves import members_along
from grokscope.figures.parts.published_behaviour import behaves, shares_in_words
from grokscope.figures.parts.style import styled

REPORTED = {
    "columns a and b": "delayed generalisation as rank falls",
    "column c": "two stages with double descent of rank",
}
"""Column of P1 Fig 1 -> what the paper reports of it."""


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Accuracy above rank, one column for each candidate, with how many seeds do as the paper reports."""

    def told(member: dict[str, Any]) -> str:
        counts = {column: behaves(inputs, member["run"], reported) for column, reported in REPORTED.items()}
        return "\n".join(
            f"as the paper's {column}: {found.sum()}/{len(found)}" for column, found in counts.items() if len(found)
        )

    return draw_columns(inputs, "train_size", told)


def describe(inputs: ItemInputs) -> str:
    """How many seeds do as the paper reports, for every candidate; then accuracies, events and ranks."""
    places = {
        place_name("train_size", member["axes"].get("train_size", "?")): member["run"]
        for member in members_along(inputs, "train_size")
    }
    sentences = []
    for column, reported in REPORTED.items():
        if told := shares_in_words({place: behaves(inputs, run, reported) for place, run in places.items()}):
            sentences.append(f"Seeds that do what the paper reports for {column} ({reported}): {told}.")
    return " ".join([*sentences, describe_columns(inputs, "train_size")])

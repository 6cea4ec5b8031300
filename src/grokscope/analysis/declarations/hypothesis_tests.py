"""The tests that a claim may name, and which shape of effects each of them is for."""

from __future__ import annotations

from typing import Literal

Shape = Literal["value", "value_by_group", "date_by_group", "shown", "shown_by_group", "pair"]
"""How the effects of an estimand are laid out, which decides what tests fit them."""

SHAPES: dict[Shape, str] = {
    "value": "one value for each seed",
    "value_by_group": "values in several groups of seeds",
    "date_by_group": "dates or delays in several groups of seeds, some of them later than the end of a run",
    "shown": "whether each seed shows something",
    "shown_by_group": "whether each seed shows something, in two groups",
    "pair": "two quantities of each seed",
}

HYPOTHESIS_TESTS: dict[str, frozenset[Shape]] = {
    "apart": frozenset({"value"}),
    "equivalence": frozenset({"value", "value_by_group"}),
    "fisher": frozenset({"shown_by_group"}),
    "mean": frozenset({"value"}),
    "one_sample": frozenset({"value"}),
    "ordered": frozenset({"value_by_group", "date_by_group"}),
    "page": frozenset({"value_by_group", "date_by_group"}),
    "paired": frozenset({"value_by_group", "date_by_group"}),
    "share": frozenset({"shown"}),
    "spearman": frozenset({"pair"}),
    "survival": frozenset({"date_by_group"}),
}
"""Module of grokscope.analysis.hypothesis_tests -> the shapes of effects that it can test."""

DEFAULT_TEST: dict[Shape, str] = {
    "value": "mean",
    "value_by_group": "ordered",
    "date_by_group": "survival",
    "shown": "share",
    "shown_by_group": "fisher",
    "pair": "spearman",
}
"""The test of a claim that names none."""


def fitting_tests(shape: Shape) -> list[str]:
    """Names of the tests that fit effects of this shape."""
    return [name for name, shapes in HYPOTHESIS_TESTS.items() if shape in shapes]

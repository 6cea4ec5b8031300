"""Modular arithmetic: its tables, its split and what is impossible."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grokscope.config.possible import impossible_training
from grokscope.config.run_settings import RunSettings
from grokscope.data.declared import Tokens
from grokscope.data.load import load_samples
from grokscope.data.modular_arithmetic.pairs import OPERATIONS
from grokscope.data.registry import chance_of, network_facts, task_facts
from training_support import small_settings

PRIME = 13


def modular(**data: Any) -> RunSettings:
    size = {} if {"train_size", "fraction"} & data.keys() else {"fraction": 0.5}
    settings = small_settings().model_dump()
    settings["data"] = {"name": "modular_arithmetic", **size, **data}
    settings["training"]["batch_size"] = 1
    return RunSettings.model_validate(settings)


def quotient(x: int, y: int, p: int) -> int:
    """The number whose product with y is x, by trying all."""
    (found,) = [number for number in range(p) if (number * y - x) % p == 0]
    return found


# Written out once more, from the list of the paper and not from the code.
TABLES: dict[str, Callable[[int, int, int], int]] = {
    "add": lambda x, y, p: x + y,
    "subtract": lambda x, y, p: x + (p - y),
    "multiply": lambda x, y, p: sum([x] * y),
    "divide": quotient,
    "divide_or_subtract": lambda x, y, p: quotient(x, y, p) if y in range(1, p, 2) else x + p - y,
    "square_sum": lambda x, y, p: x * x + y * y,
    "square_sum_with_product": lambda x, y, p: (x + y) * (x + y) - x * y,
    "square_sum_with_product_and_first": lambda x, y, p: (x + y) * (x + y) - x * y + x,
    "cube_with_product": lambda x, y, p: x * (x * x + y),
    "cube_with_square_product": lambda x, y, p: x * (x * x + y * y) + y,
}


def test_every_operation_has_a_table() -> None:
    assert TABLES.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("operation", TABLES)
def test_every_pair_occurs_once_with_its_result(operation: str) -> None:
    settings = modular(operation=operation, modulus=PRIME)
    samples = load_samples(settings.data)
    inputs = np.concatenate([samples.train_inputs, samples.test_inputs])
    targets = np.concatenate([samples.train_targets, samples.test_targets])
    lowest = 1 if operation == "divide" else 0
    expected = {
        (x, PRIME, y, PRIME + 1): TABLES[operation](x, y, PRIME) % PRIME
        for x, y in itertools.product(range(PRIME), range(lowest, PRIME))
    }
    found = dict(zip(map(tuple, inputs.tolist()), targets.tolist(), strict=True))
    assert len(found) == len(inputs) == PRIME * (PRIME - lowest)
    assert found == expected


def test_the_sizes_of_figure_8() -> None:
    settings = modular(second_from=1)
    facts = task_facts(settings.data)
    assert (settings.data.train_size, facts.train_size, facts.test_size) == (4656, 4656, 4656)
    assert facts.input == Tokens(4, 99)
    assert network_facts(settings.data) == {
        "name": "modular_arithmetic",
        "positions": 4,
        "vocabulary": 99,
        "classes": 97,
    }
    samples = load_samples(settings.data)
    assert samples.train_inputs[:, 2].min() == samples.test_inputs[:, 2].min() == 1


@pytest.mark.parametrize(
    ("fraction", "modulus", "pairs"), [(0.5, 97, 4704), (0.3, 97, 2822), (0.29, 10, 29), (0.001, 5, 1)]
)
def test_a_fraction_is_rounded_down_to_at_least_one_pair(fraction: float, modulus: int, pairs: int) -> None:
    assert modular(fraction=fraction, modulus=modulus).data.train_size == pairs


def test_settings_say_in_one_way_how_many_pairs_there_are() -> None:
    by_fraction, by_size = modular(fraction=0.5, second_from=1), modular(train_size=4656, second_from=1)
    assert by_fraction == by_size == RunSettings.model_validate(by_fraction.model_dump(mode="json"))
    assert modular(train_size=100, fraction=0.5).data.train_size == 100
    assert modular(train_size=None, fraction=0.5, second_from=1) == by_size
    assert "fraction" not in by_fraction.model_dump()["data"]


def test_the_draw_decides_which_pairs_are_for_training_and_nothing_else_does() -> None:
    one, more, other, product = (
        load_samples(modular(modulus=31, **data).data)
        for data in ({}, {"fraction": 0.7}, {"draw": 1}, {"operation": "multiply"})
    )
    assert np.array_equal(more.train_inputs[: len(one.train_inputs)], one.train_inputs)
    assert np.array_equal(product.train_inputs, one.train_inputs)
    both = set(map(tuple, other.train_inputs.tolist())) & set(map(tuple, one.train_inputs.tolist()))
    # hypergeometric: half of a half, with a deviation below 8
    assert abs(len(both) - len(one.train_inputs) / 2) < 40
    # every number occurs about as often in first and in second place
    for place in (0, 2):
        counts = np.bincount(one.train_inputs[:, place], minlength=31)
        assert np.abs(counts - 15.5).max() < 14


@pytest.mark.parametrize("operation", ["add", "square_sum", "multiply"])
def test_chance_is_the_share_of_the_most_frequent_class_of_the_test_pairs(operation: str) -> None:
    settings = modular(operation=operation, modulus=PRIME, draw=3)
    targets = load_samples(settings.data).test_targets.tolist()
    expected = Fraction(Counter(targets).most_common(1)[0][1], len(targets))
    assert chance_of(settings.model_dump(mode="json"), "r") == expected
    assert expected >= Fraction(1, PRIME)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (
            {"operation": "divide", "modulus": 91},
            "data.modulus 91: divide needs a prime, and this is a multiple of 7; use a prime such as 97",
        ),
        (
            {"operation": "divide_or_subtract", "modulus": 4},
            "data.modulus 4: divide_or_subtract needs a prime, and this is a multiple of 2; use a prime such as 97",
        ),
        ({"second_from": 97}, "data.second_from 97: modulo 97 the second number is at most 96"),
        (
            {"train_size": 170, "modulus": 13},
            "data.train_size 170: there are only 169 pairs, and some have to be left for the test",
        ),
        (
            {"train_size": 169, "modulus": 13},
            "data.train_size 169: these are all pairs, and none is left for the test; use fewer",
        ),
        (
            {"train_size": 156, "modulus": 13, "operation": "divide"},
            "data.train_size 156: these are all pairs, and none is left for the test; use fewer",
        ),
    ],
)
def test_what_cannot_be_made_is_said(data: dict[str, Any], complaint: str) -> None:
    found = [line for line in impossible_training(modular(**data)) if line.startswith("data.")]
    assert found == [complaint]
    assert not [line for line in impossible_training(modular(modulus=12)) if line.startswith("data.")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"train_size": None}, "needs train_size, or the fraction"),
        ({"fraction": 1.0}, "fraction"),
        ({"fraction": "half"}, "fraction"),
        ({"fraction": 2, "train_size": 3}, "fraction"),
        ({"operation": "power"}, "should be one of add, subtract"),
        ({"modulus": 1001}, "modulus"),
    ],
)
def test_settings_that_make_no_sense_are_refused(data: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        modular(**data)
    assert str(caught.value).startswith("1 validation error")

"""What tasks say of themselves, and that data which are made are held against it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grokscope.data.catalogue import DATASETS
from grokscope.data.declared import Classes, TaskFacts, Tokens, Values, Vectors
from grokscope.data.registry import NAMES, chance_of, keys_of_other_tasks, network_facts, task_facts, task_of
from grokscope.data.samples import Samples, check_samples
from grokscope.errors import UserError
from task_support import toy_settings
from training_support import small_settings


@pytest.mark.parametrize(
    ("target", "chance"),
    [
        (Classes(2), Fraction(1, 2)),
        (Classes(97), Fraction(1, 97)),
        (Classes(97, of_positions=True), Fraction(1, 97)),
        (Classes(3, most_frequent=Fraction(3, 5)), Fraction(3, 5)),
        (Values(1), None),
    ],
)
def test_chance(target: Classes | Values, chance: Fraction | None) -> None:
    assert target.chance == chance


def test_chance_of_a_run() -> None:
    for name, info in DATASETS.items():
        assert chance_of({"data": {"name": name}}, "r") == Fraction(1, info.classes)
    assert chance_of(toy_settings().model_dump(), "r") is None
    with pytest.raises(
        UserError, match=f"run r: settings.data.name: 'x' is no known task; known are {', '.join(NAMES)}$"
    ):
        chance_of({"data": {"name": "x"}}, "r")


def test_images_of_the_catalogue() -> None:
    facts = task_facts(small_settings(data={"name": "cifar10"}).data)
    info = DATASETS["cifar10"]
    assert facts.input.shape == (3, 32, 32)
    assert facts.input.size == 3 * 32 * 32
    assert facts.target == Classes(10)
    assert (facts.train_size, facts.test_size, facts.rarest_class) == (50_000, 10_000, 5000)
    assert network_facts(small_settings(data={"name": "cifar10"}).data) == {
        "name": "cifar10",
        "image_shape": [3, 32, 32],
        "classes": 10,
        "channel_mean": list(info.channel_mean),
        "channel_deviation": list(info.published_channel_deviation),
    }


@pytest.mark.parametrize(
    ("name", "shape", "classes", "sizes"),
    [
        ("cifar100", (3, 32, 32), 100, (50_000, 10_000, 500)),
        *((f"imagenette_{size}", (3, size, size), 10, (9469, 3925, 858)) for size in (64, 128, 160, 224)),
    ],
)
def test_sets_that_come_in_no_package(
    name: str, shape: tuple[int, ...], classes: int, sizes: tuple[int, int, int]
) -> None:
    facts = task_facts(small_settings(data={"name": name}).data)
    assert facts.input.shape == shape
    assert facts.target == Classes(classes)
    assert (facts.train_size, facts.test_size, facts.rarest_class) == sizes


def test_the_toy() -> None:
    facts = task_facts(toy_settings().data)
    assert facts.input == Vectors(2, -10.0, 10.0)
    assert facts.target == Values(1)
    assert facts.train_size == 60
    assert task_of("regression_toy").made_by == "grokscope.data.regression_toy.make"


def test_settings_of_their_own_belong_to_their_task() -> None:
    assert toy_settings(data={"draw": 3}).data.model_dump()["draw"] == 3
    with pytest.raises(ValueError, match="draw"):
        small_settings(data={"draw": 3})
    assert "draw" in keys_of_other_tasks("mnist")
    assert "draw" not in keys_of_other_tasks("regression_toy")


def test_an_unknown_task_is_named() -> None:
    with pytest.raises(UserError, match=f"task 'x' is unknown; there are {', '.join(NAMES)}$"):
        task_of("x")


ROWS = TaskFacts(Tokens(3, 5), Classes(5, of_positions=True), 4, 2)
POINTS = TaskFacts(Vectors(2, -1.0, 1.0), Values(1), 4, 2)
SPOILED: list[tuple[TaskFacts, dict[str, Any], str]] = [
    (ROWS, {"train_inputs": np.zeros((4, 3), dtype=np.int32)}, "train inputs are int32"),
    (ROWS, {"train_inputs": np.zeros((4, 2), dtype=np.int64)}, r"train inputs are int64 \(4, 2\)"),
    (ROWS, {"train_inputs": np.full((4, 3), 5)}, r"train inputs lie in \[5, 5\], declared are 0 to 4"),
    (ROWS, {"test_targets": np.full((2, 3), -1)}, r"test targets lie in \[-1, -1\]"),
    (ROWS, {"test_targets": np.zeros(2, dtype=np.int64)}, "test targets are"),
    (
        ROWS,
        {"test_inputs": np.zeros((3, 3), dtype=np.int64)},
        "test samples are 3 inputs and 2 targets, declared are 2",
    ),
    (POINTS, {"train_inputs": np.full((4, 2), 1.5)}, r"train inputs lie in \[1.5, 1.5\], declared are -1.0 to 1.0"),
    (POINTS, {"train_targets": np.full((4, 1), np.nan)}, "train targets lie in"),
    (POINTS, {"train_targets": np.zeros(4)}, "train targets are"),
]


def samples_of(facts: TaskFacts) -> Samples:
    if facts is POINTS:
        return Samples("points", np.zeros((4, 2)), np.zeros((4, 1)), np.zeros((2, 2)), np.zeros((2, 1)))
    whole = np.zeros((6, 3), dtype=np.int64)
    return Samples("rows", whole[:4], whole[:4], whole[4:], whole[4:])


@pytest.mark.parametrize(("facts", "changes", "words"), SPOILED)
def test_made_data_that_are_not_what_is_declared_are_refused(
    facts: TaskFacts, changes: dict[str, Any], words: str
) -> None:
    samples = samples_of(facts)
    assert check_samples(samples, facts) is samples
    with pytest.raises(UserError, match=words) as caught:
        check_samples(replace(samples, **changes), facts)
    assert "\n" not in str(caught.value)

"""Checkpoint steps against lists written by hand from the papers."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some

from grokscope.config.run_settings import CheckpointSettings
from grokscope.training.schedule import checkpoint_steps

EARLY = [*range(30), *range(30, 150, 10)]


def test_omnigrok_is_the_grid_of_the_mnist_figures() -> None:
    """667 = ceil(1e5 / 150): P2 Fig 10 has points at 0 to 29, every 10 to 140, 667, 1334, ..., 99383."""
    steps = checkpoint_steps(CheckpointSettings(grid="omnigrok"), 100_000)
    multiples = [667 * number for number in range(1, 150)]
    assert multiples[-1] == 99_383
    assert steps == [*EARLY, *multiples, 100_000]
    assert {70_035, 83_375, 95_381, 2_668} <= set(steps)


def test_omnigrok_of_a_million_steps() -> None:
    """P2 Figs 13 and 31 are logged every 6667."""
    steps = checkpoint_steps(CheckpointSettings(grid="omnigrok"), 1_000_000)
    assert steps == [*EARLY, *range(6667, 1_000_000, 6667), 1_000_000]


def test_omnigrok_of_a_short_run() -> None:
    assert checkpoint_steps(CheckpointSettings(grid="omnigrok"), 40) == list(range(41))
    assert checkpoint_steps(CheckpointSettings(grid="omnigrok"), 300) == sorted({*range(30), *range(0, 301, 2)})


def test_grok_adversarial_is_the_grid_of_the_cnn_figures() -> None:
    steps = checkpoint_steps(CheckpointSettings(grid="grok_adversarial"), 12_345)
    assert steps == [*EARLY, *range(200, 1000, 100), *range(1000, 12_001, 1000), 12_345]


def test_log_grid() -> None:
    assert checkpoint_steps(CheckpointSettings(grid="log", count=5), 9999) == [0, 9, 99, 999, 9999]
    assert checkpoint_steps(CheckpointSettings(grid="log", count=60), 5) == [0, 1, 2, 3, 4, 5]


@given(
    grid=some.sampled_from(["omnigrok", "log", "grok_adversarial"]),
    steps=some.integers(1, 300_000),
    count=some.integers(2, 100),
)
def test_every_grid_starts_ends_and_ascends(grid: str, steps: int, count: int) -> None:
    kept = checkpoint_steps(CheckpointSettings.model_validate({"grid": grid, "count": count}), steps)
    assert (kept[0], kept[-1]) == (0, steps)
    assert all(one < other for one, other in itertools.pairwise(kept))
    assert grid != "log" or len(kept) <= count


def test_no_steps() -> None:
    with pytest.raises(ValueError, match="0 steps"):
        checkpoint_steps(CheckpointSettings(grid="log"), 0)


def test_further_steps_are_kept_in_addition() -> None:
    grid = CheckpointSettings(grid="log", count=4)
    more = CheckpointSettings(grid="log", count=4, also=[7, 50, 10**6])
    assert checkpoint_steps(more, 100) == sorted({*checkpoint_steps(grid, 100), 7, 50})

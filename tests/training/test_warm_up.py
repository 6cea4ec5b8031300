"""A learning rate that rises over the first updates, against torch's own schedules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim.optimizer import register_optimizer_step_post_hook

from grokscope.config.run_settings import RunSettings
from grokscope.results.parts import training_code
from grokscope.training.checkpoints import CheckpointStore
from margins import assert_equal_to_rounding
from training_support import small_settings, train_small

RATE, STEPS = 1e-2, 14


def warmed(updates: int | None, optimizer: str = "adamw", **changes: Any) -> RunSettings:
    training = {"optimizer": optimizer, "learning_rate": RATE, "steps": STEPS, "warm_up": updates, "dtype": "float64"}
    return small_settings(training={**training, **changes}, checkpoints={"grid": "log", "count": 14})


def rates(settings: RunSettings, folder: Path) -> list[float]:
    """The learning rate of every update of a training."""
    found: list[float] = []
    handle = register_optimizer_step_post_hook(lambda optimiser, *_: found.append(optimiser.param_groups[0]["lr"]))
    try:
        train_small(settings, [3, 8], folder)
    finally:
        handle.remove()
    return found


def rates_of_torch(schedule: Any, **options: Any) -> list[float]:
    optimiser = torch.optim.AdamW([nn.Parameter(torch.zeros(1))], lr=RATE)
    scheduler, found = schedule(optimiser, **options), []
    for _ in range(STEPS):
        found.append(scheduler.get_last_lr()[0])
        optimiser.step()
        scheduler.step()
    return found


@pytest.mark.trained
@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd", "plain_sgd", "rmsprop"])
def test_the_rates_are_those_of_torch(tmp_path: Path, optimizer: str) -> None:
    found = rates(warmed(10, optimizer), tmp_path)
    assert found == rates_of_torch(torch.optim.lr_scheduler.LambdaLR, lr_lambda=lambda done: min(1, (done + 1) / 10))
    # what github.com/danielmamay/grokking does
    linear = rates_of_torch(torch.optim.lr_scheduler.LinearLR, start_factor=0.1, total_iters=9)
    assert len(found) == len(linear)
    assert_equal_to_rounding(
        {f"rate {step}": torch.tensor(rate, dtype=torch.float64) for step, rate in enumerate(found)},
        {f"rate {step}": torch.tensor(rate, dtype=torch.float64) for step, rate in enumerate(linear)},
        1e-12,
    )
    assert found[0] == pytest.approx(RATE / 10)
    assert found[9:] == [RATE] * (STEPS - 9)


@pytest.mark.trained
def test_the_first_update_is_a_part_of_the_whole_one(tmp_path: Path) -> None:
    """AdamW's update is proportional to its learning rate."""
    weights = {}
    for name, updates in (("whole", None), ("part", 4)):
        train_small(warmed(updates), [3, 8], tmp_path / name)
        store = CheckpointStore(tmp_path / name)
        weights[name] = [store.load(step) for step in (0, 1)]
    (before, whole), (same, part) = weights["whole"], weights["part"]
    for key, value in before.items():
        assert torch.equal(value, same[key])
    assert_equal_to_rounding(
        {key: part[key] - before[key] for key in before}, {key: (whole[key] - before[key]) / 4 for key in before}, 1e-9
    )


@pytest.mark.parametrize(("optimizer", "stopped"), [("adamw", 4), ("plain_sgd", 4), ("sgd", 5), ("adamw", 12)])
def test_a_training_that_goes_on_has_the_same_bits(tmp_path: Path, optimizer: str, stopped: int) -> None:
    class Stop(Exception):
        pass

    def stop(done: int) -> None:
        if done == stopped:
            raise Stop

    train_small(warmed(10, optimizer), [3, 8], tmp_path / "whole")
    with pytest.raises(Stop):
        train_small(warmed(10, optimizer), [3, 8], tmp_path / "stopped", state_seconds=0.0, on_step=stop)
    train_small(warmed(10, optimizer), [3, 8], tmp_path / "stopped")
    whole, resumed = (CheckpointStore(tmp_path / name).load(STEPS) for name in ("whole", "stopped"))
    assert whole.keys() == resumed.keys()
    assert all(torch.equal(whole[key], resumed[key]) for key in whole)


def test_other_trainings_keep_their_code_and_a_warmed_one_depends_on_both(tmp_path: Path) -> None:
    codes = {training_code(warmed(updates, name)) for updates in (None, 10) for name in ("adamw", "sgd")}
    assert len(codes) == 4
    assert training_code(warmed(10)) == training_code(warmed(5))


def test_settings_keep_the_name_of_the_optimiser() -> None:
    settings = warmed(10, "sgd")
    assert settings.training.optimizer == "warmed_up"
    dumped = settings.model_dump(mode="json")
    assert dumped["training"]["optimizer"] == "sgd"
    assert RunSettings.model_validate(dumped) == RunSettings.model_validate_json(settings.model_dump_json()) == settings
    with pytest.raises(ValueError, match=r"optimizer\n.*should be one of adamw, adam, sgd, plain_sgd, rmsprop \["):
        warmed(10, "warmed_up")


@pytest.mark.parametrize("updates", [0, 1, None])
def test_a_warm_up_of_one_update_is_none(updates: int | None) -> None:
    assert warmed(updates) == warmed(None)
    assert "warm_up" not in warmed(updates).model_dump()["training"]
    with pytest.raises(ValueError, match="warm_up"):
        warmed(-1)

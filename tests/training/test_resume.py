"""A training that is killed at any step and started again ends with the same bits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import training_support
from grokscope.config.run_settings import RunSettings
from grokscope.training import block
from grokscope.training.checkpoints import CheckpointStore
from training_support import small_settings, train_small

SETTINGS = {
    "mlp": small_settings(model={"batch_norm": True}),
    "sgd": small_settings(training={"optimizer": "sgd", "learning_rate": 0.05}),
    "rank_penalty": small_settings(
        training={"rank_penalty": {"kind": "nuclear_norm", "strength": -0.1, "layer": "all_hidden"}}
    ),
    "varied": small_settings(
        model={"init_scheme": "orthogonal"},
        training={
            "optimizer": "rmsprop",
            "jacobian_penalty": {"strength": 1e-3},
            "region_penalty": {"strength": 0.1},
        },
    ),
}


def train_and_be_killed(
    settings: RunSettings, folder: Path, step: int, state_seconds: float, state_share: float
) -> None:
    """Run the training in a process of its own that dies by SIGKILL after update `step`."""
    arguments = [settings.model_dump_json(), str(folder), str(step), str(state_seconds), str(state_share)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, training_support.__file__, *arguments],
        env=environment,
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.parametrize(
    ("kind", "step", "state_seconds", "state_share", "resumed_from"),
    [
        ("mlp", 5, 1e9, 1.0, 0),  # no state was saved yet
        ("mlp", 29, 0.0, 1e9, 29),  # one at every step: the last is that of the kill, in the middle of an epoch
        ("rank_penalty", 29, 0.0, 1e9, 29),
        ("varied", 29, 0.0, 1e9, 29),
        ("sgd", 43, 0.0, 1e-9, 1),  # one after the first step, checkpoints later than it
    ],
)
def test_killed_and_started_again(
    tmp_path: Path, kind: str, step: int, state_seconds: float, state_share: float, resumed_from: int
) -> None:
    settings = SETTINGS[kind]
    train_small(settings, [3, 8], tmp_path / "whole")
    train_and_be_killed(settings, tmp_path / "killed", step, state_seconds, state_share)
    for half_written in (".step_00000044.half.safetensors", ".record.half.json"):
        (tmp_path / "killed" / half_written).write_bytes(b"half written")
    record = train_small(settings, [3, 8], tmp_path / "killed")
    assert record["parts"][-1]["from_step"] == resumed_from
    assert record["wall_seconds"] == sum(part["wall_seconds"] for part in record["parts"])
    whole, killed = CheckpointStore(tmp_path / "whole"), CheckpointStore(tmp_path / "killed")
    assert killed.steps() == whole.steps()
    for kept in whole.steps():
        assert killed.path(kept).read_bytes() == whole.path(kept).read_bytes(), kept
    assert not list((tmp_path / "killed").glob(".*"))


def test_later_checkpoints_are_deleted_on_resuming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block, "STATE_SHARE", 1e-9)

    def stop(done: int) -> None:
        if done == 40:
            raise KeyboardInterrupt

    settings = small_settings()
    with pytest.raises(KeyboardInterrupt):
        train_small(settings, [3], tmp_path, state_seconds=0.0, on_step=stop)
    store = CheckpointStore(tmp_path)
    assert len(store.steps()) > 2
    with pytest.raises(KeyboardInterrupt):
        train_small(settings, [3], tmp_path, on_step=lambda done: (_ for _ in ()).throw(KeyboardInterrupt))
    assert store.steps() == [step for step in store.steps() if step <= 2]


def test_a_broken_state_starts_afresh(tmp_path: Path) -> None:
    settings = small_settings(training={"steps": 4})
    train_small(settings, [3], tmp_path)
    wanted = CheckpointStore(tmp_path).load(4)
    (tmp_path / "state.safetensors").write_bytes(b"broken")
    (tmp_path / "record.json").unlink()
    assert train_small(settings, [3], tmp_path)["parts"][0]["from_step"] == 0
    for name, value in CheckpointStore(tmp_path).load(4).items():
        assert torch.equal(value, wanted[name])

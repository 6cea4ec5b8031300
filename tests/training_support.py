"""A small data set and settings that the tests of the training share; run as a script it trains and kills itself."""

from __future__ import annotations

import io
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grokscope.config.run_settings import RunSettings
from grokscope.training import block, train


@dataclass(frozen=True)
class SmallDataset:
    """Looks like MNIST; the label is written into the brightness of a block of pixels."""

    name: str
    train_inputs: np.ndarray
    train_targets: np.ndarray


def small_dataset(size: int = 130) -> SmallDataset:
    """`size` images (1, 28, 28) that a small network learns quickly."""
    random = np.random.default_rng(5)
    labels = random.permutation(np.arange(size) % 10)
    images = random.integers(0, 60, (size, 1, 28, 28))
    images[np.arange(size), 0, labels * 2, :14] += 150
    return SmallDataset("mnist", images.astype(np.uint8), labels.astype(np.int64))


def small_settings(**changes: dict[str, Any]) -> RunSettings:
    """A 3-layer MLP of width 12, 44 steps over 110 images in batches of 25 (the last of an epoch has 10); `changes` by
    section.
    """
    sections: dict[str, dict[str, Any]] = {
        "data": {"name": "mnist", "train_size": 110, "subset": "balanced", "label_noise": 0.1},
        "model": {"kind": "mlp", "depth": 3, "width": 12},
        "training": {
            "steps": 44,
            "batch_size": 25,
            "loss": "mse",
            "optimizer": "adamw",
            "learning_rate": 1e-3,
            "weight_decay": 0.01,
        },
        "checkpoints": {"grid": "log", "count": 6},
    }
    for section, values in changes.items():
        sections[section] = {**sections[section], **values}
    return RunSettings.model_validate(sections)


def train_small(settings: RunSettings, seeds: list[int], folder: Path, **options: Any) -> dict[str, Any]:
    """`train_block` on the small data set, silent."""
    return train.train_block(settings, small_dataset(), seeds, folder, stream=io.StringIO(), **options)


def train_and_die(settings_json: str, folder: str, step: int, state_seconds: float, state_share: float) -> None:
    """Train seeds 3 and 8 and end this process by SIGKILL after update `step`."""
    block.STATE_SHARE = state_share

    def die(done: int) -> None:
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    train_small(
        RunSettings.model_validate_json(settings_json), [3, 8], Path(folder), state_seconds=state_seconds, on_step=die
    )


if __name__ == "__main__":
    train_and_die(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]))


def penalty(
    kind: str = "log_det", strength: float = 0.1, layer: str = "second_last", features: str = "activations"
) -> dict[str, Any]:
    """The settings of a rank penalty."""
    return {"kind": kind, "strength": strength, "layer": layer, "features": features}

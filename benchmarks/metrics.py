"""What the metrics of P1 Fig 2 cost, as a share of the training they are measured on.

    python benchmarks/metrics.py [--threads 2] [--steps 200] [--seeds 1]

Trains P1's 12-layer network of width 400 on 7000 made-up images of MNIST's shape for a few hundred steps, half before and half after
measuring, and works the metrics through three checkpoints with 10 000 test images. Prints one JSON object a line, {name, value, unit,
target}, extrapolated to 60 checkpoints and 100 000 steps; the target of a row without one is null. Both parts run on the same machine
in the same minutes, so the share means something on a busy machine too.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import time
from pathlib import Path

import numpy as np

from grokscope.config.metric_settings import AccuracySettings, MetricSettings, ProbesSettings, SpectraSettings, WeightNormSettings
from grokscope.config.run_settings import RunSettings
from grokscope.data.dataset import ImageDataset
from grokscope.metrics.compute import compute_metric
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.train import train_block

TRAIN_SIZE, TEST_SIZE = 7000, 10_000
CHECKPOINTS, STEPS = 60, 100_000
TARGET_SHARE = 0.15
METRICS: dict[str, MetricSettings] = {
    "accuracy": AccuracySettings(),
    "weight_norm": WeightNormSettings(),
    "spectra": SpectraSettings(),
    "probes": ProbesSettings(),
}


def settings_of(steps: int) -> RunSettings:
    """P1's 12-layer run, cut short."""
    return RunSettings.model_validate(
        {
            "data": {"name": "mnist", "train_size": TRAIN_SIZE},
            "model": {"kind": "mlp", "depth": 12, "width": 400, "init_scale": 8.0},
            "training": {
                "steps": steps,
                "batch_size": 200,
                "loss": "mse",
                "optimizer": "adamw",
                "learning_rate": 1e-3,
                "weight_decay": 0.01,
            },
            "checkpoints": {"grid": "log", "count": 3},
        }
    )


def made_up_images() -> ImageDataset:
    """Ten blurred prototypes with noise."""
    random = np.random.default_rng(0)
    labels = random.integers(10, size=TRAIN_SIZE + TEST_SIZE)
    prototypes = np.kron(random.uniform(0, 200, size=(10, 7, 7)), np.ones((4, 4)))
    images = (prototypes[labels] + random.uniform(0, 55, size=(len(labels), 28, 28))).astype(np.uint8)[:, None]
    return ImageDataset("mnist", images[:TRAIN_SIZE], labels[:TRAIN_SIZE], images[TRAIN_SIZE:], labels[TRAIN_SIZE:])


def main() -> None:
    """Train, measure, print."""
    parser = argparse.ArgumentParser(description="cost of the metrics of P1 Fig 2")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=200, help="updates of training to time")
    parser.add_argument("--seeds", type=int, default=1)
    arguments = parser.parse_args()
    settings, dataset, seeds = settings_of(arguments.steps // 2), made_up_images(), list(range(arguments.seeds))
    with tempfile.TemporaryDirectory() as temporary:
        folder, training_seconds = Path(temporary), 0.0

        def train(name: str) -> float:
            record = train_block(settings, dataset, seeds, folder / name, threads=arguments.threads, stream=io.StringIO())
            return float(record["wall_seconds"])

        training_seconds += train("before")
        store = folder / "before"
        count = len(CheckpointStore(store).steps())
        seconds: dict[str, float] = {}
        for name, metric_settings in METRICS.items():
            began = time.perf_counter()
            compute_metric(name, metric_settings, settings, dataset, seeds, store, "run", threads=arguments.threads, stream=io.StringIO())
            seconds[name] = (time.perf_counter() - began) / count
        training_seconds += train("after")
    step_seconds = training_seconds / (2 * (arguments.steps // 2))
    _row("training step", 1000 * step_seconds, "ms")
    for name, taken in seconds.items():
        _row(f"{name} a checkpoint", taken, "s")
    share = CHECKPOINTS * sum(seconds.values()) / (STEPS * step_seconds)
    _row(f"all metrics, {CHECKPOINTS} checkpoints, share of {STEPS} steps of training", share, "fraction", TARGET_SHARE)


def _row(name: str, value: float, unit: str, target: float | None = None) -> None:
    print(json.dumps({"name": name, "value": round(value, 4), "unit": unit, "target": target}), flush=True)


if __name__ == "__main__":
    main()

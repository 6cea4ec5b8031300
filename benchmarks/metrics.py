"""What the metrics of P1 Fig 2 cost, as a share of the training they are measured on.

    python benchmarks/metrics.py [--threads 2] [--steps 200] [--seeds 1]

Trains P1's 12-layer network of width 400 on 7000 made-up images of MNIST's shape for a few hundred steps, half before
and half after measuring, and works the metrics through three checkpoints with 10 000 test images; the share is
extrapolated to 60 checkpoints and 100 000 steps. Both parts run on the same machine in the same minutes, so the share
means something on a busy machine too.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from pathlib import Path

import numpy as np

from grokscope.config.run_settings import RunSettings
from grokscope.data.samples import Samples
from grokscope.metrics.accuracy.declaration import AccuracySettings
from grokscope.metrics.compute import compute_metric
from grokscope.metrics.declared import MetricSettings
from grokscope.metrics.probes.declaration import ProbesSettings
from grokscope.metrics.spectra.declaration import SpectraSettings
from grokscope.metrics.weight_norm.declaration import WeightNormSettings
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.train import train_block
from rows import Row, make_row, print_rows

TRAIN_SIZE, TEST_SIZE = 7000, 10_000
CHECKPOINTS, STEPS = 60, 100_000
TARGET_SHARE = "<= 0.15"
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


def made_up_images() -> Samples:
    """Ten blurred prototypes with noise."""
    random = np.random.default_rng(0)
    labels = random.integers(10, size=TRAIN_SIZE + TEST_SIZE)
    prototypes = np.kron(random.uniform(0, 200, size=(10, 7, 7)), np.ones((4, 4)))
    images = (prototypes[labels] + random.uniform(0, 55, size=(len(labels), 28, 28))).astype(np.uint8)[:, None]
    return Samples("mnist", images[:TRAIN_SIZE], labels[:TRAIN_SIZE], images[TRAIN_SIZE:], labels[TRAIN_SIZE:])


def rows(threads: int = 1, steps: int = 100, seeds: int = 1) -> list[Row]:
    """Seconds of a training step and of each metric at a checkpoint, and the share; `steps` updates are timed."""
    settings, dataset, seed_list = settings_of(steps // 2), made_up_images(), list(range(seeds))
    with tempfile.TemporaryDirectory() as temporary:
        folder, training_seconds = Path(temporary), 0.0

        def train(name: str) -> float:
            record = train_block(settings, dataset, seed_list, folder / name, threads=threads, stream=io.StringIO())
            return float(record["wall_seconds"])

        training_seconds += train("before")
        store = folder / "before"
        count = len(CheckpointStore(store).steps())
        seconds: dict[str, float] = {}
        for name, metric_settings in METRICS.items():
            began = time.perf_counter()
            compute_metric(
                name, metric_settings, settings, dataset, seed_list, store, "run", threads=threads, stream=io.StringIO()
            )
            seconds[name] = (time.perf_counter() - began) / count
        training_seconds += train("after")
    step_seconds = training_seconds / (2 * (steps // 2))
    share = CHECKPOINTS * sum(seconds.values()) / (STEPS * step_seconds)
    words = f"{seeds} {'seed' if seeds == 1 else 'seeds'}, {threads} {'thread' if threads == 1 else 'threads'}"
    return [
        make_row(f"metrics of P1 Fig 2, {words}: a training step", 1000 * step_seconds, "ms"),
        *(
            make_row(f"metrics of P1 Fig 2, {words}: {name} at a checkpoint", taken, "s")
            for name, taken in seconds.items()
        ),
        make_row(
            f"metrics of P1 Fig 2, {words}: all, {CHECKPOINTS} checkpoints, over {STEPS} steps of training",
            share,
            "fraction",
            TARGET_SHARE,
        ),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="cost of the metrics of P1 Fig 2")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=200, help="updates of training to time")
    parser.add_argument("--seeds", type=int, default=1)
    print_rows(rows(**vars(parser.parse_args())))

"""How far a seed that is trained in a block ends from the same seed trained alone.

    python benchmarks/seed_alone.py

Both start from the same bits and see the same batches; only the order of additions inside matrix products may differ.
Such a difference of one rounding grows as the training goes on, so it is stated at the first step, and where accuracy
and norm are read, at the end.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import torch

from grokscope.config.run_settings import RunSettings
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.train import train_block
from rows import Row, make_row, print_rows
from training import RandomImages, random_images

SEEDS, STEPS = [0, 1, 2, 3], 300


def settings_of(dtype: str) -> RunSettings:
    """A 4-layer network of width 100 on 2000 images."""
    return RunSettings.model_validate(
        {
            "data": {"name": "mnist", "train_size": 2000},
            "model": {"kind": "mlp", "depth": 4, "width": 100},
            "training": {
                "steps": STEPS,
                "batch_size": 200,
                "loss": "mse",
                "optimizer": "adamw",
                "learning_rate": 1e-3,
                "weight_decay": 0.01,
                "dtype": dtype,
            },
            "checkpoints": {"grid": "log", "count": 12},
        }
    )


def deviation(dataset: RandomImages, dtype: str, alone: int) -> dict[int, float]:
    """Step -> largest difference of any weight of seed `alone`, over the largest weight; at steps 1 and STEPS."""
    with tempfile.TemporaryDirectory() as temporary:
        block, single = Path(temporary) / "block", Path(temporary) / "single"
        for folder, seeds in ((block, SEEDS), (single, [alone])):
            train_block(settings_of(dtype), dataset, seeds, folder, stream=io.StringIO())
        found = {}
        for step in (1, STEPS):
            together, apart = CheckpointStore(block).load(step), CheckpointStore(single).load(step)
            position = SEEDS.index(alone)
            differences = torch.stack(
                [(together[name][position] - value[0]).abs().max() for name, value in apart.items()]
            )
            largest = torch.stack([value.abs().max() for value in apart.values()])
            found[step] = float(differences.max() / largest.max())
        return found


def rows() -> list[Row]:
    """Deviations in float64 and float32."""
    dataset = random_images()
    return [
        make_row(
            f"seed in a block of {len(SEEDS)} and alone, {dtype}: largest relative difference after step {step}",
            value,
            "fraction",
        )
        for dtype in ("float64", "float32")
        for step, value in deviation(dataset, dtype, alone=SEEDS[2]).items()
    ]


if __name__ == "__main__":
    print_rows(rows())

"""Made-up tables and maps of the embeddings of transformers, for the figures' tests."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import synthetic_modular_addition
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.sweeps import PlannedRun
from grokscope.metrics.arrays import ArrayKey, arrays_file, write_arrays
from grokscope.metrics.tables import make_table
from synthetic_counts import grid_of, splits_of

GRID, HALF_WIDTH = 21, 2.0
SAMPLES = np.array([[-1.5, -1.0], [1.5, -1.0], [0.0, 1.8]])


def kinds_of(settings: Any, fixed: str, relative: str) -> list[tuple[str, float]]:
    """How sizes are given, and the sizes."""
    return [
        *(("fixed", size) for size in getattr(settings, fixed)),
        *(("relative", size) for size in getattr(settings, relative)),
    ]


def embedding_complexity(
    run: PlannedRun, seeds: int, count: int, place: int, name: str = "embedding_complexity"
) -> pd.DataFrame:
    """In proportion to the radius: it falls, rises and falls again, at random points half as high."""
    if run.settings.data.name == "modular_arithmetic":
        return synthetic_modular_addition.embedding_complexity(run, seeds, count, place, name)
    rows, settings = [], run.metrics[name]
    for seed, step in itertools.product(range(seeds), grid_of(run, count)):
        time = np.log10(step + 1)
        course = 1.2 - 0.6 * min(time, 1) + np.exp(-(((time - 1.8) / 0.4) ** 2))
        for split, (measured, radius) in itertools.product(
            splits_of(settings), kinds_of(settings, "radii", "relative_radii")
        ):
            value = 3000 * radius * course * (0.5 if split == "random" else 1.0) * (1 + 0.03 * seed + 0.1 * place)
            for layer, positions in itertools.product((0, 2, 4), ("all", "last")):
                row = {"seed": seed, "step": step, "split": split, "measured": measured, "radius": radius}
                row |= {"positions": positions, "layer": layer, "deviation": 1.0, "points": 8}
                rows.append(row | {"value": value / (1 if layer == 0 else 2) / (1 if positions == "all" else 32)})
    return make_table("embedding_complexity", rows, run.id)


def embedding_attack(
    run: PlannedRun, seeds: int, count: int, place: int, name: str = "embedding_attack"
) -> pd.DataFrame:
    """Accuracy under attack that comes late."""
    if run.settings.data.name == "modular_arithmetic":
        return synthetic_modular_addition.embedding_attack(run, seeds, count, place, name)
    rows, settings = [], run.metrics[name]
    last = np.log10(run.settings.training.steps + 1)
    for seed, step in itertools.product(range(seeds), grid_of(run, count)):
        risen = 1 / (1 + np.exp(-(np.log10(step + 1) - 0.75 * last - 0.05 * seed) * 12))
        for (measured, epsilon), start in itertools.product(
            [*kinds_of(settings, "epsilons", "relative_epsilons"), ("fixed", 0.0)], settings.starts
        ):
            row = {"seed": seed, "step": step, "measured": measured, "epsilon": epsilon, "start": start, "points": 64}
            accuracy = 0.5 * risen if epsilon else 0.6
            rows.append(row | {"accuracy": accuracy, "zero_gradient_start": 0.0, "zero_gradient_last": 0.0})
    return make_table("embedding_attack", rows, run.id)


def embedding_map(run: PlannedRun, seeds: int, count: int, place: int, name: str = "embedding_map") -> pd.DataFrame:
    """Means of a plane, near the sequences first higher and then lower."""
    rows = []
    for seed, step in itertools.product(range(seeds), grid_of(run, count)):
        for layer in (0, 2, 4):
            row = {"seed": seed, "step": step, "layer": layer, "value": 60.0, "highest": 200.0}
            rows.append(row | {"near": 100.0 / np.sqrt(step + 1)})
    return make_table("embedding_map", rows, run.id)


TABLES = {
    "embedding_complexity": embedding_complexity,
    "embedding_attack": embedding_attack,
    "embedding_map": embedding_map,
}


def made_up_maps(blocks: int, late: bool) -> np.ndarray:
    """Maps `(block, row, column)` with hills at the three samples, or with hollows there if `late`."""
    line = np.linspace(-HALF_WIDTH, HALF_WIDTH, GRID)
    points = np.stack(np.meshgrid(line, line), axis=-1)
    near = np.exp(-(np.linalg.norm(points[:, :, None] - SAMPLES, axis=-1).min(axis=2) ** 2) / 0.3)
    waves = 1 + 0.2 * np.sin(5 * points[..., 0]) * np.cos(4 * points[..., 1])
    shape = waves * (1 - 0.6 * near if late else 1 + 1.5 * near)
    return np.rint(np.stack([(60 + 12 * block) * shape for block in range(1, blocks + 1)])).astype(np.int32)


def keep_maps(
    inputs: ItemInputs, folder: Path, by_step: dict[int, np.ndarray], name: str = "embedding_map"
) -> ItemInputs:
    """The same inputs, whose run keeps these maps of seed 0; an empty array stands for a step without maps."""
    run, path = inputs.members[0]["run"], folder / "seeds_0-2" / "metrics" / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {}
    for step, maps in by_step.items():
        of_step = {
            "layers": np.arange(2, 2 * len(maps) + 1, 2, dtype=np.int32),
            "maps": maps if len(maps) else np.zeros((0, 0, 0), dtype=np.int32),
            "radius": np.array([0.2] if len(maps) else []),
            "half_width": np.array([HALF_WIDTH] if len(maps) else []),
            "samples": SAMPLES if len(maps) else np.zeros((0, 2)),
        }
        arrays |= {ArrayKey(key, 0, step): array for key, array in of_step.items()}
    write_arrays(arrays_file(path), "embedding_map", arrays)
    inputs.metric_files = {run: {name: [path]}}
    inputs.seeds = [0, 1, 2]
    return inputs

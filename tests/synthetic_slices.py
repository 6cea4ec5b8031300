"""Made-up tables of regions and of losses, for `synthetic_figures`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grokscope.config.sweeps import PlannedRun
from grokscope.metrics.partition.declaration import PartitionSettings
from grokscope.metrics.registry import METRICS
from grokscope.metrics.tables import make_table


def _course(run: PlannedRun, count: int) -> list[tuple[int, float]]:
    """Steps, and a rise from 0 to 1 in the middle of them."""
    last = run.settings.training.steps
    steps = sorted({round(x) for x in np.geomspace(1, last + 1, count) - 1})
    return [(step, float(1 / (1 + (0.08 * last + 1) ** 3 / (step + 1) ** 3))) for step in steps]


def partition(run: PlannedRun, seeds: int, count: int, place: int, name: str) -> pd.DataFrame:
    """Regions gather at the boundary and leave the points; edges of later layers more so."""
    rows, settings = [], run.metrics.root[name]
    assert isinstance(settings, PartitionSettings)
    for seed in range(seeds):
        for step, late in _course(run, count):
            for layer in range(run.settings.model.depth):
                contrasts = {"boundary_contrast": 1 + (9 + layer + seed) * late, "point_contrast": 1 - 0.9 * late}
                row = {"seed": seed, "step": step, "slice": settings.slices()[0], "layer": layer, **contrasts}
                others = METRICS["partition"].measured - set(contrasts)
                rows.append(row | dict.fromkeys(others, 1000.0 + seed))
    return make_table("partition", rows, run.id)


def loss(run: PlannedRun, seeds: int, count: int, place: int, name: str) -> pd.DataFrame:
    """Losses that fall."""
    rows = [
        {"seed": seed, "step": step, "split": split, "loss": 1 - 0.9 * late}
        for seed in range(seeds)
        for step, late in _course(run, count)
        for split in ("train", "test")
    ]
    return make_table("loss", rows, run.id)

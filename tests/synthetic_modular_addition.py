"""Made-up tables of what is measured around the embedded pairs of modular addition, for the figures' tests."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from grokscope.config.sweeps import PlannedRun
from grokscope.metrics.embedding_attack.declaration import EmbeddingAttackSettings
from grokscope.metrics.embedding_complexity.declaration import EmbeddingComplexitySettings
from grokscope.metrics.tables import make_table
from synthetic_counts import grid_of


def embedding_complexity(
    run: PlannedRun, seeds: int, count: int, place: int, name: str = "embedding_complexity"
) -> pd.DataFrame:
    """A rise to a peak at a tenth of the run, and a fall after it."""
    settings = run.metrics[name]
    assert isinstance(settings, EmbeddingComplexitySettings)
    radii = [("fixed", one) for one in settings.radii] + [("relative", one) for one in settings.relative_radii]
    kinds = [split for split in ("train", "test", "random") if getattr(settings.points, split)]
    rows = []
    for seed, step in itertools.product(range(seeds), grid_of(run, count)):
        time = 10 * (step + 1) / run.settings.training.steps
        height = 10 + 20 * np.exp(-4 * np.log10(time) ** 2) + seed
        for (measured, radius), split, positions, layer in itertools.product(radii, kinds, ("all", "last"), (0, 2)):
            value = height * (2 if split == "random" else 1) / (1 + 3 * (positions == "last"))
            row = {"seed": seed, "step": step, "split": split, "measured": measured, "radius": radius, "points": 100}
            rows.append(row | {"positions": positions, "layer": layer, "value": value, "deviation": 0.3 * value})
    return make_table("embedding_complexity", rows, run.id)


def embedding_attack(
    run: PlannedRun, seeds: int, count: int, place: int, name: str = "embedding_attack"
) -> pd.DataFrame:
    """Accuracy under attack that rises in the course of the run, less for larger attacks."""
    settings = run.metrics[name]
    assert isinstance(settings, EmbeddingAttackSettings)
    sizes = [("fixed", one) for one in settings.epsilons] + [("relative", one) for one in settings.relative_epsilons]
    rows = []
    for seed, step in itertools.product(range(seeds), grid_of(run, count)):
        for (measured, epsilon), start in itertools.product(sizes, settings.starts):
            accuracy = np.log10(step + 1) / np.log10(run.settings.training.steps + 1) / (1 + epsilon)
            row = {"seed": seed, "step": step, "measured": measured, "epsilon": epsilon, "start": start, "points": 100}
            rows.append(row | {"accuracy": accuracy, "zero_gradient_start": 0.0, "zero_gradient_last": 0.0})
    return make_table("embedding_attack", rows, run.id)

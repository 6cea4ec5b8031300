"""Made-up tables of the metrics of our follow-ups, for the figures' tests."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from grokscope.config.sweeps import PlannedRun
from grokscope.metrics.tables import make_table
from synthetic_counts import grid_of


def neural_collapse(run: PlannedRun, seeds: int, count: int, place: int, name: str = "neural_collapse") -> pd.DataFrame:
    """All measures fall at the tenth part of the run."""
    rows = []
    for seed, step in itertools.product(range(seeds), grid_of(run, count)):
        left = 1 / (1 + (10 * (step + 1) / run.settings.training.steps) ** 2)
        row = {"seed": seed, "step": step, "within_class": (10 + seed) * left**2, "norms": 0.3 * left}
        rows.append(row | {"angles": 0.4 * left, "duality": left, "nearest_mean": 0.5 * left})
    return make_table("neural_collapse", rows, run.id)


def margins(run: PlannedRun, seeds: int, count: int, place: int, name: str = "margins") -> pd.DataFrame:
    """Margins that grow with the logarithm of steps."""
    rows = []
    for seed, step in itertools.product(range(seeds), grid_of(run, count)):
        margin = 0.3 * np.log10(step + 1) - 0.2 + 0.01 * seed
        rows.append({"seed": seed, "step": step, "split": "train", "margin": margin, "distance": 1 + margin})
        rows[-1]["points"] = 500
    return make_table("margins", rows, run.id)


TABLES = {"neural_collapse": neural_collapse, "margins": margins}

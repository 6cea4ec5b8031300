"""Made-up tables of accuracy under attack, for the figures' tests."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grokscope.config.sweeps import PlannedRun
from grokscope.metrics.attack_suite.declaration import AttackSuiteSettings
from grokscope.metrics.tables import make_table
from synthetic_counts import grid_of


def rise(step: int, middle: float, sharpness: float = 6.0) -> float:
    """From 0 to 1 around `middle`, over log10(step + 1)."""
    return float(1 / (1 + np.exp(-sharpness * (np.log10(step + 1) - np.log10(middle + 1)))))


def middles(run: PlannedRun, seed: int, place: int) -> tuple[float, float]:
    """Steps of fit and of generalisation."""
    last = run.settings.training.steps
    return last * 0.006 * (1 + 0.2 * seed + 0.5 * place), last * 0.08 * (1 + 0.1 * seed + 0.2 * place)


def adversarial(run: PlannedRun, seeds: int, count: int, place: int, name: str = "adversarial") -> pd.DataFrame:
    rows, settings = [], run.metrics.root.get(name)
    assert settings is not None
    for seed in range(seeds):
        fit, onset = middles(run, seed, place)
        for step in grid_of(run, count):
            for epsilon in settings.epsilons:
                for start in settings.starts:
                    early = 0.5 * rise(step, fit / 8) * (1 - rise(step, fit))
                    value = early + (0.7 - 2 * epsilon - (0.1 if start == "random" else 0)) * rise(step, onset)
                    zero = 0.4 * rise(step, onset * 1.3)
                    row = {
                        "seed": seed,
                        "step": step,
                        "epsilon": epsilon,
                        "start": start,
                        "accuracy": float(np.clip(value, 0, 1)),
                    }
                    rows.append(row | {"zero_gradient_start": zero, "zero_gradient_last": 0.9 * zero, "points": 500})
    return make_table("adversarial", rows, run.id)


def adversarial_train(run: PlannedRun, seeds: int, count: int, place: int, name: str) -> pd.DataFrame:
    """Its table has the columns of the other attack."""
    return adversarial(run, seeds, count, place, name)


def attack_suite(run: PlannedRun, seeds: int, count: int, place: int, name: str) -> pd.DataFrame:
    """Robustness is lost at the fit; under the published attack it comes back, under others hardly."""
    rows, settings = [], run.metrics.root.get(name)
    assert isinstance(settings, AttackSuiteSettings)
    for seed in range(seeds):
        fit, onset = middles(run, seed, place)
        for step in grid_of(run, count):
            for epsilon in settings.epsilons:
                early, late = 0.5 * rise(step, fit / 8) * (1 - rise(step, fit)), rise(step, onset)
                for number, attack in enumerate(
                    ("published", "rescaled_cross_entropy", "margin", "worst_case", "none")
                ):
                    value = 0.9 if attack == "none" else early + (0.6 - 0.15 * number - epsilon) * late
                    row = {"seed": seed, "step": step, "epsilon": epsilon, "attack": attack, "points": 100}
                    rows.append(row | {"accuracy": float(np.clip(value, 0, 1)), "zero_gradient": 0.0})
    return make_table("attack_suite", rows, run.id)


TABLES = {"adversarial": adversarial, "adversarial_train": adversarial_train, "attack_suite": attack_suite}

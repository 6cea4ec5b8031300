"""Settings and tables of made-up runs, with curves that look like grokking."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

STEPS = np.unique(np.geomspace(1, 20_001, 40).astype(int)) - 1
SEEDS = [0, 1, 2]
LAYERS = 4
TABLE_NAMES = (
    *("accuracy", "weight_norm", "probes", "local_complexity", "adversarial", "attack_suite", "rank", "spectra"),
    "events",
)
DATA = {"name": "mnist", "train_size": 200, "subset": "balanced", "label_noise": 0.1, "test_size": None}
TRAINING = {"steps": 20000, "batch_size": 100, "optimizer": "adamw", "weight_decay": 0.05}


def settings(depth: int = LAYERS, width: int = 100) -> dict[str, Any]:
    """Settings of one run, as RunSettings dumps them."""
    return {
        "data": dict(DATA),
        "model": {"kind": "mlp", "depth": depth, "width": width, "activation": "relu", "init_scale": 8.0},
        "training": {**TRAINING, "betas": [0.9, 0.999], "dtype": "float32"},
        "checkpoints": {"grid": "log", "count": 60},
    }


def tables(run: str, layers: int = LAYERS) -> dict[str, pd.DataFrame]:
    """Every table of a run."""
    random = np.random.default_rng(0)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLE_NAMES}
    for seed in SEEDS:
        shift = random.normal(scale=0.1)
        train, test = (0.1 + 0.88 / (1 + np.exp(-6 * (np.log10(STEPS + 1.0) - at - shift))) for at in (1.5, 3.2))
        for i, step in enumerate(STEPS.tolist()):
            for name, values in _rows_of_a_step(layers, np.log10(step + 1.0), shift, train[i], test[i]).items():
                rows[name] += [{"run": run, "seed": seed, "step": step, **value} for value in values]
        known = {"run": run, "seed": seed, "last_step": int(STEPS[-1])}
        rows["events"] += [
            {**known, "event": event, "step": step, "value": value, **date(step, state)}
            for event, step, value, state in (
                ("fit", 95.0 + seed, 0.99, ""),
                ("onset", 1500.0 if seed else np.nan, 0.5, "under way"),
                ("robustness_onset", np.nan, np.nan, "under way"),
                ("rank_collapse", np.nan, np.nan, "not seen"),
            )
        ]
    return {name: pd.DataFrame(found) for name, found in rows.items()}


def date(step: float, state: str) -> dict[str, Any]:
    """How well an event at this step is dated; an event without a step is in `state`."""
    known = {"earliest": 0.9 * step, "latest": 1.1 * step, "lost_share": 0.0, "sharpness": 0.4}
    if np.isfinite(step):
        return {**known, "state": "seen", "sharp": True}
    return {**dict.fromkeys(known, np.nan), "state": state, "sharp": False}


def _rows_of_a_step(
    layers: int, decades: float, shift: float, train: float, test: float
) -> dict[str, list[dict[str, Any]]]:
    """Rows of every measured table for one seed at one step, whose accuracies are `train` and `test`."""
    accuracies = {"train": train, "test": test}
    complexity = {
        split: 40 + 30 * np.sin(2 * decades + shift) * accuracy
        for split, accuracy in (accuracies | {"random": test}).items()
    }
    spread, zeros = {"deviation": 3.0, "points": 50}, {"zero_gradient_start": 0.0, "zero_gradient_last": 0.0}
    attack = {"start": "none", "points": 50, **zeros}
    inner = range(1, layers + 1)
    return {
        "accuracy": [
            {"split": split, "accuracy": value, "loss": 0.1 * (1.001 - value)} for split, value in accuracies.items()
        ],
        "local_complexity": [
            {"split": split, "radius": 0.05, "layer": layer, "value": value if layer == 0 else value / layers, **spread}
            for split, value in complexity.items()
            for layer in range(layers + 1)
        ],
        "adversarial": [
            {"epsilon": epsilon, "accuracy": test * (1 - 3 * epsilon), **attack} for epsilon in (0.06, 0.13, 0.2)
        ],
        "attack_suite": [
            {"epsilon": epsilon, "attack": attack, "accuracy": value, "zero_gradient": np.nan, "points": 50}
            for epsilon in (0.06, 0.2)
            for attack, value in _attacked(decades - shift, weak=epsilon > 0.1).items()
        ],
        "weight_norm": [{"layer": 0, "norm": 200 - 30 * decades}]
        + [{"layer": layer, "norm": (100 - 15 * decades) / layer} for layer in inner],
        "probes": [
            {"layer": layer, "probe": "ridge", "accuracy": test * (0.8 + 0.2 * layer / layers)} for layer in inner
        ],
        "rank": [
            {"split": "test", "layer": layer, "definition": "relative_1e-3", "rank": 60 - 12 * layer * test}
            for layer in inner
        ],
        "spectra": [
            {"split": "test", "layer": layer, "points": 500, "eigenvalues": _eigenvalues(layer)} for layer in inner
        ],
    }


def _attacked(decades: float, weak: bool) -> dict[str, float]:
    """Accuracy that is lost after the fit and comes back at step 2000; where the published attack is `weak`, under that
    alone.
    """
    lost, back = (1 / (1 + np.exp(-8 * (decades - at))) for at in (2.0, 3.3))
    published = float(0.5 - 0.45 * lost + 0.3 * back)
    return {"none": 0.9, "published": published, "worst_case": float(0.5 - 0.48 * lost) if weak else published - 0.05}


def _eigenvalues(layer: int) -> np.ndarray:
    return np.sort(np.exp(-np.arange(100) / (20 - layer)) + 1e-14)[::-1]

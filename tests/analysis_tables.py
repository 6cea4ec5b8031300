"""Made-up tables of metrics other than accuracy, runs that hold them, and effects without tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis_support import accuracy_table, grokking_table, noisy, one_run_inputs, ramp, run_tables
from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.run_tables import RunTables
from grokscope.metrics.tables import make_table

Curves = Mapping[int, np.ndarray]
"""A curve for each seed."""

NO_ZERO_GRADIENTS = {"zero_gradient_start": 0.0, "zero_gradient_last": 0.0}
MEASURED: dict[str, tuple[str, dict[str, Any]]] = {
    "rank": ("rank", {"split": "test", "definition": "relative_1e-3"}),
    "weight_norm": ("norm", {"layer": 0}),
    "local_complexity": ("value", {"split": "train", "radius": 0.05, "layer": 0, "deviation": 0.1, "points": 10}),
    "adversarial": ("accuracy", {"epsilon": 0.06, "start": "none", "points": 10, **NO_ZERO_GRADIENTS}),
    "embedding_attack": (
        "accuracy",
        {"measured": "fixed", "epsilon": 0.03, "start": "none", "points": 10, **NO_ZERO_GRADIENTS},
    ),
    "attack_suite": ("accuracy", {"epsilon": 0.06, "attack": "worst_case", "zero_gradient": 0.0, "points": 10}),
}
"""The column of a metric that holds its values, and what the other columns hold unless a test says so."""


def metric_table(metric: str, run: str, steps: np.ndarray, curves: Curves, **fixed: Any) -> pd.DataFrame:
    """The table of a metric with these values; `fixed` columns are the same in every row."""
    column, others = MEASURED[metric]
    rows = [
        {"seed": seed, "step": int(step), column: float(value), **others, **fixed}
        for seed, curve in curves.items()
        for step, value in zip(steps, curve, strict=True)
    ]
    return make_table(metric, rows, run)


def rank_table(run: str, steps: np.ndarray, by_layer: Mapping[int, Curves]) -> pd.DataFrame:
    """Ranks of several layers."""
    return pd.concat(
        [metric_table("rank", run, steps, curves, layer=layer) for layer, curves in by_layer.items()], ignore_index=True
    )


def spectra_table(run: str, steps: np.ndarray, ranks: Curves, last: int | None = 9) -> pd.DataFrame:
    """Spectra of three layers of width 100 with this many equal eigenvalues; the last layer keeps rank `last` unless it
    is None.
    """
    rows = []
    for seed, curve in ranks.items():
        for layer in (1, 2, 3):
            for step, rank in zip(steps, curve, strict=True):
                kept = last if layer == 3 and last is not None else int(rank)
                values = [1.0] * kept + [0.0] * (100 - kept)
                place = {"seed": seed, "step": int(step), "split": "test", "layer": layer}
                rows.append({**place, "points": 100, "eigenvalues": values})
    return make_table("spectra", rows, run)


def run_with(
    steps: np.ndarray, run: str, onsets: Sequence[float], collapses: Sequence[float], norm: float = 3000.0
) -> RunTables:
    """Late generalisation, collapse of the rank of the second-last layer, and a weight norm that falls around step
    `norm`.
    """
    seeds, flat = range(len(onsets)), np.ones(len(steps))
    ranks = {seed: np.rint(80 - 60 * ramp(steps, collapses[seed])) for seed in seeds}
    layers = {1: dict.fromkeys(seeds, 90 * flat), 2: ranks, 3: dict.fromkeys(seeds, 9 * flat)}
    norms = {seed: 100 - 60 * ramp(steps, norm, 2.0) for seed in seeds}
    return run_tables(
        run,
        accuracy=grokking_table(run, steps, [300.0] * len(seeds), list(onsets)),
        rank=rank_table(run, steps, layers),
        weight_norm=metric_table("weight_norm", run, steps, norms),
    )


def return_under(**attack: Any) -> dict[str, Any]:
    """Parameters of the lag between the fit and the return of robustness under an attack."""
    return {"first": "fit", "second": {"event": "robustness_onset", **attack}}


def robust_inputs(steps: np.ndarray, curve: np.ndarray, seeds: int = 6) -> ItemInputs:
    """A run that fits at step 60 and whose accuracy under attack follows `curve`, for a claim on the return of
    robustness.
    """
    train = 0.1 + 0.9 * ramp(steps, 60, 0.2)
    accuracy = accuracy_table("r", steps, {seed: (train, noisy(0.9 * train, 0.005, seed)) for seed in range(seeds)})
    attacks = metric_table("adversarial", "r", steps, {seed: noisy(curve, 0.01, seed) for seed in range(seeds)})
    options = return_under(epsilon=0.06, start="none")
    settings = {"estimand": "event_lag", "test": "one_sample", "smallest_effect": 0.5, "parameters": options}
    return one_run_inputs(run_tables("r", accuracy=accuracy, adversarial=attacks), **settings)


def effects_of(
    groups: Sequence[Sequence[float | None]], censored_at: float = 5.0, partners: Sequence[float] | None = None
) -> pd.DataFrame:
    """Effects of these values by group; those that are None are censored."""
    return make_effects(
        SeedEffect(
            seed,
            f"run{group}",
            "not_yet" if value is None else "observed",
            value,
            censored_at if value is None else None,
            group=float(group),
            group_label=f"depth {group}",
            partner=None if partners is None else partners[seed],
        )
        for group, values in enumerate(groups)
        for seed, value in enumerate(values)
    )

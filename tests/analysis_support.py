"""Made-up curves, tables and items for the tests of grokscope.analysis."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.claims import evaluate
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.run_tables import RunTables
from grokscope.analysis.verdict import usable
from grokscope.config.detector_settings import DetectorSettings
from grokscope.metrics.tables import make_table

SETTINGS = DetectorSettings()
SEEDS = range(20)


def log_grid(last: int = 20000, count: int = 60) -> np.ndarray:
    return np.unique(np.rint(10 ** np.linspace(0, np.log10(last + 1), count) - 1)).astype(int)


def omnigrok_grid(last: int = 100000) -> np.ndarray:
    return np.unique([*range(30), *range(30, 150, 10), *range(0, last, -(-last // 150)), last])


GRIDS = {"log": log_grid(), "omnigrok": omnigrok_grid()}


def ramp(steps: np.ndarray, centre: float, decades: float = 0.3) -> np.ndarray:
    """A logistic rise from 0 to 1 at step `centre`; 10 % to 90 % takes `decades`."""
    return 1 / (1 + np.exp(-(np.log10(steps + 1) - np.log10(centre + 1)) * 4.394 / decades))


def noisy(values: np.ndarray, deviation: float, seed: int) -> np.ndarray:
    return values + np.random.default_rng(seed).normal(0, deviation, len(values))


def accuracy_table(
    run: str, steps: np.ndarray, by_seed: Mapping[int, tuple[np.ndarray, np.ndarray]], loss: float = 0.1
) -> pd.DataFrame:
    rows = []
    for seed, curves in by_seed.items():
        for split, curve in zip(("train", "test"), curves, strict=True):
            rows += [
                {"seed": seed, "step": int(step), "split": split, "accuracy": float(np.clip(value, 0, 1)), "loss": loss}
                for step, value in zip(steps, curve, strict=True)
            ]
    return make_table("accuracy", rows, run)


def grokking_table(run: str, steps: np.ndarray, fits: list[float], onsets: list[float]) -> pd.DataFrame:
    """One seed for each pair of dates: train accuracy rises at the one, test accuracy at the other."""
    curves = {
        seed: (
            noisy(0.1 + 0.895 * ramp(steps, fit, 0.2), 0.001, seed),
            noisy(0.1 + 0.8 * ramp(steps, onset), 0.005, 1000 + seed),
        )
        for seed, (fit, onset) in enumerate(zip(fits, onsets, strict=True))
    }
    return accuracy_table(run, steps, curves)


def run_tables(run: str, **tables: pd.DataFrame) -> RunTables:
    return RunTables(run, tables, Fraction(1, 10), SETTINGS)


def claim(members: list[dict[str, Any]], **settings: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "statement": "s",
        "where": "Fig 1",
        "sweeps": ["sweep"],
        "metrics": ["accuracy"],
        "premise": {},
        "estimand": "event_step_by_axis",
        "parameters": {"axis": "depth", "event": "onset"},
        "test": "ordered",
        "direction": "greater",
        "smallest_effect": 0.1,
        "unit": "decades",
        "family": "f",
        "minimum_seeds": 3,
        "figure": None,
        "means": {"supported": "yes", "contradicted": "no", "inconclusive": "unknown", "not_seen": "unseen"},
        "scales": ["quick"],
    }
    return {
        "name": "claim",
        "id": "claim",
        "paper": "paper",
        "variant": "as_code",
        "settings": known | settings,
        "members": members,
    }


def depth_inputs(
    onsets: Mapping[int, list[float]],
    fit: float = 300.0,
    steps: np.ndarray | None = None,
    scale: str = "quick",
    **settings: Any,
) -> ItemInputs:
    """Runs of several depths; the onsets of the seeds of each are given. Effects are per layer."""
    grid = omnigrok_grid() if steps is None else steps
    runs, members = {}, []
    for position, (depth, dates) in enumerate(onsets.items()):
        run = f"d{depth}"
        runs[run] = run_tables(run, accuracy=grokking_table(run, grid, [fit] * len(dates), dates))
        places = {"axes": {"depth": depth}, "positions": {"depth": position}, "coordinates": {"depth": float(depth)}}
        members.append({"run": run, "sweep": "sweep", **places})
    return ItemInputs(claim(members, **({"smallest_effect": 0.025} | settings)), scale, runs)


def one_run_inputs(tables: RunTables, **settings: Any) -> ItemInputs:
    member = {"run": tables.run, "sweep": "sweep", "axes": {}, "positions": {}, "coordinates": {}}
    return ItemInputs(claim([member], **({"parameters": {}} | settings)), "quick", {tables.run: tables})


def verdict_on(inputs: ItemInputs) -> dict[str, Any]:
    """What `judge` says, without trying other thresholds."""
    effects, result, verdict, _ = evaluate(inputs)
    counts = {
        status: int((effects["status"] == status).sum())
        for status in ("absent", "not_yet", "not_applicable", "collapsed")
    }
    return {
        "verdict": verdict.verdict,
        "why": verdict.why,
        "effect": result and result.effect,
        "seeds": len(usable(effects)),
        **counts,
    }

"""Made-up tables of the documented columns for the figures' tests; the items, runs and settings are those of
`experiments/`.
"""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments_support import all_experiments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.reference import read_reference
from grokscope.analysis.run_tables import RunTables
from grokscope.config.plan import Plan, build_plan, published_runs
from grokscope.config.sweeps import PlannedRun
from grokscope.config.user import UserConfig
from grokscope.data.registry import task_facts
from grokscope.figures.write import figure_module
from grokscope.metrics.tables import make_table
from grokscope.models.registry import layers_of
from synthetic_attacks import TABLES as OF_ATTACKS
from synthetic_attacks import middles, rise
from synthetic_counts import TABLES as OF_COUNTS
from synthetic_embeddings import TABLES as OF_EMBEDDINGS
from synthetic_follow_ups import TABLES as OF_FOLLOW_UPS
from synthetic_slices import loss, partition

ROOT = Path(__file__).resolve().parent.parent
CHANCE = 0.1
OF_PAPERS = (
    *(f"deep_grokking_fig{number}" for number in range(1, 8)),
    "always_grok_fig2",
    "always_grok_fig6_left",
    "always_grok_fig10",
)
"""Figures of the papers that are drawn on every kind of made-up tables."""


@cache
def _plan(scale: Any, variant: Any) -> Plan:
    plan = build_plan(UserConfig(scale=scale, variants=[variant], figures="all"), all_experiments())
    plan.published = published_runs(build_plan(UserConfig(scale="paper", figures="all"), all_experiments()))
    return plan


def figure_inputs(
    figure: str,
    scale: str = "quick",
    seeds: int = 3,
    steps: int = 24,
    variant: str = "as_code",
    metrics: tuple[str, ...] | None = None,
) -> ItemInputs:
    """What `figure` gets at a scale: grokking curves for every run, measured at about `steps` checkpoints, with the
    real reference files.
    """
    plan = _plan(scale, variant)
    planned_item = next(item for item in plan.figures.values() if item.id == figure)
    item = deepcopy(planned_item.as_dict())  # tests change it
    runs: dict[str, RunTables] = {}
    settings: dict[str, dict[str, Any]] = {}
    for place, run in enumerate(dict.fromkeys(member["run"] for member in item["members"])):
        planned = plan.runs[run]
        kinds = {name: planned.metrics[name].metric for name in metrics or item["settings"]["metrics"]}
        tables = {name: _TABLES[kind](planned, seeds, steps, place, name) for name, kind in kinds.items()}
        others = {name: kind for name, kind in kinds.items() if name != kind}
        runs[run] = RunTables(run, tables, Fraction(1, 10), kinds=others)
        settings[run] = planned.settings.model_dump(mode="json") | {"metrics": planned.metrics.as_dict()}
    reference = {name: read_reference(ROOT / "reference" / name) for name in item["settings"]["reference"]}
    return ItemInputs(item, scale, runs, settings, reference, deepcopy(plan.published_of(planned_item)))


def drawn(inputs: ItemInputs) -> Figure:
    """The figure as its kind, or its own module, draws it."""
    return figure_module(inputs.item).draw(inputs)


def blank_seed(inputs: ItemInputs, seed: int) -> ItemInputs:
    """The same inputs with every measured value of one seed NaN, as of a network that has diverged."""
    for tables in inputs.runs.values():
        for name, table in tables.tables.items():
            chosen = table["seed"] == seed
            for column in {
                "accuracy",
                "loss",
                "norm",
                "value",
                "deviation",
                "zero_gradient_start",
                "zero_gradient_last",
            }.intersection(table.columns):
                table.loc[chosen, column] = np.nan
            if name == "spectra":
                table["eigenvalues"] = [
                    np.full(len(v), np.nan) if c else v for v, c in zip(table["eigenvalues"], chosen, strict=True)
                ]
    return inputs


def _grid(run: PlannedRun, count: int) -> list[int]:
    last = run.settings.training.steps
    return sorted({round(x) for x in np.geomspace(1, last + 1, count) - 1})


def _depth(run: PlannedRun) -> int:
    """The depth that settings name, else the number of layers as they are reported."""
    facts = task_facts(run.settings.data)
    named: int | None = getattr(run.settings.model, "depth", None)
    return named or len(layers_of(run.settings.model, facts.input, facts.target))


def _accuracy(run: PlannedRun, seeds: int, count: int, place: int, name: str = "accuracy") -> pd.DataFrame:
    rows = []
    for seed in range(seeds):
        fit, onset = middles(run, seed, place)
        for step in _grid(run, count):
            for split, middle, top in (("train", fit, 1.0), ("test", onset, 0.9)):
                value = CHANCE + (top - CHANCE) * rise(step, middle)
                rows.append({"seed": seed, "step": step, "split": split, "accuracy": value, "loss": 1 - value})
    return make_table("accuracy", rows, run.id)


def _spectra(run: PlannedRun, seeds: int, count: int, place: int, name: str = "spectra") -> pd.DataFrame:
    rows, width = [], min(run.settings.model.width, 60)
    for seed in range(seeds):
        _, onset = middles(run, seed, place)
        for step in _grid(run, count):
            for layer in range(1, _depth(run) + 1):
                decay = (0.02 + 0.02 * layer) * (1 + 6 * rise(step, onset, 12))
                size = 10 if layer == _depth(run) else width
                values = np.exp(-decay * np.arange(size) * (1 + 0.05 * seed))
                rows.append(
                    {"seed": seed, "step": step, "split": "test", "layer": layer, "points": 2000, "eigenvalues": values}
                )
    return make_table("spectra", rows, run.id)


def _weight_norm(run: PlannedRun, seeds: int, count: int, place: int, name: str = "weight_norm") -> pd.DataFrame:
    """A smooth fall that hardly depends on the run; all layers are alike, and layer 0 is all of them together."""
    rows, layers = [], _depth(run)
    for seed in range(seeds):
        for step in _grid(run, count):
            norm = (20 + 0.1 * seed) * np.exp(-(2 + 0.05 * place) * step / run.settings.training.steps)
            for layer in range(layers + 1):
                rows.append(
                    {"seed": seed, "step": step, "layer": layer, "norm": norm * (layers**0.5 if layer == 0 else 1)}
                )
    return make_table("weight_norm", rows, run.id)


def _probes(run: PlannedRun, seeds: int, count: int, place: int, name: str = "probes") -> pd.DataFrame:
    rows = []
    for seed in range(seeds):
        _, onset = middles(run, seed, place)
        for step in _grid(run, count):
            for layer in range(1, _depth(run) + 1):
                start = 0.9 - 0.04 * layer
                value = start + (0.93 - start) * rise(step, onset) + 0.004 * seed
                rows.append({"seed": seed, "step": step, "layer": layer, "probe": "ridge", "accuracy": value})
    return make_table("probes", rows, run.id)


def _local_complexity(
    run: PlannedRun, seeds: int, count: int, place: int, name: str = "local_complexity"
) -> pd.DataFrame:
    rows, settings = [], run.metrics.root.get(name)
    assert settings is not None
    generator = np.random.default_rng(place)
    for seed in range(seeds):
        fit, onset = middles(run, seed, place)
        for step in _grid(run, count):
            for split, level in (("train", 1.0), ("test", 0.8), ("random", 0.4)):
                height = 2 + _depth(run) * (1 + 2 * rise(step, fit) - 2.4 * rise(step, onset)) * (
                    1 + 0.1 * generator.random()
                )
                for radius in settings.radii:
                    for layer in (0, 1):
                        value = height * level / (layer + 1)
                        row = {"seed": seed, "step": step, "split": split, "radius": radius, "layer": layer}
                        rows.append(row | {"value": value, "deviation": 0.3 * value, "points": 500})
    return make_table("local_complexity", rows, run.id)


_TABLES = {
    "accuracy": _accuracy,
    "spectra": _spectra,
    "weight_norm": _weight_norm,
    "probes": _probes,
    "local_complexity": _local_complexity,
    "partition": partition,
    "loss": loss,
    **OF_ATTACKS,
    **OF_COUNTS,
    **OF_EMBEDDINGS,
    **OF_FOLLOW_UPS,
}

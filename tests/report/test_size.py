"""What the runs fill of a report of all figures: tables as long as each scale's, noisier than measured ones, stay
within the budget.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments_support import all_experiments
from grokscope.config.plan import build_plan
from grokscope.config.sweeps import PlannedRun
from grokscope.config.user import UserConfig
from grokscope.data.registry import task_facts
from grokscope.metrics.rank import DEFINITIONS
from grokscope.models.registry import layers_of
from grokscope.report import run_curves, run_layers
from grokscope.report.budget import BUDGET_BYTES
from grokscope.report.downloads import run_archive
from grokscope.report.render import packed_json
from grokscope.report.runs import Run
from grokscope.training.schedule import checkpoint_steps
from report_made_up import write_table

SEEDS = {"quick": 5, "paper": 10}
REST = 19_500_000
"""Bytes that figures, claims, films and cards fill in a report of all figures, about as many at every scale: 15.3
million of 63 figures at smoke scale, and 4 million of films, which are longer at the other scales.
"""


def tables(run: PlannedRun, seeds: int) -> dict[str, pd.DataFrame]:
    """Every table of a run: each curve makes one move and has noise of its own."""
    generator = np.random.default_rng(0)
    every = checkpoint_steps(run.settings.checkpoints, run.settings.training.steps)
    model, facts = run.settings.model, task_facts(run.settings.data)
    depth = getattr(model, "depth", None) or len(layers_of(model, facts.input, facts.target))
    layers, width = range(1, depth + 1), model.width

    def rows(metric: str, keys: dict[str, Any], digits: int, *values: str, scale: float = 1.0) -> pd.DataFrame:
        steps = run_curves.thinned(every, getattr(run.metrics.root.get(metric), "at_most", None) or len(every))
        time = np.log10(np.array(steps) + 1.0)
        parts = []
        for key in product(*keys.values()):
            columns: dict[str, Any] = {
                "seed": np.repeat(np.arange(seeds), len(steps)),
                "step": np.tile(steps, seeds),
                **dict(zip(keys, key, strict=True)),
            }
            for value in values:
                move = 1 / (1 + np.exp(6 * (time - generator.uniform(2, 4, (seeds, 1)))))
                columns[value] = np.round(
                    np.abs(scale * (0.1 + move + generator.normal(0, 0.02, move.shape))), digits
                ).ravel()
            parts.append(pd.DataFrame(columns))
        return pd.concat(parts, ignore_index=True).assign(run=run.id)

    found = {
        "accuracy": rows("accuracy", {"split": ["train", "test"]}, 9, "accuracy", "loss"),
        "weight_norm": rows("weight_norm", {"layer": range(len(layers) + 1)}, 9, "norm", scale=60),
    }
    if "probes" in run.metrics:
        found["probes"] = rows("probes", {"layer": layers, "probe": run.metrics["probes"].kinds}, 4, "accuracy")
    if "spectra" in run.metrics:
        counts, reals = (
            rows("spectra", {"split": ["test"], "layer": layers, "definition": some}, digits, "rank", scale=width)
            for some, digits in ((DEFINITIONS[:7], 0), (DEFINITIONS[7:], 9))
        )
        found["rank"] = pd.concat([counts, reals], ignore_index=True)
        spectrum = counts[counts["definition"] == DEFINITIONS[0]].drop(columns=["rank", "definition"])
        rates = generator.uniform(0.02, 0.05, len(spectrum))
        flicker = generator.normal(0, 0.5, (len(spectrum), width))
        found["spectra"] = spectrum.assign(
            points=2000, eigenvalues=list(np.exp(flicker - rates[:, None] * np.arange(width)))
        )
    if "local_complexity" in run.metrics:
        keys = {
            "split": ["train", "test", "random"],
            "radius": run.metrics["local_complexity"].radii,
            "layer": range(len(layers) + 1),
        }
        found["local_complexity"] = rows("local_complexity", keys, 9, "value", "deviation", scale=20)
    if "adversarial" in run.metrics:
        keys = {"epsilon": run.metrics["adversarial"].epsilons, "start": run.metrics["adversarial"].starts}
        found["adversarial"] = rows("adversarial", keys, 3, "accuracy", "zero_gradient_start", "zero_gradient_last")
    return found


def run_bytes(run: PlannedRun, seeds: int, folder: Path) -> int:
    """Data of its page, and its archive."""
    found = tables(run, seeds)
    for name, made_up in found.items():
        write_table(folder / f"{name}.parquet", made_up)
    made = Run(run.id, "", "", run.settings.model_dump(mode="json"), {}, tuple(range(seeds)), (), {}, {}, folder, None)
    complexity = run_layers.complexity(found.get("local_complexity"), made.seeds)
    data = [run_curves.curves(found, made.seeds), run_layers.spectra(found.get("spectra"), made.seeds), complexity]
    return len(run_archive(made)) + len(packed_json(data))


@pytest.mark.slow
@pytest.mark.parametrize("scale", SEEDS)
def test_runs_of_all_figures_leave_room_for_the_rest(scale: Any, tmp_path: Path) -> None:
    plan = build_plan(UserConfig(scale=scale, figures="all"), all_experiments())
    shapes: dict[str, int] = {}
    total = 0
    for run in (plan.runs[name] for name in plan.shown_runs()):
        shape = (
            f"{run.metrics} {run.settings.model.model_dump_json()} {run.settings.data.name} {run.settings.checkpoints}"
            f" {run.settings.training.steps}"
        )
        if shape not in shapes:
            folder = tmp_path / str(len(shapes))
            folder.mkdir()
            shapes[shape] = run_bytes(run, SEEDS[scale], folder)
        total += shapes[shape]
    assert total > 1_000_000
    assert total <= BUDGET_BYTES[scale] - REST

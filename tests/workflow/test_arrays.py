"""A made-up metric with arrays in a copy of the repository: the workflow makes them beside the table, keeps them, and
makes them again when they are missing, damaged or from other settings.
"""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import made_up_slices
from grokscope.results.sealed_arrays import read_sealed_arrays
from workflow_support import Outcome, copy_repository

pytestmark = pytest.mark.slow

DECLARATION = '''"""A made-up metric."""

from typing import Literal

from grokscope.metrics.declared import MetricDeclaration, Work
from grokscope.metrics.declared_arrays import ArrayDeclaration, ArraysSettings


class SlicesSettings(ArraysSettings):
    metric: Literal["slices"] = "slices"


SLICES = MetricDeclaration(
    name="slices",
    settings=SlicesSettings,
    measure="grokscope.metrics.slices.measure",
    columns={"largest": "real"},
    measured=frozenset({"largest"}),
    work=lambda settings, run: Work(0, 0),
    arrays=(
        ArrayDeclaration("weights", "float64", ("input", "unit"), "weights of the first layer"),
        ArrayDeclaration("active", "bool", ("image", "unit"), "whether a unit is active on an image"),
    ),
)
'''
EXPERIMENTS = {
    "id": "mine",
    "title": "Mine",
    "run_id": "{data.name}-w{model.width}",
    "base": {
        "data": {"name": "mnist", "train_size": 60, "test_size": 50},
        "model": {"kind": "mlp", "depth": 2, "width": 16},
        "training": {"steps": 20, "batch_size": 20, "loss": "mse", "optimizer": "adamw", "learning_rate": 1e-3},
        "checkpoints": {"grid": "log", "count": 5},
        "metrics": {"accuracy": {}, "slices": {"arrays_of_seeds": [1]}},
    },
    "variants": {"as_code": {"description": "As written here."}},
    "sweeps": {"only": {}},
    "claims": {},
    "figures": {
        "mine_only": {
            "title": "Accuracy",
            "where": "extension",
            "shows": "Nothing.",
            "sweeps": ["only"],
            "metrics": ["accuracy"],
            "draw": {"curve_grid": {"rows": [{"curves": ["test_accuracy"]}]}},
        }
    },
}


METRICS = "results/smoke/runs/mnist-w16/seeds_0-1/metrics"
TABLE = f"{METRICS}/slices.parquet"


def call(folder: Path, *options: str, target: str = TABLE) -> Outcome:
    config = ["scale=smoke", "experiments=[mine.yaml]", "figures=[mine_only]", "seeds=[0,1]", "data__source=package"]
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *options, "--config", *config, "--", target]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    outcome = Outcome(done.returncode, done.stdout, done.stderr)
    assert outcome.code == 0, outcome.text[-4000:]
    return outcome


def planned(folder: Path) -> list[tuple[str, str]]:
    """Rule and metric of every job of a dry run that measures something."""
    jobs = call(folder, "--dry-run").jobs()
    return [(job.rule, job.wildcards["metric"]) for job in jobs if job.rule.startswith("metric")]


def test_arrays_are_made_kept_and_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    copy_repository(folder)
    package = folder / "src/grokscope/metrics"
    (package / "slices").mkdir()
    (package / "slices/__init__.py").write_text('"""Slices."""\n')
    (package / "slices/declaration.py").write_text(DECLARATION)
    (package / "slices/measure.py").write_text(inspect.getsource(made_up_slices))
    registry = (package / "registry.py").read_text()
    registry = registry.replace("        ADVERSARIAL,\n", "        ADVERSARIAL,\n        SLICES,\n")
    line = "from grokscope.metrics.slices.declaration import SLICES\n"
    assert "\n\nclass Metrics" in registry
    (package / "registry.py").write_text(registry.replace("\n\nclass Metrics", f"{line}\n\nclass Metrics"))
    (folder / "mine.yaml").write_text(yaml.safe_dump(EXPERIMENTS))

    call(folder, target="measurements")
    metrics = folder / METRICS
    path = metrics / "slices.arrays.safetensors"
    assert sorted(file.name for file in metrics.iterdir()) == ["accuracy.parquet", path.name, "slices.parquet"]
    arrays = read_sealed_arrays(path, "")
    assert sorted(arrays) == [f"{name}/seed_1/step_{step}" for name in ("active", "weights") for step in (0, 20)]
    assert arrays["weights/seed_1/step_20"].shape == (784, 16)
    assert arrays["active/seed_1/step_20"].shape == (21, 16)
    assert np.ptp(arrays["weights/seed_1/step_20"]) > 0
    assert set(pd.read_parquet(metrics / "slices.parquet")["seed"]) == {0, 1}
    assert "Nothing to be done" in call(folder, "--dry-run", target="measurements").text
    assert planned(folder) == []

    whole = path.read_bytes()
    again = [("metric_with_arrays", "slices")]
    path.unlink()
    assert planned(folder) == again
    path.write_bytes(whole[:-100])
    assert planned(folder) == again
    assert f"slices.parquet is made again: {path.relative_to(folder)}: damaged" in call(folder, "--dry-run").text
    table = (metrics / "slices.parquet").read_bytes()
    call(folder)
    assert path.read_bytes() == whole
    assert (metrics / "slices.parquet").read_bytes() == table
    assert [file.name for file in (folder / "results/smoke/aside").rglob("*.safetensors")] == [path.name]
    assert planned(folder) == []

    EXPERIMENTS["base"]["metrics"]["slices"] = {"arrays_of_seeds": [0]}  # type: ignore[index]
    (folder / "mine.yaml").write_text(yaml.safe_dump(EXPERIMENTS))
    assert planned(folder) == again

"""Files of made-up runs, data and figures."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure

from grokscope import files
from grokscope.data.dataset import ImageDataset, write_dataset
from grokscope.results.sealed_tables import write_sealed
from report_made_up.film import made_up_film
from report_made_up.runs import SEEDS, settings, tables
from report_made_up.texts import EVIL, REPOSITORY

COMPARABLE = {
    **dict.fromkeys(("same_settings", "overlaid", "beside"), False),
    "reason": "x",
    "differences": ["model.width 100 instead of 400"],
    "remarks": [],
}
DISTANCE = {
    "file": "x.csv",
    "curve": f"test {EVIL}",
    "run": "mnist-mlp-d12-w400-n5000-init8-wd0.01",
    "unit": "fraction",
    "comparable": False,
    "differences": ["x"],
    "sentence": f"Ours is 3.1 points off {EVIL}.",
    "seeds": 3,
    "steps": 40,
    "median_absolute_difference": 0.031,
    "inside_band": 0.35,
    "events": {
        "complexity_peak": {"theirs": 4000, "ours": 5200.0, "seeds": 3, "decades": 0.114},
        "migration": {"theirs": None, "ours": None, "seeds": 0},
    },
}
"""How far the authors' curve lies from ours."""
CURVE = {
    **{key: DISTANCE[key] for key in ("file", "curve", "run", "unit")},
    "steps": [0.0, 10.0, 44.0],
    "authors": [0.1, None, 0.25],
    "ours": {"0": [0.1, 0.2, None], "3": [None, 0.5, 0.75]},
}
"""The authors' curve and ours as numbers."""


def write_json(path: Path, value: Any) -> str:
    """Write JSON, folders included."""
    files.write_json(path, value)
    return str(path)


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as the pipeline does, whatever its columns."""
    write_sealed(path, pa.Table.from_pandas(table, preserve_index=False), {})


def training_record(seeds: list[int]) -> dict[str, Any]:
    """A block's record."""
    machine = {"device": "cpu", "device_name": "Made-up CPU", "threads": 1}
    speed = {"wall_seconds": 123.4, "steps_per_second": 162.1}
    facts = {"torch": "2.14.1", "git_commit": "0123456789abcdef-dirty", **machine}
    return {"seeds": seeds, "finite": [True] * len(seeds), "parts": [{}], "provenance": facts, **speed}


def write_run(folder: Path, run: str, place: str) -> dict[str, Any]:
    """The files of a run below `folder`/`place`, and the parameters of its card."""
    home = folder / place
    (home / "tables").mkdir(parents=True, exist_ok=True)
    for name, table in tables(run).items():
        write_table(home / "tables" / f"{name}.parquet", table)
    return {
        "run": run,
        "tables_folder": str(home / "tables"),
        "settings_path": write_json(home / "settings.json", settings()),
        "training_paths": [
            write_json(home / f"seeds_{seed}" / "training.json", training_record([seed])) for seed in SEEDS
        ],
        "detectors": {"fit_accuracy": 0.99, "onset_share": 0.5},
    }


def write_data(folder: Path) -> str:
    """A made-up data set file with images of ten classes."""
    random = np.random.default_rng(1)
    images = random.integers(0, 256, size=(400, 1, 28, 28), dtype=np.uint8)
    labels = np.arange(400) % 10
    path = folder / "mnist.safetensors"
    write_dataset(ImageDataset("mnist", images, labels, images[:50], labels[:50]), path)
    return str(path)


def write_docs(folder: Path) -> str:
    """The project's documents without the numbers that runs have saved there."""
    docs = folder / "docs"
    docs.mkdir(exist_ok=True)
    for path in (REPOSITORY / "docs").glob("*.md"):
        shutil.copy(path, docs)
    return str(docs)


def write_figure(folder: Path, name: str) -> dict[str, str]:
    """The files of a figure that the report shows."""
    figure = Figure(figsize=(7, 4))
    figure.add_subplot().plot([0, 1, 4, 9])
    for kind in ("pdf", "png", "svg"):
        figure.savefig(folder / f"{name}.{kind}", dpi=200)
    measured = f"N = 500, depth 4; test accuracy 88.9 % (88.1 to 89.4) at step 20 000. N = 1000, depth 8; never {EVIL}."
    facts = {
        "alt": f"A curve that rises {EVIL}",
        "measured": measured,
        "comparable": COMPARABLE,
        "seeds": len(SEEDS),
        "distances": [DISTANCE],
        "curves": [CURVE],
    }
    if name.startswith("always_grok"):
        facts["film"] = made_up_film()
    made = write_json(folder / f"{name}.json", facts)
    return {kind: str(folder / f"{name}.{kind}") for kind in ("pdf", "png", "svg")} | {"json": made}

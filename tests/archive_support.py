"""Made-up measured blocks for the tests of grokscope.archive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from grokscope.archive.format import INDEX
from grokscope.archive.pack import MeasuredBlock, pack
from grokscope.config.blocks import block_name
from grokscope.config.metric_settings import metric_settings
from grokscope.files import CHECKSUM, json_checksum, sha256_of, write_json
from grokscope.metrics.tables import make_table, write_table
from grokscope.results.identity import metric_identity, training_identity
from training_support import small_settings

STEPS = [0, 1, 10, 44]
DATA = {"name": "mnist", "classes": 10}
MACHINE = {"device": "cpu", "device_name": "a processor", "threads": 1, "torch": "2.0"}
WIDTH = 12
RUN = "mnist-mlp"


def spectrum(random: np.random.Generator) -> np.ndarray:
    """Eigenvalues that fall over five decades, and a quarter of them that are rounding errors."""
    values = np.exp(-np.arange(WIDTH)) * random.lognormal(0, 0.2, WIDTH)
    values[-WIDTH // 4 :] = random.normal(0, 1e-18, WIDTH // 4)
    return np.sort(values)[::-1]


def accuracy(run: str, seeds: list[int], steps: list[int] = STEPS, shift: float = 0.0) -> pd.DataFrame:
    rows = [
        {"seed": seed, "step": step, "split": split, "accuracy": 0.1 + step / 100 + seed / 1000 + shift, "loss": 0.5}
        for step in steps
        for seed in seeds
        for split in ("train", "test")
    ]
    return make_table("accuracy", rows, run)


def spectra(run: str, seeds: list[int], steps: list[int] = STEPS) -> pd.DataFrame:
    rows = [
        {
            "seed": seed, "step": step, "split": "test", "layer": layer, "points": 50,
            "eigenvalues": spectrum(np.random.default_rng([seed, step, layer])),
        }
        for step in steps
        for seed in seeds
        for layer in (1, 2)
    ]  # fmt: skip
    return make_table("spectra", rows, run)


TABLES = {"accuracy": accuracy, "spectra": spectra}


def measured(
    folder: Path,
    seeds: list[int],
    run: str = RUN,
    metrics: tuple[str, ...] = ("accuracy", "spectra"),
    code: str = "code",
    machine: dict[str, Any] | None = None,
    options: dict[str, dict[str, Any]] | None = None,
    tables: dict[str, pd.DataFrame] | None = None,
    **changes: dict[str, Any],
) -> MeasuredBlock:
    """A block of made-up tables in `folder`; `changes` are those of the run's settings, `options` the metrics'."""
    settings = small_settings(**changes)
    training = training_identity(settings, seeds, DATA, code)
    paths, known = {}, {}
    for name in metrics:
        chosen = metric_settings(name, {"metric": name, **(options or {}).get(name, {})})
        identity = metric_identity(training, chosen, settings, DATA, code)
        paths[name] = str(folder / f"{name}.parquet")
        known[name] = chosen.model_dump(mode="json")
        write_table(paths[name], name, (tables or {}).get(name, TABLES[name](run, seeds)), identity)
    record = {"seeds": seeds, "wall_seconds": 1.5, "provenance": machine or MACHINE, "finite": [True] * len(seeds)}
    write_json(folder / "training.json", {**record, "identity": training, "settings": {}})
    return MeasuredBlock(
        run=run,
        paper="deep_grokking",
        variant="as_code",
        seeds=tuple(seeds),
        settings=settings.model_dump(mode="json"),
        metrics=known,
        tables=paths,
        training=str(folder / "training.json"),
    )


def packed(folder: Path, *blocks: MeasuredBlock, scale: str = "smoke") -> Path:
    """An archive of blocks."""
    pack(blocks, scale, folder)  # type: ignore[arg-type]
    return folder


def small_archive(folder: Path, seeds: list[int] | None = None, **options: Any) -> Path:
    """An archive of one made-up block."""
    chosen = [0, 1] if seeds is None else seeds
    return packed(folder / "archive", measured(folder / "measured" / block_name(chosen), chosen, **options))


def block_folder(archive: Path, seeds: str = "seeds_0-1", run: str = RUN) -> Path:
    return archive / "runs" / run / seeds


def rewrite(path: Path, change: Any) -> None:
    """Change a JSON file and give it the right checksum, as who edits it on purpose would."""
    content = json.loads(path.read_text())
    change(content)
    content[CHECKSUM] = json_checksum(content)
    path.write_text(json.dumps(content))


def reindex(archive: Path) -> None:
    """Make the index fit the files again."""

    def change(index: dict[str, Any]) -> None:
        for name, entry in index["files"].items():
            path = archive / name
            if path.is_file():
                entry.update(sha256=sha256_of(path), bytes=path.stat().st_size)

    rewrite(archive / INDEX, change)

"""What a run card shows: settings, training records and the run's tables."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as compute

from grokscope.files import MADE_AGAIN, read_json
from grokscope.report.card_variables import DATA_FOLDER_VARIABLE
from grokscope.report.charts import SHOWN_TABLES
from grokscope.results.sealed_tables import read_sealed
from grokscope.results.training_records import read_training_record

TABLES = (*SHOWN_TABLES, "events")


@dataclass(frozen=True)
class CardData:
    """Everything about one run; `tables` holds those that exist, `spectra` only those of the last checkpoint."""

    run: str
    scale: str
    settings: dict[str, Any]
    trainings: list[dict[str, Any]]
    tables: dict[str, pd.DataFrame]
    data_path: Path
    detectors: dict[str, Any] = field(default_factory=dict)

    @property
    def seeds(self) -> list[int]:
        """Seeds in any table, ascending."""
        return sorted({int(seed) for table in self.tables.values() for seed in table["seed"].unique()})


def read_card(
    run: str,
    tables_folder: str | os.PathLike[str],
    settings_path: str | os.PathLike[str],
    training_paths: Sequence[str | os.PathLike[str]],
    scale: str,
    detectors: dict[str, Any] | None = None,
    data_path: str | os.PathLike[str] | None = None,
) -> CardData:
    """Read a run's files; metrics that were not measured are simply not there.

    Without a `data_path` the data set is the one of the run's settings in the user's folder of data sets.
    """
    folder = Path(tables_folder)
    paths = {name: folder / f"{name}.parquet" for name in TABLES}
    tables = {name: read_sealed(path, MADE_AGAIN).to_pandas() for name, path in paths.items() if path.exists()}
    spectra = folder / "spectra.parquet"
    if spectra.exists():
        tables["spectra"] = _last_checkpoint(spectra)
    settings = read_json(settings_path)
    data = Path(data_path) if data_path else cached_dataset(settings["data"]["name"])
    return CardData(
        run, scale, settings, [read_training_record(path) for path in training_paths], tables, data, detectors or {}
    )


def cached_dataset(name: str) -> Path:
    """The file of a data set, if it is on this machine: in the folder of the environment variable or the usual one."""
    return Path(os.environ.get(DATA_FOLDER_VARIABLE) or "~/.cache/grokscope").expanduser() / f"{name}.safetensors"


def _last_checkpoint(path: Path) -> pd.DataFrame:
    """Rows of the last step alone: the spectra of all checkpoints can be large."""
    table = read_sealed(path, MADE_AGAIN)
    last = compute.max(table["step"])
    return table.filter(compute.equal(table["step"], last)).to_pandas() if last.is_valid else table.to_pandas()

"""The summary of a run: its tables with all seeds joined, its ranks and its events, as files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from grokscope.analysis.run_tables import RunTables, read_run_tables
from grokscope.config.detector_settings import DetectorSettings
from grokscope.errors import UserError
from grokscope.files import MADE_AGAIN
from grokscope.metrics.tables import write_table
from grokscope.results.sealed_tables import read_sealed, write_sealed

EVENTS_SCHEMA = pa.schema(
    [
        ("run", pa.string()),
        ("seed", pa.int64()),
        ("event", pa.string()),
        ("step", pa.float64()),
        ("last_step", pa.int64()),
        ("value", pa.float64()),
        ("state", pa.string()),
        ("earliest", pa.float64()),
        ("latest", pa.float64()),
        ("lost_share", pa.float64()),
        ("sharpness", pa.float64()),
        ("sharp", pa.bool_()),
    ]
)


def summarise_run(
    run: str,
    files: Mapping[str, Iterable[str | os.PathLike[str]]],
    seeds: Iterable[int],
    folder: str | os.PathLike[str],
    chance: Fraction | None,
    detectors: DetectorSettings | None = None,
    identity: Mapping[str, Any] | None = None,
    steps: Mapping[str, Iterable[int]] | None = None,
) -> RunTables:
    """Write <metric>.parquet, rank.parquet and events.parquet to `folder`; equal inputs give equal bytes.

    `files` holds the Parquet files of each metric, one for each block; `chance` is as in RunTables; `identity`
    is what the files that are written will say that they were made from; `steps` are those to keep of a metric. Raises
    UserError when a file is of another run or a seed is in none.
    """
    tables = read_run_tables(run, files, seeds, chance, detectors, steps)
    target = Path(folder)
    for name in [*tables.tables, *(["rank"] if "spectra" in tables.tables else [])]:
        write_table(target / f"{name}.parquet", tables.kinds.get(name, name), tables.table(name), identity)
    write_events(target / "events.parquet", tables.dated_events(), identity)
    return tables


def write_events(path: str | os.PathLike[str], events: pd.DataFrame, identity: Mapping[str, Any] | None = None) -> None:
    """Write a table of events, whole or not at all; equal tables give equal bytes."""
    table = pa.Table.from_pandas(events, schema=EVENTS_SCHEMA, preserve_index=False).replace_schema_metadata(None)
    write_sealed(path, table, identity or {})


def read_events(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read a table of events. Raises UserError when the file is none."""
    table = read_sealed(path, MADE_AGAIN)
    try:
        return table.select(EVENTS_SCHEMA.names).cast(EVENTS_SCHEMA).to_pandas()
    except (pa.ArrowException, KeyError) as error:
        raise UserError(f"{path}: not a table of events: {error}") from error

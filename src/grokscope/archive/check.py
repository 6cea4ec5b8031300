"""Read every table of an archive and hold it against its record."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from grokscope.archive.format import RANKS, ArchivedMetric
from grokscope.archive.open import REMEDY, Archive, ArchivedBlock, open_archive
from grokscope.errors import DamagedFile
from grokscope.metrics.registry import METRICS
from grokscope.metrics.tables import columns_of, read_table
from grokscope.results.identity import digest, without_code
from grokscope.results.sealed_arrays import read_sealed_arrays
from grokscope.results.sealed_tables import read_identity, read_sealed


def check_archive(folder: str | os.PathLike[str]) -> Archive:
    """Open an archive and read everything in it. Raises UserError with one line that names the file."""
    archive = open_archive(folder)
    for block in archive.blocks:
        _check_block(block)
    return archive


def _check_block(block: ArchivedBlock) -> None:
    record, path = block.record, Path(block.record_path)
    if digest(record.identity.get("seeds")) != digest(record.seeds):
        raise DamagedFile(path, "identity.seeds are not the seeds of the block", REMEDY)
    for name, metric in record.metrics.items():
        arrays = block.arrays_path(name)
        if arrays:
            read_sealed_arrays(arrays, REMEDY)
        table_path = Path(block.table_path(name))
        if read_identity(table_path, REMEDY) != metric.identity:
            raise DamagedFile(table_path, "it was not made from what the record says", REMEDY)
        if without_code(metric.identity["training"]) != without_code(record.identity):
            raise DamagedFile(path, f"metrics.{name}.identity is of another training", REMEDY)
        kind = str(metric.settings.get("metric"))
        if kind in METRICS and metric.columns == columns_of(kind):
            table = read_table(table_path, kind)
            _check_rows(table_path, table, block, metric)
            _check_ranks(block, name, table)
        elif read_sealed(table_path, REMEDY).column_names != metric.columns:  # a table that this program does not know
            raise DamagedFile(table_path, "its columns are not those of the record", REMEDY)


def _check_ranks(block: ArchivedBlock, name: str, spectra: pd.DataFrame) -> None:
    """The ranks beside spectra are of the same checkpoints and layers."""
    path = block.ranks_path(name)
    if path is None:
        return
    ranks, keys = read_table(path, RANKS), ["seed", "step", "split", "layer"]
    _check_seeds(Path(path), ranks, block)
    known, found = ({*map(tuple, table[keys].to_numpy().tolist())} for table in (spectra, ranks))
    if known != found:
        raise DamagedFile(path, "its ranks are not those of the spectra beside it", REMEDY)


def _check_rows(path: Path, table: pd.DataFrame, block: ArchivedBlock, metric: ArchivedMetric) -> None:
    if len(table) != metric.rows:
        raise DamagedFile(path, f"it has {len(table)} rows, while the record says {metric.rows}", REMEDY)
    for seed, rows in table.groupby("seed"):
        if sorted(int(step) for step in rows["step"].unique()) != metric.steps:
            raise DamagedFile(path, f"the steps of seed {seed} are not those of the record", REMEDY)
    _check_seeds(path, table, block)


def _check_seeds(path: Path, table: pd.DataFrame, block: ArchivedBlock) -> None:
    seeds = sorted(int(seed) for seed in table["seed"].unique())
    if seeds != block.record.seeds:
        raise DamagedFile(path, f"it holds seeds {seeds}, while the record says {block.record.seeds}", REMEDY)
    runs = set(table["run"].unique())
    if runs != {block.record.run}:
        raise DamagedFile(path, f"it holds run {min(runs)}, while the record says {block.record.run}", REMEDY)

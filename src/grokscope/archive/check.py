"""Read every table of an archive and hold it against its record."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from grokscope.archive.format import RANKS, ArchivedMetric
from grokscope.archive.open import REMEDY, Archive, ArchivedBlock, open_archive
from grokscope.errors import DamagedFile
from grokscope.metrics.registry import METRICS
from grokscope.metrics.tables import read_table
from grokscope.results.identity import digest, without_code
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
        table_path = Path(block.table_path(name))
        if read_identity(table_path, REMEDY) != metric.identity:
            raise DamagedFile(table_path, "it was not made from what the record says", REMEDY)
        if without_code(metric.identity["training"]) != without_code(record.identity):
            raise DamagedFile(path, f"metrics.{name}.identity is of another training", REMEDY)
        kind = str(metric.settings.get("metric"))
        if kind in METRICS:
            _check_rows(table_path, read_table(table_path, kind), block, metric)
        else:  # of a later program: its columns are not known here
            read_sealed(table_path, REMEDY)
        ranks = block.ranks_path(name)
        if ranks:
            _check_seeds(Path(ranks), read_table(ranks, RANKS), block)


def _check_rows(path: Path, table: pd.DataFrame, block: ArchivedBlock, metric: ArchivedMetric) -> None:
    if len(table) != metric.rows:
        raise DamagedFile(path, f"it has {len(table)} rows, while the record says {metric.rows}", REMEDY)
    if sorted(int(step) for step in table["step"].unique()) != metric.steps:
        raise DamagedFile(path, "its steps are not those of the record", REMEDY)
    _check_seeds(path, table, block)


def _check_seeds(path: Path, table: pd.DataFrame, block: ArchivedBlock) -> None:
    seeds = sorted(int(seed) for seed in table["seed"].unique())
    if seeds != block.record.seeds:
        raise DamagedFile(path, f"it holds seeds {seeds}, while the record says {block.record.seeds}", REMEDY)
    runs = set(table["run"].unique())
    if runs != {block.record.run}:
        raise DamagedFile(path, f"it holds run {min(runs)}, while the record says {block.record.run}", REMEDY)

"""Pack measured blocks into a new archive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from grokscope.archive.describe import write_descriptions
from grokscope.archive.format import (
    INDEX,
    RANKS,
    RECORD,
    RUNS,
    ArchivedMetric,
    Record,
    arrays_name,
    file_entry,
    index_of,
    ranks_name,
    table_name,
)
from grokscope.archive.spectra import SPECTRA, round_spectra
from grokscope.config.blocks import block_name
from grokscope.config.scales import Scale
from grokscope.files import CHECKSUM, read_json, write_json
from grokscope.metrics.tables import SCHEMAS, read_table, write_table
from grokscope.results.identity import Identity
from grokscope.results.sealed_tables import read_identity, write_sealed

FACTS_APART = frozenset({"identity", "settings", CHECKSUM})
"""Keys of a training's record that stand in the archive's record by themselves."""


@dataclass(frozen=True)
class MeasuredBlock:
    """A block of a run that has metric tables: what is packed.

    `tables` are the files by the name that a metric has in the run, `metrics` their settings; `training` is the path of
    the training's record, which need not be there.
    """

    run: str
    paper: str
    variant: str
    seeds: tuple[int, ...]
    settings: Mapping[str, Any]
    metrics: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, str]
    training: str
    arrays: Mapping[str, str] = field(default_factory=dict)
    """Files with the arrays of those metrics that have any."""

    @property
    def folder(self) -> str:
        """Its folder in the archive."""
        return f"{RUNS}/{self.run}/{block_name(self.seeds)}"


def pack(blocks: Iterable[MeasuredBlock], scale: Scale, folder: str | os.PathLike[str]) -> None:
    """Write an archive of `blocks` to `folder`, which must not be there. Raises DamagedFile for a damaged table."""
    base = Path(folder)
    base.mkdir(parents=True)
    records = {block.folder: _pack_block(block, base / block.folder) for block in blocks}
    write_index(base, scale, records)


def write_index(base: Path, scale: Scale, records: Mapping[str, Record]) -> None:
    """Write the index and the descriptions of what lies in the archive `base`."""
    write_descriptions(base, scale, records)
    listed = (path for path in sorted(base.rglob("*")) if path.is_file() and path.name != INDEX)
    files = {path.relative_to(base).as_posix(): file_entry(path) for path in listed}
    write_json(base / INDEX, index_of(scale, records, files).model_dump(mode="json"))


def write_record(folder: Path, record: Record) -> None:
    """Write the record of a block."""
    write_json(folder / RECORD, record.model_dump(mode="json"))


def _pack_block(block: MeasuredBlock, folder: Path) -> Record:
    folder.mkdir(parents=True)
    metrics, training = {}, {}
    for name, path in block.tables.items():
        metrics[name] = _pack_table(name, block.metrics[name], Path(path), folder, arrays=name in block.arrays)
        if name in block.arrays:
            shutil.copyfile(block.arrays[name], folder / arrays_name(name))
    if Path(block.training).is_file():
        training = {key: value for key, value in read_json(block.training).items() if key not in FACTS_APART}
    record = Record(
        run=block.run,
        paper=block.paper,
        variant=block.variant,
        seeds=list(block.seeds),
        settings=dict(block.settings),
        identity=next(iter(metrics.values())).identity["training"],
        training=training,
        metrics=metrics,
    )
    write_record(folder, record)
    return record


def _pack_table(name: str, settings: Mapping[str, Any], path: Path, folder: Path, *, arrays: bool) -> ArchivedMetric:
    """Copy a table as it is; spectra with fewer digits, and their ranks."""
    metric = str(settings["metric"])
    table, identity, bits = read_table(path, metric), read_identity(path), None
    if metric == SPECTRA:
        rounded = round_spectra(table)
        bits = rounded.bits
        _write_spectra(folder / table_name(name), rounded.spectra, identity)
        write_table(folder / ranks_name(name), RANKS, rounded.ranks, identity)
    else:
        shutil.copyfile(path, folder / table_name(name))
    steps = sorted(int(step) for step in table["step"].unique())
    return ArchivedMetric(
        identity=identity,
        settings=dict(settings),
        columns=list(table.columns),
        steps=steps,
        rows=len(table),
        rounded_bits=bits,
        arrays=arrays,
    )


def _write_spectra(path: Path, spectra: pd.DataFrame, identity: Identity) -> None:
    table = pa.Table.from_pandas(spectra, schema=SCHEMAS[SPECTRA], preserve_index=False)
    write_sealed(path, table.replace_schema_metadata(None), identity, split_lists=["eigenvalues"])

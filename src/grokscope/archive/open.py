"""Open an archive. Whatever is wrong with it is said in one line that names the file."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from grokscope.archive.format import (
    FORMAT,
    INDEX,
    RECORD,
    RUNS,
    VERSION,
    FileEntry,
    Index,
    Record,
    arrays_name,
    file_entry,
    ranks_name,
    table_name,
)
from grokscope.archive.install import half_updated
from grokscope.config.blocks import BLOCK_NAME, block_seeds
from grokscope.errors import DamagedFile, UserError
from grokscope.files import read_json

REMEDY = "get a whole copy of the archive"
Content = TypeVar("Content", bound=BaseModel)


@dataclass(frozen=True)
class ArchivedBlock:
    """One block of an archive."""

    archive: Path
    folder: str
    record: Record

    @property
    def name(self) -> str:
        """Name of the block, which says its seeds."""
        return PurePosixPath(self.folder).name

    @property
    def record_path(self) -> str:
        """Path of its record."""
        return str(self.archive / self.folder / RECORD)

    def table_path(self, metric: str) -> str:
        """Path of a metric table."""
        return str(self.archive / self.folder / table_name(metric))

    def ranks_path(self, metric: str) -> str | None:
        """Path of the ranks of spectra that were rounded; None for every other metric."""
        rounded = self.record.metrics[metric].rounded_bits is not None
        return str(self.archive / self.folder / ranks_name(metric)) if rounded else None

    def arrays_path(self, metric: str) -> str | None:
        """Path of the arrays that belong to a metric table; None where it has none."""
        return str(self.archive / self.folder / arrays_name(metric)) if self.record.metrics[metric].arrays else None

    def files(self) -> list[str]:
        """Its files, relative to the archive."""
        names = [RECORD]
        for metric, about in self.record.metrics.items():
            names += [table_name(metric)] if about.rounded_bits is None else [table_name(metric), ranks_name(metric)]
            names += [arrays_name(metric)] if about.arrays else []
        return [f"{self.folder}/{name}" for name in names]


@dataclass(frozen=True)
class Archive:
    """An archive whose index and records are in order."""

    folder: Path
    index: Index
    blocks: list[ArchivedBlock] = field(repr=False)

    @cached_property
    def by_run(self) -> dict[str, list[ArchivedBlock]]:
        """Key of a run -> its blocks, those with the lowest seeds first."""
        found: dict[str, list[ArchivedBlock]] = {}
        for block in sorted(self.blocks, key=lambda block: (block.record.seeds, block.folder)):
            found.setdefault(block.record.key, []).append(block)
        return found


def open_archive(folder: str | os.PathLike[str], *, hashes: bool = True) -> Archive:
    """Read the index and the records of an archive; with `hashes` compare every file with its sha256.

    Raises UserError where it is not an archive, or one of another version, and DamagedFile where a file is missing, was
    changed, is not listed or lies outside.
    """
    base = Path(folder)
    if half_updated(base.resolve()):
        raise UserError(
            f"{base}: an update of this archive was interrupted; publish or merge into it again to finish it"
        )
    if not (base / INDEX).is_file():
        raise UserError(
            f"{base / INDEX}: not there, so {base} is not an archive of results; make one with: make publish"
        )
    index = _index(base)
    for name, entry in index.files.items():
        _check_file(base, name, entry, hashes=hashes)
    _check_unlisted(base, index)
    return Archive(base, index, [_block(base, index, name) for name in index.blocks])


def _index(base: Path) -> Index:
    path = base / INDEX
    content = read_json(path, REMEDY)
    found = content.get("format"), content.get("version")
    if found[0] != FORMAT:
        raise UserError(f"{path}: format: {found[0]!r}, not {FORMAT!r}: this is not an archive of results")
    if found[1] != VERSION:
        raise UserError(
            f"{path}: version: {found[1]!r}, while this program reads version {VERSION}; use the release of grokscope "
            "that the archive's records name"
        )
    return _validated(Index, content, path)


def _validated(kind: type[Content], content: object, path: Path) -> Content:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise DamagedFile(path, f"{place}: {first['msg']}", REMEDY) from error


def _check_file(base: Path, name: str, entry: FileEntry, *, hashes: bool) -> None:
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts or "\\" in name or str(place) != name or ":" in name:
        raise DamagedFile(base / INDEX, f"files: {name!r} is not a plain path inside the archive", REMEDY)
    path = base / place
    if not path.resolve().is_relative_to(base.resolve()):
        raise DamagedFile(path, "a link leads out of the archive", REMEDY)
    if not path.is_file():
        raise DamagedFile(path, "it is not there, though the index names it", REMEDY)
    size = path.stat().st_size
    if size != entry.bytes:
        raise DamagedFile(path, f"it has {size} bytes, while the index says {entry.bytes}", REMEDY)
    if hashes and file_entry(path) != entry:
        raise DamagedFile(path, "its sha256 is not the one in the index", REMEDY)


def _check_unlisted(base: Path, index: Index) -> None:
    """A file of a run that the index does not know was put there by something else."""
    for path in sorted((base / RUNS).rglob("*")):
        name = path.relative_to(base).as_posix()
        if path.is_file() and not path.name.startswith(".") and name not in index.files:
            raise DamagedFile(path, "the index does not name it", f"remove it, or {REMEDY}")


def _block(base: Path, index: Index, name: str) -> ArchivedBlock:
    parts = PurePosixPath(name).parts
    if len(parts) != 3 or parts[0] != RUNS or not BLOCK_NAME.match(parts[2]):
        raise DamagedFile(base / INDEX, f"blocks: {name!r} is not of the form {RUNS}/<run>/seeds_<seeds>", REMEDY)
    if f"{name}/{RECORD}" not in index.files:
        raise DamagedFile(base / INDEX, f"blocks: {name} has no {RECORD} among the files", REMEDY)
    path = base / name / RECORD
    block = ArchivedBlock(base, name, _validated(Record, read_json(path, REMEDY), path))
    if block.record.seeds != block_seeds(block.name):
        raise DamagedFile(path, f"seeds: {block.record.seeds} are not those of the folder {block.name}", REMEDY)
    for file in block.files():
        if file not in index.files:
            raise DamagedFile(path, f"metrics: {PurePosixPath(file).name} is not among the archive's files", REMEDY)
    return block

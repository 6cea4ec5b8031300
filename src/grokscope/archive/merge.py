"""Merge archives: other seeds, other machines, other figures. Nothing is lost, and nothing half-merged is left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from grokscope.archive.agreement import ARITHMETIC, agreements, tolerance_between
from grokscope.archive.check import check_archive
from grokscope.archive.format import (
    RUNS,
    ArchivedMetric,
    Record,
    arrays_name,
    metric_key,
    ranks_name,
    table_name,
)
from grokscope.archive.install import new_content, remember_old, sole_writer
from grokscope.archive.open import Archive, ArchivedBlock
from grokscope.archive.pack import write_index, write_record
from grokscope.config.blocks import block_name
from grokscope.errors import UserError
from grokscope.metrics.registry import METRICS
from grokscope.metrics.tables import read_table
from grokscope.results.identity import digest


@dataclass(frozen=True)
class Merged:
    """What a merge did: blocks in the archive, how many of them are new, and how many have more tables than before."""

    blocks: int
    new: int
    extended: int


@dataclass
class MergedBlock:
    """A block of the result: its record, and where each of its tables comes from."""

    record: Record
    tables: dict[str, str] = field(default_factory=dict)

    def add(self, block: ArchivedBlock) -> bool:
        """Add the tables of a block of the same training; returns whether any of them was missing.

        A metric whose checkpoints are all there already adds nothing. Another metric of the same name, or one at other
        checkpoints, is kept beside it under a name of its own.
        """
        added = False
        for name, about in block.record.metrics.items():
            metrics = self.record.metrics
            key = metric_key(about.identity)
            same = [known for known, other in metrics.items() if metric_key(other.identity) == key]
            if any(set(metrics[known].steps) >= set(about.steps) for known in same):
                continue
            replaced = [known for known in same if set(metrics[known].steps) < set(about.steps)]
            kept = replaced[0] if replaced else name
            if kept in metrics and not replaced:
                kept = f"{name}_{digest([key, about.steps])[:8]}"
            self._set(kept, about, block, name)
            added = True
        return added

    def _set(self, kept: str, about: ArchivedMetric, block: ArchivedBlock, name: str) -> None:
        self.record.metrics[kept] = about
        self.tables[table_name(kept)] = block.table_path(name)
        for named, path in ((ranks_name, block.ranks_path(name)), (arrays_name, block.arrays_path(name))):
            self.tables.pop(named(kept), None)
            if path:
                self.tables[named(kept)] = path


def merge_archives(
    sources: Sequence[str | os.PathLike[str]],
    target: str | os.PathLike[str],
    names: Mapping[Path, str] | None = None,
) -> Merged:
    """Merge archives of one scale into `target`, which may be one of them.

    A seed that is in two of them has to agree (`grokscope.archive.agreement`). `names` are words for sources whose
    paths mean nothing to a reader. Raises UserError, with everything as it was, where a seed does not agree, where a
    source is damaged, and where `target` is something else.
    """
    goal = Path(target).resolve()
    paths = list(dict.fromkeys(Path(source).resolve() for source in sources))
    if goal.exists() and goal not in paths:
        raise UserError(f"{goal}: already there and not among the archives to merge; name it too, or another folder")
    with sole_writer(goal):
        archives = [check_archive(path) for path in paths]
        _refuse_other_scales(archives)
        blocks = [block for archive in archives for block in archive.blocks]
        _refuse_disagreement(blocks, names or {})
        merged = _merged(blocks)
        before = {block.folder: block for archive in archives if archive.folder == goal for block in archive.blocks}
        new = [name for name in merged if name not in before]
        extended = [name for name, block in merged.items() if name in before and block.record != before[name].record]
        if new or extended or not before:
            with new_content(goal) as folder:
                remember_old(goal)
                for name, block in merged.items():
                    _write_block(block, folder / name)
                write_index(folder, archives[0].index.scale, {name: block.record for name, block in merged.items()})
                check_archive(folder)
    return Merged(len(merged), len(new), len(extended))


def _refuse_other_scales(archives: Sequence[Archive]) -> None:
    scales = {archive.index.scale: archive.folder for archive in archives}
    if len(scales) > 1:
        (one, first), (other, second) = list(scales.items())[:2]
        raise UserError(f"{second}: holds {other} scale, while {first} holds {one}; archives of one scale are merged")


def _refuse_disagreement(blocks: Sequence[ArchivedBlock], names: Mapping[Path, str]) -> None:
    for first, second in combinations(blocks, 2):
        common = sorted({*first.record.seeds} & {*second.record.seeds})
        if common and first.record.key == second.record.key and first.archive != second.archive:
            _compare(first, second, common, names)


def _compare(first: ArchivedBlock, second: ArchivedBlock, seeds: Sequence[int], names: Mapping[Path, str]) -> None:
    for name, own in first.record.metrics.items():
        kind = str(own.settings.get("metric"))
        for other_name, other in second.record.metrics.items():
            if kind not in METRICS or metric_key(own.identity) != metric_key(other.identity):
                continue
            tables = read_table(first.table_path(name), kind), read_table(second.table_path(other_name), kind)
            tolerance = tolerance_between(_facts(first, own), _facts(second, other))
            for seed in seeds:
                for found in agreements(kind, *tables, seed):
                    if not found.holds(tolerance):
                        raise UserError(
                            f"{_place(second, names)}: run {second.record.run}, seed {seed}, metric {name}, step "
                            f"{found.step}: {found.column} is {found.second!r}, while {_place(first, names)} has "
                            f"{found.first!r}; nothing was merged: find out which is right, and leave the other out"
                        )


def _facts(block: ArchivedBlock, metric: ArchivedMetric) -> dict[str, Any]:
    return block.record.model_dump() | {"metric_code": metric.identity["metric"].get("code")}


def _place(block: ArchivedBlock, names: Mapping[Path, str]) -> str:
    return names.get(block.archive, str(block.archive / block.folder))


def _merged(blocks: Sequence[ArchivedBlock]) -> dict[str, MergedBlock]:
    """Blocks by their folder. Tables of the same training (run, seeds, code and arithmetic) become one block."""
    folders: dict[str, str] = {}
    trained: dict[str, str] = {}
    merged: dict[str, MergedBlock] = {}
    for block in blocks:
        record = block.record
        key = digest([record.key, record.run])
        run = folders.get(key) or _free(record, set(folders.values()))
        folders[key] = run
        training = digest([key, record.seeds, record.identity.get("code"), _arithmetic(record)])
        name = trained.get(training) or _free_block(f"{RUNS}/{run}/{block_name(record.seeds)}", training, merged)
        if name not in merged:
            if _is_covered(block, merged):
                continue
            merged[name] = MergedBlock(record.model_copy(update={"metrics": {}}))
            trained[training] = name
        merged[name].add(block)
    return merged


def _is_covered(block: ArchivedBlock, merged: Mapping[str, MergedBlock]) -> bool:
    """Whether one block has all that this one has, of the same seeds: the same training on another machine, for
    example, which agrees.
    """
    return any(
        (known.record.key, known.record.seeds) == (block.record.key, block.record.seeds)
        and not MergedBlock(known.record.model_copy(update={"metrics": dict(known.record.metrics)})).add(block)
        for known in merged.values()
    )


def _free(record: Record, taken: set[str]) -> str:
    """The folder of a run: its name, and the digest of its settings where another run has this name."""
    return record.run if record.run not in taken else f"{record.run}-{record.key[:8]}"


def _free_block(name: str, training: str, merged: Mapping[str, MergedBlock]) -> str:
    """The folder of a block; where another training has it, one beside it."""
    if name not in merged:
        return name
    runs, run, block = Path(name).parts
    return f"{runs}/{run}-{training[:8]}/{block}"


def _arithmetic(record: Record) -> list[Any]:
    facts = record.training.get("provenance") or {}
    return [facts.get(fact) for fact in ARITHMETIC]


def _write_block(block: MergedBlock, folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, path in block.tables.items():
        shutil.copyfile(path, folder / name)
    write_record(folder, block.record)

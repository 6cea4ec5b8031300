"""Merge archives: other seeds, other machines, other figures. Nothing is lost, and nothing half-merged is left."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from grokscope.archive.agreement import Tolerance, agreements, tolerance_between
from grokscope.archive.check import check_archive
from grokscope.archive.format import RUNS, ArchivedMetric, Record, metric_key, ranks_name, table_name
from grokscope.archive.open import ArchivedBlock
from grokscope.archive.pack import write_index, write_record
from grokscope.errors import UserError
from grokscope.metrics.registry import METRICS
from grokscope.metrics.tables import read_table


@dataclass
class MergedBlock:
    """A block of the result: its record, and where each of its tables comes from."""

    record: Record
    tables: dict[str, str] = field(default_factory=dict)

    def add(self, block: ArchivedBlock, name: str, about: ArchivedMetric) -> None:
        """Add a table, unless one of the same metric and the same checkpoints, or more of them, is there already.

        Another metric of the same name is kept beside it, under a name of its own.
        """
        metrics = self.record.metrics
        same = [known for known, other in metrics.items() if metric_key(other.identity) == metric_key(about.identity)]
        if same and not set(about.steps) > set(metrics[same[0]].steps):
            return
        kept = same[0] if same else f"{name}_{metric_key(about.identity)[:8]}" if name in metrics else name
        metrics[kept] = about
        self.tables[table_name(kept)] = block.table_path(name)
        ranks = block.ranks_path(name)
        if ranks:
            self.tables[ranks_name(kept)] = ranks


def merge_archives(sources: Sequence[str | os.PathLike[str]], target: str | os.PathLike[str]) -> int:
    """Merge archives of one scale into `target`, which may be one of them; returns how many blocks it has then.

    A seed that is in two of them has to agree (`grokscope.archive.agreement`). Raises UserError, with everything as it
    was, where it does not, where a source is damaged, and where `target` is something else.
    """
    goal = Path(target)
    paths = list(dict.fromkeys(Path(source).resolve() for source in sources))
    if goal.exists() and goal.resolve() not in paths:
        raise UserError(f"{goal}: already there and not among the archives to merge; name it too, or another folder")
    archives = [check_archive(path) for path in paths]
    scales = {archive.index.scale: archive.folder for archive in archives}
    if len(scales) > 1:
        (one, first), (other, second) = list(scales.items())[:2]
        raise UserError(f"{second}: holds {other} scale, while {first} holds {one}; archives of one scale are merged")
    blocks = [block for archive in archives for block in archive.blocks]
    _refuse_disagreement(blocks)
    merged = _merged(blocks)
    with _replaced(goal) as folder:
        for name, block in merged.items():
            _write_block(block, folder / name)
        write_index(folder, archives[0].index.scale, {name: block.record for name, block in merged.items()})
        check_archive(folder)
    return len(merged)


def _refuse_disagreement(blocks: Sequence[ArchivedBlock]) -> None:
    for first, second in combinations(blocks, 2):
        common = sorted({*first.record.seeds} & {*second.record.seeds})
        if common and first.record.key == second.record.key and first.archive != second.archive:
            tolerance = tolerance_between(first.record.model_dump(), second.record.model_dump())
            _compare(first, second, common, tolerance)


def _compare(first: ArchivedBlock, second: ArchivedBlock, seeds: Sequence[int], tolerance: Tolerance) -> None:
    for name, own in first.record.metrics.items():
        others = [
            key for key, other in second.record.metrics.items() if _measures_the_same(own.identity, other.identity)
        ]
        kind = str(own.settings.get("metric"))
        if not others or kind not in METRICS:
            continue
        tables = read_table(first.table_path(name), kind), read_table(second.table_path(others[0]), kind)
        for seed in seeds:
            for found in agreements(kind, *tables, seed):
                if not found.holds(tolerance):
                    raise UserError(
                        f"{second.archive / second.folder}: run {second.record.run}, seed {seed}, metric {name}, step "
                        f"{found.step}: {found.column} is {found.second!r}, while {first.archive / first.folder} has "
                        f"{found.first!r}; nothing was merged: find out which is right, and leave the other out"
                    )


def _measures_the_same(one: dict[str, object], other: dict[str, object]) -> bool:
    return metric_key(one) == metric_key(other)


def _merged(blocks: Sequence[ArchivedBlock]) -> dict[str, MergedBlock]:
    """Blocks by their folder. The same seeds of one run become one block, which has the tables of both."""
    merged: dict[str, MergedBlock] = {}
    for block in blocks:
        name = block.folder
        if name in merged and merged[name].record.key != block.record.key:
            run, seeds = Path(name).parts[1:]  # two runs of one name: the second gets the digest of its settings
            name = f"{RUNS}/{run}-{block.record.key[:8]}/{seeds}"
        known = merged.setdefault(name, MergedBlock(block.record.model_copy(update={"metrics": {}})))
        for metric, about in block.record.metrics.items():
            known.add(block, metric, about)
    return merged


def _write_block(block: MergedBlock, folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, path in block.tables.items():
        shutil.copyfile(path, folder / name)
    write_record(folder, block.record)


@contextmanager
def _replaced(goal: Path) -> Iterator[Path]:
    """A new folder beside `goal` that takes its place once it is whole; what was there is kept until then."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{goal.name}-", dir=goal.parent))
    try:
        new, old = work / "new", work / "old"
        new.mkdir()
        yield new
        if goal.exists():
            goal.rename(old)
        try:
            new.rename(goal)
        except OSError:
            if old.exists():
                old.rename(goal)
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)

"""All tables of one run, its blocks joined, with what is derived from them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from grokscope.analysis.events.table import detect_events
from grokscope.config.detector_settings import DetectorSettings
from grokscope.errors import UserError
from grokscope.metrics.rank import rank_table
from grokscope.metrics.tables import key_columns_of, read_table


@dataclass
class RunTables:
    """Metric tables of one run with all wanted seeds (docs/architecture.md); `classes` are those of its data set."""

    run: str
    tables: dict[str, pd.DataFrame]
    classes: int
    detectors: DetectorSettings = field(default_factory=DetectorSettings)
    _derived: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def has(self, name: str) -> bool:
        """Whether `table(name)` can be given."""
        return name in self.tables or (name == "rank" and "spectra" in self.tables)

    def table(self, name: str) -> pd.DataFrame:
        """A measured table, or `rank`, derived from `spectra`; do not change it. Raises UserError if missing."""
        if name in self.tables:
            return self.tables[name]
        if name in self._derived:
            return self._derived[name]
        if not self.has(name):
            raise UserError(f"run {self.run}: metric {name} is not measured")
        self._derived[name] = rank_table(self.tables["spectra"])
        return self._derived[name]

    def events(self) -> pd.DataFrame:
        """Columns run, seed, event, step (NaN when absent), last_step, value; see `grokscope.analysis.events`."""
        if "events" not in self._derived:
            known = dict(self.tables) | ({"rank": self.table("rank")} if self.has("rank") else {})
            self._derived["events"] = detect_events(self.run, known, self.detectors, self.classes)
        return self._derived["events"]

    def seeds(self) -> list[int]:
        """Seeds in any of the tables, ascending."""
        return sorted({int(seed) for table in self.tables.values() for seed in table["seed"].unique()})

    def with_detectors(self, detectors: DetectorSettings) -> RunTables:
        """The same tables under other thresholds; the ranks are shared, the events are not."""
        kept = {name: table for name, table in self._derived.items() if name != "events"}
        return RunTables(self.run, self.tables, self.classes, detectors, kept)


def read_run_tables(
    run: str,
    files: Mapping[str, Iterable[str | os.PathLike[str]]],
    seeds: Iterable[int],
    classes: int,
    detectors: DetectorSettings | None = None,
) -> RunTables:
    """Join the blocks' files of every metric and keep the wanted seeds, sorted by the table's keys.

    `files` holds the Parquet files of each metric, one for each block; `classes` are those of the run's data set.
    Raises UserError when a file is of another run or a seed is in none.
    """
    wanted = sorted(set(seeds))
    tables = {metric: _join(run, metric, paths, wanted) for metric, paths in files.items()}
    return RunTables(run, tables, classes, detectors or DetectorSettings())


def _join(run: str, metric: str, paths: Iterable[str | os.PathLike[str]], seeds: list[int]) -> pd.DataFrame:
    missing, parts = set(seeds), []
    for path in paths:
        block = read_table(path, metric)
        others = set(block["run"].unique()) - {run}
        if others:
            raise UserError(f"{path}: holds run {min(others)}, not {run}")
        parts.append(block[block["seed"].isin(missing)])  # a seed in two blocks is taken from the first
        missing -= set(block["seed"].unique())
    if missing:
        raise UserError(f"run {run}: metric {metric}: no file holds seed {min(missing)}")
    joined = pd.concat(parts, ignore_index=True)
    return joined.sort_values(key_columns_of(metric), kind="stable", ignore_index=True)

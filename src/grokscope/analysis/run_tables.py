"""All tables of one run, its blocks joined, with what is derived from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import pandas as pd

from grokscope.analysis.block_tables import read_block_ranks, read_block_table
from grokscope.analysis.events.table import dated_events, detect_accuracy_events, detect_events
from grokscope.archive.format import RANKS, ranks_name
from grokscope.config.detector_settings import DetectorSettings
from grokscope.errors import UserError
from grokscope.metrics.rank import rank_table
from grokscope.metrics.registry import METRICS
from grokscope.metrics.tables import DAMAGED_TABLE, key_columns_of
from grokscope.results.sealed_tables import read_identity

Remembered = TypeVar("Remembered")


@dataclass
class RunTables:
    """Metric tables of one run, all wanted seeds together; columns as in docs/architecture.md. `chance` is
    the accuracy that needs no input, None for a task without classes.
    """

    run: str
    tables: dict[str, pd.DataFrame]
    chance: Fraction | None
    detectors: DetectorSettings = field(default_factory=DetectorSettings)
    kinds: dict[str, str] = field(default_factory=dict)
    """The metric of each table, where that is not its name."""
    ranks: pd.DataFrame | None = field(default=None, repr=False)
    """Table `rank` where it is not derived from the spectra in `tables`, since these were rounded."""
    _derived: dict[str, pd.DataFrame] = field(default_factory=dict, init=False, repr=False, compare=False)
    _remembered: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    _under: dict[str, RunTables] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The same tables under other thresholds, by these; one mapping for all of them."""

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
        self._derived[name] = self.ranks if self.ranks is not None else rank_table(self.tables["spectra"])
        return self._derived[name]

    def events(self) -> pd.DataFrame:
        """Columns run, seed, event, step (NaN: absent), last_step, value, state; see `grokscope.analysis.events`."""
        return self.remember("events", lambda: detect_events(self.run, self._known(), self.detectors, self.chance))

    def accuracy_events(self) -> pd.DataFrame:
        """The rows of `events` that tell of accuracy."""
        return self.remember(
            "accuracy events",
            lambda: detect_accuracy_events(self.run, self._known(), self.detectors, self.chance),
        )

    def dated_events(self) -> pd.DataFrame:
        """The same with how well each event is dated, in the columns earliest, latest, lost_share, sharpness, sharp."""
        return dated_events(self.run, self._known(), self.detectors, self.chance)

    def _known(self) -> dict[str, pd.DataFrame]:
        return dict(self.tables) | ({"rank": self.table("rank")} if self.has("rank") else {})

    def seeds(self) -> list[int]:
        """Seeds in any of the tables, ascending."""
        return list(self.remember("seeds", lambda: sorted(self._seeds())))

    def _seeds(self) -> set[int]:
        return {int(seed) for table in self.tables.values() for seed in table["seed"].unique()}

    def remember(self, key: Hashable, make: Callable[[], Remembered]) -> Remembered:
        """What `make` gives, made once for a key: claims of one run date the same events under the same thresholds. Do
        not change it.
        """
        if key not in self._remembered:
            self._remembered[key] = make()
        return cast(Remembered, self._remembered[key])

    def with_detectors(self, detectors: DetectorSettings) -> RunTables:
        """The same tables under other thresholds; the ranks are shared, the events are not."""
        thresholds = detectors.model_dump_json()
        if thresholds not in self._under:
            other = replace(self, detectors=detectors)
            other._derived, other._under = self._derived, self._under
            self._under[thresholds] = other
        return self._under[thresholds]


def read_run_tables(
    run: str,
    files: Mapping[str, Iterable[str | os.PathLike[str]]],
    seeds: Iterable[int] | Mapping[str, Iterable[int]],
    chance: Fraction | None,
    detectors: DetectorSettings | None = None,
    steps: Mapping[str, Iterable[int]] | None = None,
) -> RunTables:
    """Join the blocks' files of every metric and keep the wanted seeds, sorted by the table's keys.

    `files` holds the Parquet files of each metric, one for each block, and `seeds` the wanted seeds, by metric where
    these differ; `chance` is as in RunTables; `steps` are those to keep of metrics of which a file may have more.
    Raises UserError when a file is of another run or a seed is in none.
    """
    kept, every = dict(steps or {}), None if isinstance(seeds, Mapping) else sorted(set(seeds))
    given = {name: list(paths) for name, paths in files.items()}
    kinds = {name: _metric_of(name, paths) for name, paths in given.items()}
    tables, ranks = {}, None
    for name, paths in given.items():
        wanted = every if every is not None else sorted(set(cast(Mapping[str, Iterable[int]], seeds)[name]))
        read = partial(read_block_table, metric=kinds[name], steps=kept.get(name))
        tables[name] = _join(run, name, kinds[name], paths, wanted, read)
        if name == "spectra" and any(Path(path).with_name(ranks_name(Path(path).stem)).is_file() for path in paths):
            read = partial(read_block_ranks, steps=kept.get(name))
            ranks = _join(run, RANKS, RANKS, paths, wanted, read)
    return RunTables(run, tables, chance, detectors or DetectorSettings(), kinds, ranks)


def _metric_of(name: str, paths: list[str | os.PathLike[str]]) -> str:
    """The metric that is measured under a name; where that is not the metric's own, its tables say what it is."""
    if name in METRICS or not paths:
        return name
    metric = (read_identity(paths[0], DAMAGED_TABLE).get("metric") or {}).get("metric")
    if metric not in METRICS:
        raise UserError(f"{paths[0]}: does not say which metric is measured under the name {name}; {DAMAGED_TABLE}")
    return str(metric)


def _join(
    run: str,
    name: str,
    metric: str,
    paths: Iterable[str | os.PathLike[str]],
    seeds: list[int],
    read: Callable[..., pd.DataFrame],
) -> pd.DataFrame:
    missing, parts = set(seeds), []
    for path in paths:
        block = read(path, run=run)
        parts.append(block[block["seed"].isin(missing)])  # a seed in two blocks is taken from the first
        missing -= set(block["seed"].unique())
    if missing:
        raise UserError(f"run {run}: metric {name}: no file holds seed {min(missing)}")
    joined = pd.concat(parts, ignore_index=True)
    # the definitions of a spectrum stay in the order in which they are derived
    keys = [key for key in key_columns_of(metric) if key != "definition"]
    return joined.sort_values(keys, kind="stable", ignore_index=True)

"""What a figure or a claim gets: its runs' tables and settings, and the authors' values."""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pandas as pd

from grokscope.analysis.reference import read_reference
from grokscope.analysis.run_arrays import RunArrays, read_run_arrays
from grokscope.analysis.run_tables import RunTables, read_run_tables
from grokscope.config.detector_settings import DetectorSettings
from grokscope.data.registry import chance_of
from grokscope.errors import UserError
from grokscope.metrics.tables import make_table

MetricFiles = Mapping[str, Mapping[str, Iterable[str | os.PathLike[str]]]]
SeedsByTable = Mapping[str, Mapping[str, Sequence[int]]]
"""Run -> metric -> seeds."""


@dataclass
class ItemInputs:
    """A figure or claim (`item`, as `PlannedItem.as_dict()` gives it) and the data it needs."""

    item: dict[str, Any]
    scale: str
    runs: dict[str, RunTables]
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    reference: dict[str, pd.DataFrame] = field(default_factory=dict)
    published: list[dict[str, Any] | None] = field(default_factory=list)
    """Settings and metrics at which the paper's authors trained each member, in the order of `members`; None where that
    is not known.
    """
    metric_files: MetricFiles = field(default_factory=dict)
    """The files that the tables were read from, beside which arrays lie."""
    seeds: list[int] = field(default_factory=list)
    """The wanted seeds."""
    seeds_by_table: SeedsByTable = field(default_factory=dict)
    """Those of each table, where tables differ in them."""

    def arrays(self, run: str, metric: str) -> RunArrays:
        """The arrays that a metric of this name keeps of a run, read when they are asked for. Raises FileNotFoundError
        where it keeps none.
        """
        declared = self.runs[run].kinds.get(metric, metric)
        return read_run_arrays(run, declared, self.metric_files[run][metric], self._seeds(run, metric))

    def _seeds(self, run: str, metric: str) -> Sequence[int]:
        return self.seeds_by_table[run][metric] if self.seeds_by_table else self.seeds

    @property
    def members(self) -> list[dict[str, Any]]:
        """Dicts {run, sweep, axes, positions}; a run may be in several."""
        return list(self.item["members"])

    def select(self, where: Mapping[str, int] | None = None, sweep: str | None = None) -> list[dict[str, Any]]:
        """Members at these positions on their axes. Raises UserError when an axis is unknown or no member is left."""
        wanted = dict(where or {})
        for axis in wanted:
            if not any(axis in member["positions"] for member in self.members):
                raise UserError(f"{self.item['name']}: parameters.where: {axis!r} is no axis of its sweeps")
        found = [
            member
            for member in self.members
            if sweep in (None, member["sweep"])
            and all(member["positions"].get(axis) == position for axis, position in wanted.items())
        ]
        if not found:
            raise UserError(f"{self.item['name']}: parameters.where: no run at {wanted}")
        return found

    def select_run(self, where: Mapping[str, int] | None = None) -> RunTables:
        """The only run at these positions. Raises UserError when there is none or more than one."""
        runs = {member["run"] for member in self.select(where)}
        if len(runs) > 1:
            raise UserError(f"{self.item['name']}: parameters.where: selects {len(runs)} runs instead of one")
        return self.runs[runs.pop()]

    def with_detectors(self, detectors: DetectorSettings) -> ItemInputs:
        """The same data under other detector thresholds."""
        return replace(self, runs={run: tables.with_detectors(detectors) for run, tables in self.runs.items()})


class SharedRuns:
    """The runs that were read last, so that claims of one run share its tables and what was found in them."""

    MOST = 24
    """More than any sweep of a headline figure has; the tables of all runs would take gigabytes."""

    def __init__(self) -> None:
        self._runs: OrderedDict[str, RunTables] = OrderedDict()

    def read(
        self,
        run: str,
        files: Mapping[str, Iterable[str | os.PathLike[str]]],
        seeds: Sequence[int] | Mapping[str, Sequence[int]],
        chance: Fraction | None,
        detectors: DetectorSettings | None,
        steps: Mapping[str, Iterable[int]] | None,
    ) -> RunTables:
        """As `read_run_tables`."""
        paths = {metric: [os.fspath(path) for path in given] for metric, given in files.items()}
        kept = {metric: list(given) for metric, given in (steps or {}).items()}
        thresholds = (detectors or DetectorSettings()).model_dump_json()
        key = json.dumps([run, paths, seeds, str(chance), thresholds, kept], sort_keys=True)
        if key not in self._runs:
            self._runs[key] = read_run_tables(run, paths, seeds, chance, detectors, kept)
            while len(self._runs) > self.MOST:
                self._runs.popitem(last=False)
        self._runs.move_to_end(key)
        return self._runs[key]


def read_item_inputs(
    item: dict[str, Any],
    scale: str,
    metric_files: MetricFiles,
    settings: Mapping[str, dict[str, Any]],
    reference_folder: str | os.PathLike[str] | None,
    seeds: Iterable[int] | SeedsByTable,
    detectors: DetectorSettings | None = None,
    published: Sequence[dict[str, Any] | None] = (),
    steps: Mapping[str, Mapping[str, Iterable[int]]] | None = None,
    shared: SharedRuns | None = None,
) -> ItemInputs:
    """Read what `item` needs.

    `metric_files[run][metric]` are the Parquet files of the run's blocks; the item's members must all be there.
    `settings[run]` are the resolved settings, which name the task; `published` has for each member those of the
    paper; `steps[run][metric]` are the steps to keep where a file may have more. The reference files are those that the
    item's settings name; None as folder leaves them out. `seeds` are the wanted ones, by table where tables differ in
    them; a table without any is empty. `shared` are the runs that items before this one have read.
    Raises UserError when a run, file or seed is missing.
    """
    by_table = seeds if isinstance(seeds, Mapping) else {}
    listed = (seed for of_run in by_table.values() for of in of_run.values() for seed in of) if by_table else seeds
    wanted = sorted(set(cast(Iterable[int], listed)))
    absent = [member["run"] for member in item["members"] if member["run"] not in metric_files]
    if absent:
        raise UserError(f"{item['name']}: no metric files of run {absent[0]}")
    shared = SharedRuns() if shared is None else shared
    runs = {}
    for run in dict.fromkeys(member["run"] for member in item["members"]):
        about, files = settings.get(run, {}), metric_files[run]
        there = {name: paths for name, paths in files.items() if not by_table or by_table[run][name]}
        of_run = by_table[run] if by_table else wanted
        found = shared.read(run, there, of_run, chance_of(about, run), detectors, (steps or {}).get(run))
        kinds = {name: str(about["metrics"][name]["metric"]) for name in files if name not in there}
        empty = {name: make_table(kind, [], run) for name, kind in kinds.items()}
        runs[run] = replace(found, tables=found.tables | empty, kinds=found.kinds | kinds) if empty else found
    names = item["settings"].get("reference") or []
    reference = (
        {} if reference_folder is None else {name: read_reference(Path(reference_folder) / name) for name in names}
    )
    known = {run: dict(settings.get(run, {})) for run in runs}
    return ItemInputs(item, scale, runs, known, reference, list(published), metric_files, wanted, by_table)

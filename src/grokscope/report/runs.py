"""Runs as the pages show them."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from grokscope.config.run_settings import RunSettings
from grokscope.files import MADE_AGAIN, read_json
from grokscope.report.seed_dates import NEVER, Dates, over_seeds, seed_dates
from grokscope.report.wording import commit, duration, file_name, listing
from grokscope.results.sealed_tables import read_sealed
from grokscope.results.training_records import read_training_record


@dataclass(frozen=True)
class Run:
    """One run: settings, what its seeds ended at, and where its files are."""

    id: str
    paper: str
    variant: str
    settings: Mapping[str, Any]
    metrics: Mapping[str, Any]
    seeds: tuple[int, ...]
    trainings: tuple[dict[str, Any], ...]
    final_by_seed: Mapping[str, tuple[float, ...]]  # split -> accuracy of every seed at the last step
    dates: Dates
    tables_folder: Path | None
    card_source: Path | None

    @property
    def page(self) -> str:
        """Path of its page in the report."""
        return f"runs/{file_name(self.id)}.html"

    @property
    def archive(self) -> str:
        """Path of its tables in the report."""
        return f"runs/{file_name(self.id)}.zip"

    @property
    def numbers(self) -> str:
        """Path in the report of the script that holds what its page draws."""
        return f"runs/{file_name(self.id)}.js"

    @property
    def card(self) -> str | None:
        """Path of its card in the report."""
        return f"cards/{file_name(self.id)}.html" if self.card_source else None

    @property
    def final_accuracy(self) -> dict[str, float]:
        """Split -> median over seeds at the last step."""
        return {split: statistics.median(values) for split, values in self.final_by_seed.items() if values}

    @property
    def events(self) -> dict[str, str]:
        """Event -> median step and how many seeds show it, in words."""
        return {event: over_seeds(event, dates.values()) for event, dates in self.dates.items()}

    def shows(self, event: str) -> bool:
        """Whether an event is dated or under way in any seed."""
        return self.events.get(event, NEVER) != NEVER

    @property
    def wall_seconds(self) -> float | None:
        """Seconds of training over all blocks; None when no block says."""
        known = [training["wall_seconds"] for training in self.trainings if training.get("wall_seconds") is not None]
        return sum(known) if known else None

    def table(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame | None:
        """One of its tables; None when it was not measured."""
        return _table(self.tables_folder, name, columns)


def trained_in_words(runs: Sequence[Run]) -> str:
    """Where and with which code runs were trained: `Trained in 12 min on Xeon (cpu), torch 2.9, commit 0123456789.`"""
    trainings = [training for run in runs for training in run.trainings]
    if not trainings:
        return ""
    facts = [training.get("provenance") or {} for training in trainings]
    machines = dict.fromkeys(
        " ".join(filter(None, [one.get("device_name"), f"({one['device']})" if one.get("device") else ""]))
        for one in facts
    )
    torch = dict.fromkeys(f"torch {one['torch']}" for one in facts if one.get("torch"))
    commits = dict.fromkeys(f"commit {commit(one['git_commit'])}" for one in facts if one.get("git_commit"))
    seconds = sum(training.get("wall_seconds") or 0.0 for training in trainings)
    places = listing(filter(None, machines))
    return (
        "Trained in"
        f" {duration(seconds)}{f' on {places}' if places else ''}{''.join(f', {word}' for word in (*torch, *commits))}."
    )


def read_run(entry: Mapping[str, Any]) -> Run:
    """A run from its plan, its blocks' training records and its tables; tables that are absent leave their values out.

    Paper, variant, settings and metrics stand in `entry` itself or in the file `entry["settings_json"]`.
    """
    folder = Path(entry["tables_folder"]) if entry.get("tables_folder") else None
    known = {**read_json(entry["settings_json"]), **entry} if entry.get("settings_json") else entry
    settings = (
        known["settings"] if "settings" in known else {section: known[section] for section in RunSettings.model_fields}
    )
    trainings = [
        read_training_record(block["training_json"]) for block in entry["blocks"] if block.get("training_json")
    ]
    return Run(
        id=known["id"],
        paper=known["paper"],
        variant=known["variant"],
        settings=settings,
        metrics=known.get("metrics") or {},
        seeds=tuple(entry["seeds"]),
        trainings=tuple(trainings),
        final_by_seed=_final(_table(folder, "accuracy")),
        dates=seed_dates(_table(folder, "events")),
        tables_folder=folder,
        card_source=Path(entry["card_html"]) if entry.get("card_html") else None,
    )


def _table(folder: Path | None, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame | None:
    path = folder / f"{name}.parquet" if folder else None
    if path is None or not path.exists():
        return None
    table = read_sealed(path, MADE_AGAIN)
    return (table.select(list(columns)) if columns else table).to_pandas()


def _final(table: pd.DataFrame | None) -> dict[str, tuple[float, ...]]:
    if table is None or table.empty:
        return {}
    last = table[table["step"] == table.groupby("seed")["step"].transform("max")].sort_values("seed")
    return {str(split): tuple(values.tolist()) for split, values in last.groupby("split")["accuracy"]}

"""Runs as the pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from grokscope.config.run_settings import RunSettings
from grokscope.files import read_json
from grokscope.report.wording import file_name, number

NEVER = "never"


@dataclass(frozen=True)
class Run:
    """One run: settings, what its seeds ended at, and where its card is."""

    id: str
    paper: str
    variant: str
    settings: Mapping[str, Any]
    metrics: Mapping[str, Any]
    seeds: tuple[int, ...]
    trainings: tuple[dict[str, Any], ...]
    final_accuracy: Mapping[str, float]  # split -> mean over seeds at the last step
    events: Mapping[str, str]  # event -> median step and how many seeds show it, in words
    card_source: Path | None

    @property
    def page(self) -> str | None:
        """Path of its card in the report."""
        return f"cards/{file_name(self.id)}.html" if self.card_source else None

    @property
    def wall_seconds(self) -> float | None:
        """Seconds of training over all blocks; None when no block says."""
        known = [training["wall_seconds"] for training in self.trainings if training.get("wall_seconds") is not None]
        return sum(known) if known else None


def read_run(entry: Mapping[str, Any]) -> Run:
    """A run from its plan, its blocks' training records and its tables; tables that are absent leave their values out.

    Paper, variant, settings and metrics stand in `entry` itself or in the file `entry["settings_json"]`.
    """
    folder = Path(entry["tables_folder"]) if entry.get("tables_folder") else None
    known = {**read_json(entry["settings_json"]), **entry} if entry.get("settings_json") else entry
    settings = known["settings"] if "settings" in known else {section: known[section] for section in RunSettings.model_fields}
    trainings = [read_json(block["training_json"]) for block in entry["blocks"] if block.get("training_json")]
    return Run(
        id=known["id"],
        paper=known["paper"],
        variant=known["variant"],
        settings=settings,
        metrics=known.get("metrics") or {},
        seeds=tuple(entry["seeds"]),
        trainings=tuple(trainings),
        final_accuracy=_final_accuracy(_table(folder, "accuracy")),
        events=_events(_table(folder, "events")),
        card_source=Path(entry["card_html"]) if entry.get("card_html") else None,
    )


def _table(folder: Path | None, name: str) -> pd.DataFrame | None:
    path = folder / f"{name}.parquet" if folder else None
    return pd.read_parquet(path) if path is not None and path.exists() else None


def _final_accuracy(table: pd.DataFrame | None) -> dict[str, float]:
    if table is None or table.empty:
        return {}
    last = table[table["step"] == table.groupby("seed")["step"].transform("max")]
    return {str(split): float(value) for split, value in last.groupby("split")["accuracy"].mean().items()}


def _events(table: pd.DataFrame | None) -> dict[str, str]:
    if table is None or table.empty:
        return {}
    return {str(event): _event_in_words(rows["step"]) for event, rows in table.groupby("event", sort=False)}


def _event_in_words(steps: pd.Series) -> str:
    """`1 200`, `1 200 (2 of 3)` when not every seed shows it, `never` when none does."""
    seen = steps.dropna()
    if seen.empty:
        return NEVER
    median = number(float(round(seen.median())))
    return median if len(seen) == len(steps) else f"{median} ({len(seen)} of {len(steps)})"

"""Hold the tables of a seed that was trained again against those of the archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from grokscope.analysis.events.table import detect_events
from grokscope.archive.agreement import Agreement, Tolerance, agreements, tolerance_between
from grokscope.archive.format import RANKS
from grokscope.archive.open import ArchivedBlock
from grokscope.archive.spectra import SPECTRA, round_spectra
from grokscope.config.detector_settings import DetectorSettings
from grokscope.config.metric_settings import metric_settings
from grokscope.config.run_settings import RunSettings
from grokscope.data.registry import chance_of
from grokscope.metrics.tables import read_table
from grokscope.results.parts import metric_code, training_code


@dataclass(frozen=True)
class Verified:
    """How a seed that was trained again compares with the archive."""

    run: str
    seed: int
    alone: bool
    """Whether the archive's seed was trained in a block of its own, as it was now."""
    changed_code: list[str]
    """The training and the metrics whose code differs from that of the archive."""
    tolerance: Tolerance
    agreements: list[Agreement]
    events: pd.DataFrame
    """Columns event, published, now: steps, NaN where an event is absent."""

    @property
    def holds(self) -> bool:
        """Whether everything agrees within the tolerance."""
        return bool(self.agreements) and all(found.holds(self.tolerance) for found in self.agreements)


def compare(
    block: ArchivedBlock,
    seed: int,
    settings: RunSettings,
    tables: Mapping[str, pd.DataFrame],
    trained: dict[str, Any],
) -> Verified:
    """Compare `tables`, which were measured again, and the dates of the events in them, with those of `block`."""
    record, published, now = block.record, {}, {}
    for name, table in tables.items():
        kind = str(record.metrics[name].settings["metric"])
        published[name], now[name] = _of_seed(block.table_path(name), kind, seed), table
        ranks = block.ranks_path(name)
        if kind == SPECTRA and ranks:
            rounded = round_spectra(table)
            now[name] = rounded.spectra
            published[RANKS], now[RANKS] = _of_seed(ranks, RANKS, seed), rounded.ranks
    kinds = {name: str(record.metrics[name].settings["metric"]) for name in tables} | {RANKS: RANKS}
    found = [one for name in now for one in agreements(kinds[name], published[name], now[name], seed)]
    mine = {"seeds": [seed], "identity": {"code": training_code(settings)}, "training": trained}
    return Verified(
        run=record.run,
        seed=seed,
        alone=record.seeds == [seed],
        changed_code=_changed_code(block, settings, list(tables)),
        tolerance=tolerance_between(record.model_dump(), mine),
        agreements=found,
        events=_events(record.run, settings, published, now),
    )


def _of_seed(path: str, kind: str, seed: int) -> pd.DataFrame:
    table = read_table(path, kind)
    return table[table["seed"] == seed].reset_index(drop=True)


def _changed_code(block: ArchivedBlock, settings: RunSettings, metrics: list[str]) -> list[str]:
    changed = [] if block.record.identity.get("code") == training_code(settings) else ["training"]
    for name in metrics:
        about = block.record.metrics[name]
        if about.identity["metric"].get("code") != metric_code(settings, metric_settings(name, about.settings)):
            changed.append(name)
    return changed


def _events(
    run: str, settings: RunSettings, published: dict[str, pd.DataFrame], now: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    chance = chance_of(settings.model_dump(mode="json"), run)
    sides = [detect_events(run, tables, DetectorSettings(), chance) for tables in (published, now)]
    first, second = (side.set_index("event")["step"] for side in sides)
    return pd.DataFrame({"published": first, "now": second}).rename_axis("event").reset_index()

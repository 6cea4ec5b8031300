"""Claims of one run share its tables and dates, and what they find is what they would find alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis_support import SETTINGS, grokking_table, omnigrok_grid, one_run_inputs, run_tables
from grokscope.analysis.effects import seed_events
from grokscope.analysis.events import moments as of_moments
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs, SharedRuns, read_item_inputs
from grokscope.metrics.tables import write_table


@pytest.fixture
def path(tmp_path: Path) -> Path:
    table = grokking_table("r", omnigrok_grid(), [300.0] * 3, [3000.0, 5000.0, 8000.0])
    write_table(tmp_path / "accuracy.parquet", "accuracy", table)
    return tmp_path / "accuracy.parquet"


def read(
    path: Path, shared: SharedRuns | None = None, seeds: tuple[int, ...] = (0, 1, 2), **changes: Any
) -> ItemInputs:
    item = one_run_inputs(run_tables("r", accuracy=pd.DataFrame(columns=["seed"]))).item
    settings = {"r": {"data": {"name": "mnist"}}}
    detectors = SETTINGS.model_copy(update=changes)
    return read_item_inputs(item, "quick", {"r": {"accuracy": [path]}}, settings, None, seeds, detectors, shared=shared)


def test_what_was_read_with_the_same_seeds_and_thresholds_is_read_once(path: Path) -> None:
    shared = SharedRuns()
    one = read(path, shared).runs["r"]
    assert read(path, shared).runs["r"] is one
    assert read(path).runs["r"] is not one
    assert read(path, shared, seeds=(0, 1)).runs["r"].seeds() == [0, 1]
    assert read(path, shared, onset_share=0.3).runs["r"].detectors.onset_share == 0.3


def test_only_the_runs_that_were_read_last_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SharedRuns, "MOST", 2)
    shared = SharedRuns()
    first, second = read(path, shared).runs["r"], read(path, shared, seeds=(0,)).runs["r"]
    assert read(path, shared).runs["r"] is first  # used again, so that the other one is the oldest
    read(path, shared, seeds=(1,))
    assert read(path, shared).runs["r"] is first
    assert read(path, shared, seeds=(0,)).runs["r"] is not second


def test_events_are_dated_once_for_each_set_of_thresholds(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dated: list[Any] = []
    found = of_moments._moments
    monkeypatch.setattr(of_moments, "_moments", lambda *given: dated.append(given[1]) or found(*given))
    tables = read(path).runs["r"]
    other = SETTINGS.model_copy(update={"onset_share": 0.3})
    dates = []
    for _ in range(2):
        for under in (tables, tables.with_detectors(other), tables.with_detectors(SETTINGS).with_detectors(other)):
            dates.append(moments(under, "generalisation", seed_events(under), "here", dated=True))
    assert len(dated) == 2
    assert dates[0] == dates[3]
    assert dates[1] == dates[2] == dates[4]
    assert dates[0][0].step != dates[1][0].step
    dates[0].clear()  # what was given away is a copy
    assert moments(tables, "generalisation", seed_events(tables), "here", dated=True) == dates[3]
    moments(tables, "generalisation", seed_events(tables)[:1], "here", dated=True)
    moments(tables, {"event": "generalisation"}, seed_events(tables), "here", dated=True)
    assert len(dated) == 4


def test_dates_are_those_of_tables_that_nobody_shares(path: Path) -> None:
    shared = SharedRuns()
    for changes in ({}, {"onset_share": 0.3}, {"fit_accuracy": 0.9}):
        alone, together = read(path, **changes).runs["r"], read(path, shared, **changes).runs["r"]
        changed = read(path, shared).runs["r"].with_detectors(alone.detectors)
        for event in ("fit", "generalisation", "onset"):
            expected = moments(alone, event, seed_events(alone), "here", dated=True)
            for tables in (together, changed):
                assert moments(tables, event, seed_events(tables), "here", dated=True) == expected

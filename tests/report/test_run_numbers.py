"""On which line of which chart the page of a run marks the date of an event."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokscope.report.run_numbers import run_numbers
from grokscope.report.runs import Run
from grokscope.report.seed_dates import SeedDate
from report_made_up import write_table
from report_made_up.runs import SEEDS, settings, tables

SEEN = SeedDate(step=100, last_step=20000, state="seen", earliest=90, latest=110, sharpness=0.5, sharp=True)
DATED_ON = {
    "fit": ("accuracy", "train"),
    "surge_3": ("accuracy", "test"),
    "rank_collapse": ("rank_relative_1e-3", "layer 3"),
    "complexity_peak": ("complexity_0.05", "train"),
    "migration": ("complexity_0.05", "train"),
    "robustness_onset": ("adversarial_none", "ε = 0.06"),
    "nonfinite": ("", ""),
}
"""Of networks of four layers: what the table of events is read from."""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    for name, table in tables("run").items():
        write_table(tmp_path / f"{name}.parquet", table)
    dates = {event: dict.fromkeys(SEEDS, SEEN) for event in DATED_ON}
    return Run("run", "", "as_code", settings(), {}, tuple(SEEDS), (), {}, dates, tmp_path, None)


def test_a_date_is_marked_where_it_is_read(run: Run) -> None:
    numbers = run_numbers(run, {"fit_accuracy": 0.99, "rank_definition": "relative_1e-3"})
    lines = {panel["id"]: [series["name"] for series in panel["series"]] for panel in numbers["panels"]}
    found = {event["name"]: (event["panel"], event["series"]) for event in numbers["events"]}
    assert found == DATED_ON
    assert [event for event, (panel, line) in found.items() if panel and line not in lines[panel]] == []
    assert {event["name"]: event["level"] for event in numbers["events"] if event["level"] is not None} == {"fit": 0.99}


def test_a_rank_that_is_not_drawn_has_no_mark(run: Run) -> None:
    numbers = run_numbers(run, {"fit_accuracy": 0.99, "rank_definition": "stable"})
    assert {event["panel"] for event in numbers["events"] if event["name"] == "rank_collapse"} == {""}

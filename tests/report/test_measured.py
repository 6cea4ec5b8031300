"""The table of a figure's page that says what was measured on its runs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from grokscope.report.measured import measured_table

FIGURE: Any = SimpleNamespace(members=[{"run": "r", "axes": {"width": 16}}], settings={"metrics": ["local_complexity"]})


def run(accuracy: dict[str, list[float]], seen: str = "") -> Any:
    dates: dict[str, Any] = {"complexity_peak": {}, "migration": {}}
    return SimpleNamespace(
        id="r",
        page="runs/r.html",
        dates=dates,
        events={seen: "300"} if seen else {},
        final_by_seed=accuracy,
        shows=lambda event: event == seen,
    )


@pytest.mark.parametrize(("accuracy", "seen"), [({"test": [0.5, 0.7]}, ""), ({}, "migration")])
def test_what_is_known_of_a_run_stands_in_a_table(accuracy: dict[str, list[float]], seen: str) -> None:
    table = measured_table(FIGURE, [run(accuracy, seen)])
    assert table is not None
    assert table["rows"][0]["heads"] == ["16"]
    assert ("start of migration" in table["never"]) == (not seen)


def test_untrained_networks_have_no_table_of_dashes() -> None:
    assert measured_table(FIGURE, [run({})]) is None
    assert measured_table(FIGURE, []) is None

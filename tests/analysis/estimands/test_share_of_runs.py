"""In how many of its runs a seed shows an event."""

from __future__ import annotations

from typing import Any

import pytest

from analysis_support import claim, grokking_table, log_grid, run_tables
from grokscope.analysis.claims import evaluate
from grokscope.analysis.inputs import ItemInputs
from grokscope.errors import UserError

NEVER = 1e9


def inputs(dates: list[list[float]], **parameters: Any) -> ItemInputs:
    """A run for each list of dates of generalisation, on one axis."""
    runs, members = {}, []
    for position, of_seeds in enumerate(dates):
        run = f"r{position}"
        tables = {"accuracy": grokking_table(run, log_grid(), [20.0] * len(of_seeds), of_seeds)}
        runs[run] = run_tables(run, **tables)
        places = {"axes": {"optimizer": run}, "positions": {"optimizer": position}, "coordinates": {}}
        members.append({"run": run, "sweep": "s", **places})
    settings = {
        "estimand": "share_of_runs",
        "test": "mean",
        "parameters": {"event": "generalisation", **parameters},
        "smallest_effect": 0.25,
    }
    return ItemInputs(claim(members, **settings), "quick", runs)


def test_shares_are_counted_over_runs() -> None:
    dates = [[900.0, 900.0, NEVER], [900.0, NEVER, NEVER], [900.0, 900.0, 900.0], [900.0, NEVER, NEVER]]
    effects = evaluate(inputs(dates))[0]
    assert list(effects["value"]) == [0.5, 0.0, -0.25]
    assert list(effects["note"]) == ["in 4 of 4 runs", "in 2 of 4 runs", "in 1 of 4 runs"]
    some = evaluate(inputs(dates, axis="optimizer", positions=[1, 2]))[0]
    assert list(some["value"]) == [0.5, 0.0, 0.0]


def test_most_runs_of_all_seeds_support_a_claim() -> None:
    assert evaluate(inputs([[900.0] * 5] * 3))[2].verdict == "supported"
    assert evaluate(inputs([[NEVER] * 5] * 3))[2].verdict == "contradicted"


def test_a_seed_has_to_be_in_every_run() -> None:
    effects = evaluate(inputs([[900.0, 900.0], [900.0]]))[0].set_index("seed")
    assert list(effects["status"]) == ["observed", "not_applicable"]
    with pytest.raises(UserError, match=r"no run at \[7\] of optimizer"):
        evaluate(inputs([[900.0]], axis="optimizer", positions=[7]))

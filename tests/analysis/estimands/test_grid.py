"""Estimands over grids of runs and between two runs, on made-up curves whose events are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis_support import accuracy_table, claim, grokking_table, log_grid, noisy, ramp, run_tables
from grokscope.analysis.estimands import collapse_after_event, event_lag, share_of_grid
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.run_tables import RunTables
from grokscope.errors import UserError

STEPS = log_grid()


def grid_inputs(runs: dict[tuple[int, int], RunTables]) -> ItemInputs:
    """Runs by their positions on the axes depth and decay."""
    members: list[dict[str, Any]] = [
        {
            "run": tables.run,
            "sweep": "grid",
            "axes": {"depth": depth, "decay": decay},
            "positions": {"depth": depth, "decay": decay},
        }
        for (depth, decay), tables in runs.items()
    ]
    return ItemInputs(claim(members), "quick", {tables.run: tables for tables in runs.values()})


def dying(rise: float | None, death: float) -> tuple[np.ndarray, np.ndarray]:
    """Train and test accuracy of a network that dies at step `death`, after a rise at step `rise` if there is one."""
    alive = 1 - ramp(STEPS, death, 0.05)
    train = 0.1 + 0.5 * ramp(STEPS, 60, 0.3) * alive
    test = 0.1 + (0.0 if rise is None else 0.3 * ramp(STEPS, rise, 0.2)) * alive
    return noisy(train, 0.002, 1), noisy(test, 0.002, 2)


def collapsing(run: str, rises: list[float | None], death: float = 6000) -> RunTables:
    return run_tables(
        run, accuracy=accuracy_table(run, STEPS, {seed: dying(rise, death) for seed, rise in enumerate(rises)})
    )


def healthy(run: str, seeds: int = 3, onset: float = 3000) -> RunTables:
    return run_tables(run, accuracy=grokking_table(run, STEPS, [300] * seeds, [onset] * seeds))


def test_share_of_grid_counts_runs_on_either_side() -> None:
    memorised = noisy(0.1 + 0.895 * ramp(STEPS, 300), 0.001, 1), noisy(np.full(len(STEPS), 0.1), 0.005, 2)
    flat = accuracy_table("flat", STEPS, dict.fromkeys(range(3), memorised))
    inputs = grid_inputs(
        {(0, 0): run_tables("flat", accuracy=flat), (0, 1): healthy("a"), (1, 0): healthy("b"), (1, 1): healthy("c")}
    )
    found = share_of_grid.estimate(inputs, event="generalisation", axis="depth", split_at=1)
    assert found["value"].tolist() == [0.5] * 3  # both of two deep runs, one of two shallow ones
    assert found["status"].tolist() == ["observed"] * 3
    assert (
        share_of_grid.estimate(inputs, event="generalisation", axis="decay", split_at=1)["value"].tolist() == [0.5] * 3
    )
    assert (
        share_of_grid.estimate(inputs, event="generalisation", axis="decay", split_at=-1)["value"].tolist() == [0.5] * 3
    )


def test_share_of_grid_counts_failures_only_as_what_they_are() -> None:
    inputs = grid_inputs({(0, 0): healthy("a"), (1, 0): collapsing("dead", [800, None, 800])})
    assert share_of_grid.estimate(inputs, event="collapsed", axis="depth")["value"].tolist() == [1.0] * 3
    assert share_of_grid.estimate(inputs, event="surge_1", axis="depth")["value"].tolist() == [-1.0] * 3


def test_share_of_grid_refuses_what_it_cannot_split() -> None:
    inputs = grid_inputs({(0, 0): healthy("a"), (1, 0): healthy("b")})
    with pytest.raises(UserError, match="no axis"):
        share_of_grid.estimate(inputs, event="fit", axis="width")
    with pytest.raises(UserError, match="no run from position 2"):
        share_of_grid.estimate(inputs, event="fit", axis="depth", split_at=2)
    with pytest.raises(UserError, match="unknown"):
        share_of_grid.estimate(inputs, event="miracle", axis="depth")


def test_a_seed_that_is_not_in_every_run_is_not_compared() -> None:
    found = share_of_grid.estimate(
        grid_inputs({(0, 0): healthy("a", 3), (1, 0): healthy("b", 2)}), event="fit", axis="depth"
    )
    assert found["status"].tolist() == ["observed", "observed", "not_applicable"]


def test_collapse_after_a_surge_is_told_from_collapse_without_one() -> None:
    found = collapse_after_event.estimate(
        grid_inputs({(0, 0): collapsing("x", [800, None, 800]), (1, 0): collapsing("y", [800, None, None])}),
        event="surge_1",
    )
    assert found["value"].tolist() == [0.5, -0.5, 0.0]
    alive = collapse_after_event.estimate(grid_inputs({(0, 0): healthy("a")}), event="surge_1")
    assert alive["status"].tolist() == ["not_applicable"] * 3


def between(inputs: ItemInputs, ends: list[int], event: str = "generalisation") -> pd.DataFrame:
    return event_lag.estimate(inputs, first=event, second=event, between={"depth": ends})


def test_the_lag_between_runs_is_the_difference_in_decades() -> None:
    inputs = grid_inputs({(0, 0): healthy("early", onset=1000), (1, 0): healthy("late", onset=4000)})
    later = between(inputs, [0, 1])
    np.testing.assert_allclose(later["value"], np.log10(4), atol=0.05)
    np.testing.assert_allclose(between(inputs, [1, 0])["value"], -later["value"])
    two = event_lag.estimate(inputs, first="fit", second="generalisation", between={"depth": [0, 1]})
    within = event_lag.estimate(inputs, first="fit", second="generalisation", where={"depth": 1})
    np.testing.assert_allclose(two["value"], within["value"], atol=0.05)  # both runs fit at the same step
    assert set(two["run"]) == {"late"}


def test_the_lag_between_runs_knows_missing_events_and_failures() -> None:
    inputs = grid_inputs({(0, 0): healthy("a", onset=1000), (1, 0): healthy("cut", onset=19000)})
    cut = between(inputs, [0, 1])
    assert cut["status"].tolist() == ["not_yet"] * 3
    assert (cut["censored_at"] > 1).all()
    assert between(inputs, [1, 0])["status"].tolist() == ["absent"] * 3
    inputs.item["settings"]["direction"] = "less"
    assert between(inputs, [1, 0])["status"].tolist() == ["not_applicable"] * 3
    one_stage = between(grid_inputs({(0, 0): healthy("a"), (1, 0): healthy("b")}), [0, 1], "surge_1")
    assert one_stage["status"].tolist() == ["observed"] * 3
    dead = grid_inputs({(0, 0): healthy("a"), (1, 0): collapsing("dead", [800, None, 800])})
    assert between(dead, [0, 1])["status"].tolist() == ["collapsed"] * 3
    fewer = grid_inputs({(0, 0): healthy("a", 3), (1, 0): healthy("b", 2)})
    assert between(fewer, [0, 1])["seed"].tolist() == [0, 1]
    for ends in ([0], [0, 0]):
        with pytest.raises(UserError, match="not two runs"):
            between(inputs, ends, "fit")
    with pytest.raises(UserError, match="neither axis nor positions beside it"):
        event_lag.estimate(inputs, first="fit", second="fit", between={"depth": [0, 1]}, axis="decay")

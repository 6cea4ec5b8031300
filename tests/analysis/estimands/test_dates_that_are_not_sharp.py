"""A date that is not sharp is compared with no other one, and counted; seeds that show an event need none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis_support import accuracy_table, depth_inputs, log_grid, noisy, one_run_inputs, ramp, run_tables
from analysis_tables import metric_table, rank_table
from grokscope.analysis.claims import evaluate, judge
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.run_tables import RunTables

STEPS = log_grid(100_000, 100)
SEEDS = range(5)
GLIDE = 2
"""The seed whose curve glides over three decades; the others take a third of a decade."""


def widths(glides: bool) -> dict[int, float]:
    return {seed: 3.0 if glides and seed == GLIDE else 0.3 for seed in SEEDS}


def tables(glide_of: str) -> RunTables:
    """Generalisation, collapse of rank and descent of complexity in every seed; one curve of one seed glides."""
    middle, flat = {seed: 3000.0 * 1.1**seed for seed in SEEDS}, np.ones(len(STEPS))
    train = 0.1 + 0.9 * ramp(STEPS, 60, 0.2)
    test = {
        seed: noisy(0.1 + 0.8 * ramp(STEPS, middle[seed], width), 0.003, seed)
        for seed, width in widths(glide_of == "accuracy").items()
    }
    ranks = {
        seed: np.rint(80 - 60 * ramp(STEPS, middle[seed], width)) for seed, width in widths(glide_of == "rank").items()
    }
    rise = 1 + 3 * ramp(STEPS, 10, 0.3)
    local = {
        seed: rise - 3 * ramp(STEPS, 0.7 * middle[seed], width)
        for seed, width in widths(glide_of == "complexity").items()
    }
    layers = {1: dict.fromkeys(SEEDS, 90 * flat), 2: ranks, 3: dict.fromkeys(SEEDS, 9 * flat)}
    return run_tables(
        "r",
        accuracy=accuracy_table("r", STEPS, {seed: (train, test[seed]) for seed in SEEDS}),
        rank=rank_table("r", STEPS, layers),
        weight_norm=metric_table("weight_norm", "r", STEPS, dict.fromkeys(SEEDS, 100 - 60 * ramp(STEPS, 3000, 2.0))),
        local_complexity=metric_table("local_complexity", "r", STEPS, local),
    )


def statuses(glide_of: str, estimand: str, test: str, **parameters: Any) -> list[str]:
    inputs = one_run_inputs(tables(glide_of), estimand=estimand, test=test, parameters=parameters)
    return list(evaluate(inputs)[0]["status"])


BOTH = {"first": "generalisation", "second": "rank_collapse"}


@pytest.mark.parametrize(
    ("glide_of", "estimand", "test", "parameters"),
    [
        ("accuracy", "event_lag", "mean", BOTH),
        ("rank", "event_lag", "mean", BOTH),
        ("rank", "event_dates_together", "spearman", BOTH),
        ("accuracy", "falls_at_event", "mean", {"first": "rank", "event": "generalisation"}),
        ("accuracy", "onset_after_complexity_peak", "mean", {}),
        ("complexity", "onset_after_complexity_peak", "mean", {}),
        ("accuracy", "indicator_skill", "mean", {}),
    ],
)
def test_a_seed_whose_date_is_not_sharp_is_left_out_and_counted(
    glide_of: str, estimand: str, test: str, parameters: dict[str, Any]
) -> None:
    wanted = ["not_sharp" if seed == GLIDE else "observed" for seed in SEEDS]
    assert statuses(glide_of, estimand, test, **parameters) == wanted
    assert statuses("none", estimand, test, **parameters) == ["observed"] * len(SEEDS)


def test_an_indicator_may_be_dated_badly_since_its_error_is_what_is_measured() -> None:
    assert statuses("rank", "indicator_skill", "mean") == ["observed"] * len(SEEDS)


def test_whether_an_event_is_shown_does_not_ask_how_well_it_is_dated() -> None:
    shown = statuses("accuracy", "event_shown", "share", event="generalisation", given="fit")
    assert shown == ["observed"] * len(SEEDS)
    level = statuses("accuracy", "curve_level", "mean", curve="rank", statistic="final", given="generalisation")
    assert level == ["observed"] * len(SEEDS)


def test_dates_along_an_axis_and_the_verdict_count_seeds_that_are_not_sharp() -> None:
    inputs = depth_inputs(
        {4: [2000.0] * 4, 8: [9000.0] * 4},
        steps=STEPS,
        test="survival",
        parameters={"axis": "depth", "event": "generalisation"},
    )
    train = 0.1 + 0.9 * ramp(STEPS, 60, 0.2)
    curves = {
        seed: (train, noisy(0.1 + 0.8 * ramp(STEPS, 3000, 0.3 if seed else 3.0), 0.003, seed)) for seed in range(4)
    }
    inputs.runs["d4"].tables["accuracy"] = accuracy_table("d4", STEPS, curves)
    found = judge(inputs)
    assert (found["not_sharp"], found["seeds"]) == (1, 3)
    limits = [row["value"] for row in found["sensitivity"]["grid"] if row["threshold"] == "date_spread_decades"]
    assert limits == [0.3, 1.0]
    row = next(row for row in found["per_seed"] if row["status"] == "not_sharp")
    assert row["note"].startswith("the date of generalisation is not sharp: its change is a glide")


@pytest.mark.filterwarnings("ignore:overflow encountered in exp")
def test_a_collapse_is_held_against_sharp_dates_only() -> None:
    """A first surge that glides into the collapse of the network neither precedes it nor follows it."""
    died = ramp(STEPS, 30_000, 0.02)

    def curves(width: float) -> Any:
        alive = 0.1 + 0.8 * ramp(STEPS, 1500, width)
        train = 0.1 + 0.9 * ramp(STEPS, 60, 0.2)
        return (0.1 + (train - 0.1) * (1 - died), 0.1 + (alive - 0.1) * (1 - died))

    run = run_tables("r", accuracy=accuracy_table("r", STEPS, {0: curves(0.3), 1: curves(3.0)}))
    inputs: ItemInputs = one_run_inputs(
        run, estimand="collapse_after_event", test="mean", parameters={"event": "surge_1"}
    )
    effects = evaluate(inputs)[0]
    assert list(effects["status"]) == ["observed", "not_sharp"]
    assert effects["value"][0] == 0.5

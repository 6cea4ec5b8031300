"""Lags that the claims are about: rank and generalisation, fit and the return of robustness."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis_support import grokking_table, omnigrok_grid, one_run_inputs, ramp, run_tables, verdict_on
from analysis_tables import metric_table, return_under, robust_inputs, spectra_table
from grokscope.analysis.claims import evaluate
from grokscope.errors import UserError

STEPS = omnigrok_grid()


def collapse_of(**options: Any) -> dict[str, Any]:
    return {"event": "rank_collapse", **options}


def rank_inputs(shift_decades: float, seeds: int = 6) -> Any:
    onsets = [5000.0 * 1.1**seed for seed in range(seeds)]
    steps = STEPS[::3]
    ranks = {seed: np.rint(80 - 60 * ramp(steps, onset * 10**shift_decades, 0.3)) for seed, onset in enumerate(onsets)}
    tables = run_tables(
        "r", accuracy=grokking_table("r", STEPS, [300.0] * seeds, onsets), spectra=spectra_table("r", steps, ranks)
    )
    options = {"first": "onset", "second": collapse_of(layer="second_last", definition="relative_1e-3")}
    return one_run_inputs(tables, estimand="event_lag", test="equivalence", smallest_effect=0.2, parameters=options)


def test_rank_collapse_with_at_another_time_and_without_generalisation() -> None:
    together = verdict_on(rank_inputs(0.0))
    assert together["verdict"] == "supported"
    assert abs(together["effect"]) < 0.1
    later = verdict_on(rank_inputs(0.6))
    assert later["verdict"] == "contradicted"
    assert later["effect"] == pytest.approx(0.6, abs=0.1)
    constant = rank_inputs(0.0)
    steps = STEPS[::3]
    constant.runs["r"] = run_tables(
        "r",
        accuracy=constant.runs["r"].table("accuracy"),
        spectra=spectra_table("r", steps, {seed: np.full(len(steps), 80) for seed in range(6)}),
    )
    found = verdict_on(constant)
    assert (found["verdict"], found["absent"]) == ("contradicted", 6)
    assert "rank did not collapse" in found["why"]
    never = rank_inputs(0.0)
    never.runs["r"].tables["accuracy"] = grokking_table("r", STEPS, [300.0] * 6, [10.0**7] * 6)
    assert verdict_on(never)["not_applicable"] == 6
    assert verdict_on(never)["verdict"] == "inconclusive"
    options = {"first": "onset", "second": collapse_of(layer=7)}
    with pytest.raises(UserError, match="has no rank with layer 7"):
        evaluate(one_run_inputs(never.runs["r"], estimand="event_lag", test="equivalence", parameters=options))


def test_a_hidden_layer_of_rank_one_is_a_collapsed_seed() -> None:
    inputs = rank_inputs(0.0)
    tables = inputs.runs["r"].tables
    dead = (tables["spectra"]["seed"] == 2) & (tables["spectra"]["step"] > 20000) & (tables["spectra"]["layer"] == 1)
    tables["spectra"].loc[dead, "eigenvalues"] = pd.Series(
        [[1.0] + [0.0] * 99] * int(dead.sum()), index=tables["spectra"].index[dead]
    )
    low = (tables["accuracy"]["seed"] == 2) & (tables["accuracy"]["step"] > 20000)
    tables["accuracy"].loc[low, "accuracy"] = 0.21
    found = verdict_on(inputs)
    assert found["collapsed"] == 1
    assert found["seeds"] == 5


def test_delayed_robustness() -> None:
    lost = 0.05 + 0.5 * ramp(STEPS, 15) - 0.4 * ramp(STEPS, 300)
    found = verdict_on(robust_inputs(STEPS, lost + 0.4 * ramp(STEPS, 15000)))
    assert found["verdict"] == "supported"
    assert found["effect"] == pytest.approx(np.log10(15000 / 90), abs=0.2)
    never = verdict_on(robust_inputs(STEPS, lost))
    assert (never["verdict"], never["absent"]) == ("contradicted", 6)
    assert "does not return" in never["why"]
    kept = verdict_on(robust_inputs(STEPS, 0.05 + 0.5 * ramp(STEPS, 15)))
    assert "not lost" in kept["why"]
    few = verdict_on(robust_inputs(STEPS, lost + 0.4 * ramp(STEPS, 15000), seeds=3))
    assert few["verdict"] == "inconclusive"
    assert "With 3 seeds this test cannot" in few["why"]
    with pytest.raises(UserError, match=r"epsilon 0\.5"):
        evaluate(
            one_run_inputs(
                robust_inputs(STEPS, lost).runs["r"],
                estimand="event_lag",
                test="one_sample",
                parameters=return_under(epsilon=0.5),
            )
        )


def test_a_first_event_that_is_still_to_come_counts_against_the_claim_that_it_is_the_first() -> None:
    """Local complexity is still falling when the run ends, while the collapse of rank is long over."""
    steps = STEPS[::3]
    complexity = 2 + 9 * ramp(STEPS, 300, 0.6) - 7 * ramp(STEPS, STEPS[-1], 0.5)
    tables = run_tables(
        "r",
        accuracy=grokking_table("r", STEPS, [300.0] * 3, [3000.0] * 3),
        spectra=spectra_table("r", steps, {seed: np.rint(80 - 60 * ramp(steps, 3000, 0.3)) for seed in range(3)}),
        local_complexity=metric_table("local_complexity", "r", STEPS, dict.fromkeys(range(3), complexity)),
    )
    lag = {"first": "complexity_second_descent", "second": collapse_of(layer="second_last")}
    for direction, test, margin, status in (
        ("greater", "mean", 0.1, "absent"),
        ("less", "mean", 0.1, "not_applicable"),
        ("greater", "equivalence", 0.2, "absent"),
        ("greater", "equivalence", 2.0, "not_applicable"),
        ("greater", "apart", 0.2, "not_applicable"),
    ):
        given = {"direction": direction, "test": test, "smallest_effect": margin, "parameters": lag}
        found = evaluate(one_run_inputs(tables, estimand="event_lag", **given)).effects
        assert found.status.tolist() == [status] * 3, (direction, test, margin)
    first = evaluate(one_run_inputs(tables, estimand="event_lag", test="mean", smallest_effect=0.1, parameters=lag))
    assert "may still have been to come" in first.effects.note[0]

"""Dates of events: lags between two, dates along an axis, dates that go together over seeds."""

from __future__ import annotations

import numpy as np
import pytest

from analysis_support import depth_inputs, omnigrok_grid, one_run_inputs
from analysis_tables import run_with
from grokscope.analysis.claims import evaluate
from grokscope.errors import UserError

STEPS = omnigrok_grid()[::2]


def test_the_lag_between_events_and_what_is_missing() -> None:
    tables = run_with(STEPS, "r", [6000.0] * 5, [6000.0, 12000.0, 6000.0, 6000.0, 1e12])
    options = {"first": "generalisation", "second": "rank_collapse"}
    effects = evaluate(one_run_inputs(tables, estimand="event_lag", test="mean", parameters=options))[0]
    assert list(effects["status"]) == ["observed"] * 4 + ["absent"]
    assert effects["value"][1] == pytest.approx(np.log10(2), abs=0.06)
    late = evaluate(
        one_run_inputs(
            tables, estimand="event_lag", test="mean", parameters={"first": "rank_second_descent", "second": "fit"}
        )
    )[0]
    assert set(late["status"]) == {"not_applicable"}
    with pytest.raises(UserError, match="event 'miracle' is unknown"):
        evaluate(
            one_run_inputs(tables, estimand="event_lag", test="mean", parameters={"first": "fit", "second": "miracle"})
        )


def test_dates_along_an_axis_are_censored_where_the_run_ends() -> None:
    inputs = depth_inputs(
        {4: [2000.0] * 4, 8: [9000.0] * 4, 12: [1e9] * 4},
        steps=omnigrok_grid(),
        estimand="event_step_by_axis",
        test="survival",
        parameters={"axis": "depth", "event": "generalisation"},
    )
    effects, result, verdict, _ = evaluate(inputs)
    assert verdict.verdict == "supported"
    assert list(effects["status"]) == ["observed"] * 8 + ["not_yet"] * 4
    assert result is not None
    assert result.details["restricted_to"] == pytest.approx(np.log10(STEPS[-1] + 1), abs=0.01)
    inputs.item["settings"]["parameters"] = {"axis": "depth", "event": "fit", "positions": [0, 1]}
    assert evaluate(inputs)[2].verdict == "contradicted"
    inputs.item["settings"]["parameters"] = {"axis": "depth", "event": "fit", "given": "generalisation"}
    effects = evaluate(inputs)[0]
    assert list(effects["status"]) == ["observed"] * 8 + ["not_applicable"] * 4
    assert set(effects["note"][8:]) == {"no generalisation within the run"}


def test_dates_that_go_together_over_seeds() -> None:
    onsets = [2000.0 * 1.3**seed for seed in range(8)]
    tables = run_with(STEPS, "r", onsets, onsets)
    options = {"first": "rank_collapse", "second": "generalisation"}
    found = evaluate(
        one_run_inputs(
            tables,
            estimand="event_dates_together",
            test="spearman",
            parameters=options,
            minimum_seeds=5,
            smallest_effect=0.3,
        )
    )
    assert found[2].verdict == "supported"
    assert found[0]["partner"].is_monotonic_increasing

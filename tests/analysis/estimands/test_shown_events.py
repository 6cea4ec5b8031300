"""Events that some seeds show and others do not."""

from __future__ import annotations

import numpy as np

from analysis_support import accuracy_table, claim, depth_inputs, noisy, omnigrok_grid, ramp, run_tables
from analysis_tables import rank_table
from grokscope.analysis.claims import evaluate
from grokscope.analysis.inputs import ItemInputs

STEPS = omnigrok_grid()[::2]


def two_surges(seed: int, second: bool) -> np.ndarray:
    return noisy(0.1 + 0.4 * ramp(STEPS, 1000, 0.2) + (0.4 * ramp(STEPS, 30000, 0.2) if second else 0), 0.002, seed)


def test_shown_events_by_axis_and_by_another_event() -> None:
    runs, members = {}, []
    for position in range(3):
        train = 0.1 + 0.9 * ramp(STEPS, 300, 0.2)
        accuracy = accuracy_table(
            f"d{position}", STEPS, {seed: (train, two_surges(seed, position > 0)) for seed in range(5)}
        )
        again = 40 * ramp(STEPS, 9000, 0.2) - 60 * ramp(STEPS, 30000, 0.2)
        falls = {seed: np.rint(80 - 50 * ramp(STEPS, 2000, 0.2) + (again if position else 0)) for seed in range(5)}
        flat = {seed: np.full(len(STEPS), 90.0) for seed in range(5)}
        runs[f"d{position}"] = run_tables(
            f"d{position}", accuracy=accuracy, rank=rank_table(f"d{position}", STEPS, {1: flat, 2: falls, 3: flat})
        )
        depth = 4 * position + 4
        places = {"axes": {"depth": depth}, "positions": {"depth": position}, "coordinates": {"depth": float(depth)}}
        members.append({"run": f"d{position}", "sweep": "s", **places})
    by_depth = claim(
        members,
        estimand="event_shown",
        test="fisher",
        parameters={"event": "surge_2", "axis": "depth"},
        smallest_effect=0.5,
    )
    effects, result, verdict, _ = evaluate(ItemInputs(by_depth, "quick", runs))
    assert verdict.verdict == "supported"
    assert result is not None
    assert result.effect == 1
    assert list(effects.groupby("group")["value"].mean()) == [0, 1]
    by_surge = claim(
        members,
        estimand="event_shown",
        test="fisher",
        parameters={"event": "rank_second_descent", "by": "surge_2"},
        smallest_effect=0.5,
    )
    assert evaluate(ItemInputs(by_surge, "quick", runs))[2].verdict == "supported"
    alone = claim(
        members[1:], estimand="event_shown", test="fisher", parameters={"event": "rank_second_descent", "by": "surge_2"}
    )
    found = evaluate(ItemInputs(alone, "quick", runs))
    assert found[2].verdict == "inconclusive"
    assert "in all of the seeds" in found[0]["note"].iloc[0]
    sizes = claim(
        members[1:],
        estimand="event_size_by_axis",
        test="ordered",
        parameters={"axis": "depth", "event": "surge_1", "given": "surge_2"},
    )
    np.testing.assert_allclose(evaluate(ItemInputs(sizes, "quick", runs))[0]["value"], 0.4, atol=0.05)
    lag = claim(
        members,
        estimand="event_lag",
        test="equivalence",
        parameters={"first": "surge_2", "second": "rank_second_descent", "where": {"depth": 1}},
    )
    assert (
        evaluate(ItemInputs(lag | {"settings": lag["settings"] | {"smallest_effect": 0.2}}, "quick", runs))[2].verdict
        == "supported"
    )


def test_a_run_that_ends_before_the_network_generalises_says_nothing_about_its_surges() -> None:
    inputs = depth_inputs(
        {4: [2000.0] * 5, 8: [1e9] * 5},
        steps=STEPS,
        estimand="event_shown",
        test="fisher",
        smallest_effect=0.5,
        parameters={"event": "onset", "axis": "depth"},
    )
    effects, _, verdict, _ = evaluate(inputs)
    assert list(effects["status"]) == ["observed"] * 5 + ["not_yet"] * 5
    assert verdict.verdict == "contradicted"  # all of the others show it: whatever these do, they show it no more often
    inputs.item["settings"]["direction"] = "less"
    _, result, verdict, _ = evaluate(inputs)
    assert result is not None
    assert (verdict.verdict, result.effect, result.low < -0.99) == ("inconclusive", 0.0, True)
    inputs.item["settings"]["parameters"] = {"event": "onset", "by": "surge_1"}
    assert set(evaluate(inputs)[0]["status"]) == {"not_applicable"}
    inputs.item["settings"]["parameters"] = {"event": "generalisation", "axis": "depth"}
    inputs.item["settings"]["direction"] = "less"
    assert evaluate(inputs)[2].verdict == "supported"  # a claim about the run: it does not generalise within it

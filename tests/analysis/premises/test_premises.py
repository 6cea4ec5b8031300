"""What has to be there for a claim to be decidable: checked seed by seed, before its effect is judged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis_support import claim, depth_inputs, grokking_table, log_grid, one_run_inputs, run_tables
from grokscope.analysis.claims import evaluate, judge
from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.premise import Premise, check
from grokscope.analysis.premises import within_range
from grokscope.errors import UserError

STEPS = log_grid()
NEVER = 1e9
AXIS = {"axis": "depth", "event": "onset"}


def inputs_of(onsets: dict[int, list[float]], **settings: Any) -> ItemInputs:
    """Runs of several depths whose seeds generalise late at these steps."""
    return depth_inputs(
        onsets, steps=STEPS, **({"parameters": AXIS, "premise": {"shown": {"events": ["onset"]}}} | settings)
    )


def test_an_event_in_any_of_a_seeds_networks_is_enough() -> None:
    premise = judge(inputs_of({4: [NEVER] * 4, 8: [5000, 6000, NEVER, 5500]}))["premise"]
    assert [row["there"] for row in premise["per_seed"]] == [True, True, False, True]
    assert premise["per_seed"][2]["missing"] == "delayed generalisation, in any of 2 networks"
    assert (premise["missing"], premise["seeds"], premise["needs"]) == (1, 4, "delayed generalisation")


def test_without_the_premise_nothing_is_decided() -> None:
    found = judge(inputs_of({4: [NEVER] * 5, 8: [NEVER, NEVER, NEVER, 5000, 6000]}))
    assert found["verdict"] == found["verdict_before_correction"] == "not seen"
    assert found["why"] == "Missing in 3 of 5 seeds: delayed generalisation, in any of 2 networks."
    assert found["meaning"] == "unseen"
    assert (found["seeds_needed"]["seeds"], found["stability"]["may_flip"]) == (None, None)


def test_half_of_the_seeds_are_enough() -> None:
    lacks = {0: "", 1: "a", 2: "b", 3: ""}
    assert Premise("x", lacks).is_there
    assert not Premise("x", lacks | {4: "b"}).is_there
    assert Premise("x", lacks | {4: "b"}).why_not == "Missing in 3 of 5 seeds: b."


def test_few_seeds_do_not_tell_that_it_is_missing() -> None:
    found = [judge(inputs_of({4: [NEVER] * seeds, 8: [NEVER] * seeds}, minimum_seeds=3)) for seeds in (2, 3)]
    assert [one["verdict"] for one in found] == ["inconclusive", "not seen"]
    assert found[0]["why"] == (
        "Too few seeds: 2 there, 3 needed. Missing in 2 of 2 seeds: delayed generalisation, in any of 2 networks."
    )


def test_failed_seeds_neither_have_nor_lack_it() -> None:
    inputs = inputs_of({4: [NEVER] * 4, 8: [5000, 6000, NEVER, 5500]})
    for tables in inputs.runs.values():
        table = tables.tables["accuracy"]
        table.loc[(table["seed"] == 2) & (table["step"] > 3000), "loss"] = np.inf
    assert [row["seed"] for row in judge(inputs)["premise"]["per_seed"]] == [0, 1, 3]


def test_a_failure_may_be_asked_for() -> None:
    """Networks that collapse are the subject of some claims."""
    settings: dict[str, Any] = {"estimand": "collapse_after_event", "parameters": {"event": "generalisation"}}
    settings |= {"test": "mean", "premise": {"shown": {"events": ["collapsed"]}}}
    assert evaluate(inputs_of({4: [5000] * 3}, **settings)).verdict.verdict == "not seen"
    inputs = inputs_of({4: [5000] * 3}, **settings)
    table = inputs.runs["d4"].tables["accuracy"]
    table.loc[(table["seed"] < 2) & (table["step"] > 15000), "accuracy"] = 0.1
    assert evaluate(inputs).premise.lacks == {0: "", 1: "", 2: "the collapse of the network"}


def test_other_networks_may_show_it() -> None:
    """By default those on which the effect is measured; with `where` those at these positions, all without any."""
    inputs = inputs_of(
        {4: [NEVER] * 3, 8: [5000, 6000, 5500]}, estimand="event_shown", test="share",
        parameters={"event": "onset", "where": {"depth": 0}}, premise={"shown": {"events": ["onset"]}},
    )  # fmt: skip
    assert evaluate(inputs).verdict.verdict == "not seen"
    for where in ({}, {"depth": 1}):
        inputs.item["settings"]["premise"] = {"shown": {"events": ["onset"], "where": where}}
        assert evaluate(inputs).verdict.verdict in ("inconclusive", "contradicted")


def test_all_of_several_events_are_needed() -> None:
    """Seed 0 fits and does not generalise."""
    tables = run_tables("r", accuracy=grokking_table("r", STEPS, [300] * 3, [NEVER, 5000, 5000]))
    options: dict[str, Any] = {
        "estimand": "event_lag",
        "test": "mean",
        "parameters": {"first": "fit", "second": "onset"},
    }
    inputs = one_run_inputs(tables, **options, premise={"shown": {"events": ["fit", "onset"]}})
    assert check(inputs, evaluate(inputs).effects).lacks == {0: "delayed generalisation", 1: "", 2: ""}


@pytest.mark.parametrize(
    ("onset", "reason"),
    [
        (7000, ""),
        (600, " (test accuracy rises less than 0.1 decades after the fit)"),
        (200, " (test accuracy rises no later than the fit)"),
        (NEVER, None),
    ],
)
def test_a_rise_that_is_hardly_late_is_said_to_be_there(onset: float, reason: str | None) -> None:
    """Else a reader takes `delayed generalisation: missing` to mean that test accuracy stays low."""
    tables = run_tables("r", accuracy=grokking_table("r", STEPS, [300], [onset]))
    shown = {"premise": {"shown": {"events": ["onset"]}}}
    inputs = one_run_inputs(tables, estimand="event_shown", test="share", parameters={"event": "onset"}, **shown)
    lacks = "" if reason == "" else "delayed generalisation" + (reason or "")
    assert check(inputs, evaluate(inputs).effects).lacks == {0: lacks}


def test_values_at_the_end_of_their_range() -> None:
    """Two values of a seed along an axis have to lie within the range, or one of two, or its only one."""
    rows = [
        SeedEffect(seed, "r", "observed", 1.0, group=group, saturated=saturated)
        for seed, ends in enumerate([(True, True, True), (True, False, True), (True, False, False)])
        for group, saturated in enumerate(ends)
    ]
    inputs = ItemInputs(claim([]), "quick", {})
    assert within_range.missing(inputs, make_effects(rows)) == {
        0: "values that are not at their limit (3 of 3 values are at it)",
        1: "values that are not at their limit (2 of 3 values are at it)",
    }
    of_two = [
        SeedEffect(seed, "r", "observed", 1.0, group=group, saturated=saturated)
        for seed, ends in enumerate([(True, True), (True, False), (False, False)])
        for group, saturated in enumerate(ends)
    ]
    assert list(within_range.missing(inputs, make_effects(of_two))) == [0]
    alone = [SeedEffect(seed, "r", "observed", 1.0, saturated=seed == 1) for seed in range(2)]
    assert list(within_range.missing(inputs, make_effects(alone))) == [1]


def test_a_parameter_that_there_is_not() -> None:
    with pytest.raises(UserError, match=r"premise\.shown"):
        judge(inputs_of({4: [5000] * 3}, premise={"shown": {"events": ["onset"], "when": 3}}))

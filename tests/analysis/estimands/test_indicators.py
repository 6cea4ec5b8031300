"""Which quantity goes with generalisation: skill of indicators, gaps between runs, falls at an event, movements."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis_support import claim, omnigrok_grid, one_run_inputs, ramp
from analysis_tables import metric_table, run_with
from grokscope.analysis.claims import evaluate
from grokscope.analysis.inputs import ItemInputs
from grokscope.errors import UserError
from grokscope.metrics.tables import make_table

STEPS = omnigrok_grid()[::2]


def sizes_inputs(lags: float, **settings: Any) -> ItemInputs:
    """Three runs whose generalisation dates differ; rank collapses `lags` times as late, the norm falls at the same
    time in all.
    """
    runs, members = {}, []
    for position, centre in enumerate((2000.0, 6000.0, 20000.0)):
        onsets = [centre * 1.1**seed for seed in range(5)]
        runs[f"r{position}"] = run_with(STEPS, f"r{position}", onsets, [onset * lags for onset in onsets])
        members.append(
            {
                "run": f"r{position}",
                "sweep": "sweep",
                "axes": {"train_size": position},
                "positions": {"train_size": position},
            }
        )
    return ItemInputs(claim(members, **settings), "quick", runs)


@pytest.mark.parametrize("method", ["event", "level"])
def test_rank_that_follows_generalisation_is_the_better_indicator(method: str) -> None:
    options = {"estimand": "indicator_skill", "test": "mean", "parameters": {"method": method}, "smallest_effect": 0.05}
    effects, result, verdict, _ = evaluate(sizes_inputs(1.0, **options))
    assert verdict.verdict == "supported"
    assert result is not None
    assert result.effect > 0.2
    assert len(effects) == 5
    turned = {**options, "parameters": {"method": method, "better": "weight_norm", "than": "rank"}}
    assert evaluate(sizes_inputs(1.0, **turned))[2].verdict == "contradicted"


def test_indicators_without_skill_are_not_told_apart() -> None:
    """Neither date has to do with generalisation: few of many made-up experiments support the claim."""
    generator, supported = np.random.default_rng(0), 0
    for _ in range(20):
        onsets = list(10 ** generator.normal(3.7, 0.2, 5))
        tables = run_with(STEPS, "r", onsets, list(10 ** generator.normal(3.7, 0.2, 5)))
        norms = {seed: 100 - 60 * ramp(STEPS, 10 ** generator.normal(3.7, 0.2)) for seed in range(5)}
        tables.tables["weight_norm"] = metric_table("weight_norm", "r", STEPS, norms)
        inputs = one_run_inputs(tables, estimand="indicator_skill", test="mean", smallest_effect=0.05)
        supported += evaluate(inputs)[2].verdict == "supported"
    assert supported <= 2


def test_too_few_seeds_have_no_indicator_skill() -> None:
    tables = run_with(STEPS, "r", [3000.0, 1e9, 1e9], [3000.0] * 3)
    effects = evaluate(one_run_inputs(tables, estimand="indicator_skill", test="mean"))[0]
    assert set(effects["status"]) == {"not_applicable"}
    with pytest.raises(UserError, match="method 'magic'"):
        evaluate(one_run_inputs(tables, estimand="indicator_skill", test="mean", parameters={"method": "magic"}))


def test_ranks_tell_conditions_apart_and_norms_do_not() -> None:
    options = {"axis": "train_size", "positions": [0, 2], "first": "rank", "second": "weight_norm"}
    found = evaluate(
        sizes_inputs(1.0, estimand="gap_between_runs", test="mean", parameters=options, smallest_effect=0.0)
    )
    assert (found[0]["value"] > 0).all()
    alone = evaluate(
        sizes_inputs(
            1.0,
            estimand="gap_between_runs",
            test="mean",
            parameters={**options, "first": "weight_norm", "second": None},
        )
    )
    np.testing.assert_allclose(alone[0]["value"], 0, atol=1e-12)
    with pytest.raises(UserError, match="are not two runs"):
        evaluate(sizes_inputs(1.0, estimand="gap_between_runs", test="mean", parameters={**options, "positions": [0]}))


def test_the_share_of_a_fall_at_generalisation() -> None:
    tables = run_with(STEPS, "r", [6000.0 * 1.1**seed for seed in range(5)], [6000.0 * 1.1**seed for seed in range(5)])
    both = evaluate(
        one_run_inputs(
            tables, estimand="falls_at_event", test="mean", parameters={"first": "rank", "second": "weight_norm"}
        )
    )[0]
    assert (both["value"] > 0.3).all()
    before = evaluate(
        one_run_inputs(
            tables, estimand="falls_at_event", test="mean", parameters={"first": "weight_norm", "window": "before"}
        )
    )[0]
    assert before["value"].between(0.4, 0.95).all()


def test_movements_within_a_run_have_their_own_intervals() -> None:
    tables = run_with(STEPS, "r", [3000.0 * 1.2**seed for seed in range(5)], [3000.0 * 1.2**seed for seed in range(5)])
    options = {"first": "rank", "second": "test_accuracy"}
    settings = {
        "estimand": "curves_move_together",
        "test": "mean",
        "parameters": options,
        "direction": "less",
        "smallest_effect": 0.2,
    }
    effects, _, verdict, _ = evaluate(one_run_inputs(tables, **settings))
    assert verdict.verdict == "supported"
    assert (effects["low"] <= effects["value"]).all()
    assert effects["note"].str.contains("circular shifts").all()


def around_embeddings(name: str, values: dict[int, np.ndarray], **columns: Any) -> pd.DataFrame:
    """A table of local complexity around embedded sequences."""
    fixed = {"split": "train", "positions": "all", "layer": 0, "deviation": 0.1, "points": 10, **columns}
    rows = [
        {"seed": seed, "step": int(step), "value": float(value), **fixed}
        for seed, curve in values.items()
        for step, value in zip(STEPS, curve, strict=True)
    ]
    return make_table("embedding_complexity", rows, "r")


@pytest.mark.parametrize("rises", [True, False])
def test_a_curve_with_options_may_rise_to_its_level_or_fall_to_it(rises: bool) -> None:
    """Local complexity that goes with generalisation dates it better than a norm that falls early or late."""
    generator = np.random.default_rng(1)
    onsets = [10 ** (3.4 + 0.1 * seed) for seed in range(6)]
    tables = run_with(STEPS, "r", onsets, onsets)
    moves = {seed: ramp(STEPS, onset * 10 ** generator.normal(0, 0.02)) for seed, onset in enumerate(onsets)}
    values = {seed: 20 + 60 * move if rises else 80 - 60 * move for seed, move in moves.items()}
    tables.tables["relative"] = around_embeddings("relative", values, measured="relative", radius=0.003)
    tables.kinds["relative"] = "embedding_complexity"
    norms = {seed: 100 - 60 * ramp(STEPS, 10 ** (3.65 + 0.4 * (-1) ** seed)) for seed in range(6)}
    tables.tables["weight_norm"] = metric_table("weight_norm", "r", STEPS, norms)
    curve = {"curve": "embedding_complexity", "split": "train", "measured_as": "relative"}
    parameters = {"method": "level", "better": curve, "than": {"curve": "weight_norm", "layer": 0}}
    inputs = one_run_inputs(
        tables, estimand="indicator_skill", test="mean", smallest_effect=0.05, parameters=parameters
    )
    effects, _, verdict, _ = evaluate(inputs)
    assert verdict.verdict == "supported"
    assert effects["note"].str.contains(r"by local complexity around embedded sequences \(split train\)").all()
    turned = one_run_inputs(
        tables,
        estimand="indicator_skill",
        test="mean",
        smallest_effect=0.05,
        parameters={"method": "level", "better": parameters["than"], "than": curve},
    )
    assert evaluate(turned)[2].verdict == "contradicted"


def test_a_curve_without_events_of_its_own_is_refused_by_the_method_of_events() -> None:
    tables = run_with(STEPS, "r", [3000.0] * 3, [3000.0] * 3)
    parameters = {"method": "event", "better": "complexity"}
    with pytest.raises(UserError, match="method 'event' of 'complexity'"):
        evaluate(one_run_inputs(tables, estimand="indicator_skill", test="mean", parameters=parameters))

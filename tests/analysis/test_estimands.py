"""What the estimands give for made-up runs whose answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis_support import (
    GRIDS,
    SETTINGS,
    accuracy_table,
    claim,
    depth_inputs,
    grokking_table,
    noisy,
    omnigrok_grid,
    one_run_inputs,
    ramp,
    run_tables,
)
from grokscope.analysis.claims import evaluate, judge
from grokscope.analysis.detectors.complexity_phases import complexity_phases
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.estimands import curve_level
from grokscope.analysis.events.moments import moments
from grokscope.analysis.hypothesis_tests import mean
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.power import seeds_needed
from grokscope.analysis.verdict import Rule
from grokscope.errors import UserError
from grokscope.metrics.tables import make_table

STEPS = omnigrok_grid()[::2]
COMPLEXITY = {
    "complexity_change",
    "peak_tolerance",
    "smoothing_decades",
    "final_decades",
    "settled_share",
    "noise_multiple",
}


def long_table(name: str, run: str, curves: dict[int, np.ndarray], value: str, **fixed: Any) -> pd.DataFrame:
    rows = [
        {"seed": seed, "step": int(step), value: float(level), **fixed}
        for seed, values in curves.items()
        for step, level in zip(STEPS, values, strict=True)
    ]
    return make_table(name, rows, run)


def rank_of(run: str, by_layer: dict[int, dict[int, np.ndarray]]) -> pd.DataFrame:
    parts = [
        long_table("rank", run, curves, "rank", split="test", layer=layer, definition="relative_1e-3")
        for layer, curves in by_layer.items()
    ]
    return pd.concat(parts, ignore_index=True)


def run_with(
    run: str, onsets: list[float], collapses: list[float], norm: float = 3000.0, seeds: int | None = None
) -> Any:
    """Late generalisation, collapse of the rank of the second-last layer, and a weight norm that falls around step
    `norm`.
    """
    count = len(onsets) if seeds is None else seeds
    ranks = {seed: np.rint(80 - 60 * ramp(STEPS, collapses[seed])) for seed in range(count)}
    norms = {seed: 100 - 60 * ramp(STEPS, norm, 2.0) for seed in range(count)}
    return run_tables(
        run,
        accuracy=grokking_table(run, STEPS, [300.0] * count, onsets),
        rank=rank_of(
            run,
            {
                1: {seed: np.full(len(STEPS), 90.0) for seed in ranks},
                2: ranks,
                3: {seed: np.full(len(STEPS), 9.0) for seed in ranks},
            },
        ),
        weight_norm=long_table("weight_norm", run, norms, "norm", layer=0),
    )


def sizes_inputs(lags: float, **settings: Any) -> ItemInputs:
    """Three runs whose generalisation dates differ; rank collapses `lags` times as late, the norm falls at the same
    time in all.
    """
    runs, members = {}, []
    for position, centre in enumerate((2000.0, 6000.0, 20000.0)):
        onsets = [centre * 1.1**seed for seed in range(5)]
        runs[f"r{position}"] = run_with(f"r{position}", onsets, [onset * lags for onset in onsets])
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
    effects, result, verdict = evaluate(sizes_inputs(1.0, **options))
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
        tables = run_with("r", onsets, list(10 ** generator.normal(3.7, 0.2, 5)))
        norms = {seed: 100 - 60 * ramp(STEPS, 10 ** generator.normal(3.7, 0.2)) for seed in range(5)}
        tables.tables["weight_norm"] = long_table("weight_norm", "r", norms, "norm", layer=0)
        inputs = one_run_inputs(tables, estimand="indicator_skill", test="mean", smallest_effect=0.05)
        supported += evaluate(inputs)[2].verdict == "supported"
    assert supported <= 2


def test_too_few_seeds_have_no_indicator_skill() -> None:
    tables = run_with("r", [3000.0, 1e9, 1e9], [3000.0] * 3)
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
    tables = run_with("r", [6000.0 * 1.1**seed for seed in range(5)], [6000.0 * 1.1**seed for seed in range(5)])
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


def test_the_lag_between_events_and_what_is_missing() -> None:
    tables = run_with("r", [6000.0] * 5, [6000.0, 12000.0, 6000.0, 6000.0, 1e12])
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
        steps=STEPS,
        estimand="event_step_by_axis",
        test="survival",
        parameters={"axis": "depth", "event": "generalisation"},
    )
    effects, result, verdict = evaluate(inputs)
    assert verdict.verdict == "supported"
    assert list(effects["status"]) == ["observed"] * 8 + ["not_yet"] * 4
    assert result is not None
    assert result.details["restricted_to"] == pytest.approx(np.log10(STEPS[-1] + 1), abs=0.01)
    inputs.item["settings"]["parameters"] = {"axis": "depth", "event": "fit", "positions": [0, 1]}
    assert evaluate(inputs)[2].verdict == "contradicted"


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
            f"d{position}", accuracy=accuracy, rank=rank_of(f"d{position}", {1: flat, 2: falls, 3: flat})
        )
        members.append(
            {"run": f"d{position}", "sweep": "s", "axes": {"depth": 4 * position + 4}, "positions": {"depth": position}}
        )
    by_depth = claim(
        members,
        estimand="event_shown",
        test="fisher",
        parameters={"event": "surge_2", "axis": "depth"},
        smallest_effect=0.5,
    )
    effects, result, verdict = evaluate(ItemInputs(by_depth, "quick", runs))
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
    effects, _, verdict = evaluate(inputs)
    assert list(effects["status"]) == ["observed"] * 5 + ["not_yet"] * 5
    assert verdict.verdict == "inconclusive"
    assert "the run ended" in verdict.why
    inputs.item["settings"]["parameters"] = {"event": "onset", "by": "surge_1"}
    assert set(evaluate(inputs)[0]["status"]) == {"not_applicable"}
    inputs.item["settings"]["parameters"] = {"event": "generalisation", "axis": "depth"}
    inputs.item["settings"]["direction"] = "less"
    assert evaluate(inputs)[2].verdict == "supported"  # a claim about the run: it does not generalise within it


def test_curve_levels_tunnels_and_rank_over_layers() -> None:
    seeds, flat = range(4), np.ones(len(STEPS))
    layers = {layer: dict.fromkeys(seeds, flat * rank) for layer, rank in ((1, 95.0), (2, 60.0), (3, 40.0), (4, 9.0))}
    spectra = make_table(
        "spectra", [{"seed": 0, "step": 0, "split": "test", "layer": 1, "points": 10, "eigenvalues": [1.0] * 100}], "r"
    )
    accuracy = grokking_table("r", STEPS, [300.0] * 4, [4000.0] * 4)
    tables = run_tables("r", accuracy=accuracy, rank=rank_of("r", layers), spectra=spectra)
    inputs = depth_inputs({4: [1.0]})
    inputs.runs = {"d4": tables}
    inputs.item["settings"] |= {"estimand": "tunnel_length_by_axis", "parameters": {"axis": "depth"}, "test": "page"}
    assert list(evaluate(inputs)[0]["value"]) == [3, 3, 3, 3]
    trend = evaluate(one_run_inputs(tables, estimand="rank_trend_over_layers", test="mean", direction="less"))
    assert list(trend[0]["value"]) == [-1, -1, -1, -1]
    level = {"curve": "test_accuracy", "statistic": "highest", "scale": "log10"}
    np.testing.assert_allclose(
        evaluate(one_run_inputs(tables, estimand="curve_level", test="mean", parameters=level))[0]["value"],
        np.log10(0.9),
        atol=0.02,
    )
    with pytest.raises(UserError, match="statistic 'mode'"):
        evaluate(
            one_run_inputs(
                tables, estimand="curve_level", test="mean", parameters={"curve": "rank", "statistic": "mode"}
            )
        )
    with pytest.raises(UserError, match="curve 'colour' is unknown"):
        evaluate(
            one_run_inputs(
                tables, estimand="curve_level", test="mean", parameters={"curve": "colour", "statistic": "final"}
            )
        )


def attacks(run: str, levels: dict[tuple[float, str], float], zero: float, seeds: int = 5) -> pd.DataFrame:
    parts = []
    for (epsilon, start), level in levels.items():
        curves = {seed: noisy(np.full(len(STEPS), level), 0.005, 7 * seed) for seed in range(seeds)}
        parts.append(
            long_table(
                "adversarial",
                run,
                curves,
                "accuracy",
                epsilon=epsilon,
                start=start,
                zero_gradient_start=zero,
                zero_gradient_last=zero,
                points=10,
            )
        )
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize(("zero", "verdict"), [(0.0, "supported"), (0.6, "contradicted")])
def test_controls_of_the_attack(zero: float, verdict: str) -> None:
    masked = zero > 0
    levels = {(0.06, "none"): 0.7, (0.2, "none"): 0.7 if masked else 0.4, (0.06, "random"): 0.3 if masked else 0.69}
    tables = run_tables(
        "r", accuracy=grokking_table("r", STEPS, [300.0] * 5, [4000.0] * 5), adversarial=attacks("r", levels, zero)
    )
    published = {"curve": "robust_accuracy", "epsilon": 0.06}
    for control, test in (
        ({"curve": {"curve": "zero_gradient", "epsilon": 0.06}}, "equivalence"),
        ({"curve": published, "minus": published | {"start": "random"}}, "equivalence"),
        ({"curve": published, "minus": published | {"epsilon": 0.2}}, "mean"),
    ):
        options = control | {"statistic": "final"}
        found = evaluate(
            one_run_inputs(tables, estimand="curve_level", test=test, parameters=options, smallest_effect=0.05)
        )
        assert found[2].verdict == verdict, control


def test_the_difference_of_two_levels_and_its_premise() -> None:
    levels = {(0.06, "none"): 0.8, (0.2, "none"): 0.2}
    tables = run_tables(
        "r", accuracy=grokking_table("r", STEPS, [300.0] * 2, [4000.0, 1e9]), adversarial=attacks("r", levels, 0.0, 2)
    )
    options = {
        "curve": {"curve": "robust_accuracy", "epsilon": 0.06},
        "minus": {"curve": "robust_accuracy", "epsilon": 0.2},
        "statistic": "final",
    }
    for scale, expected in (("plain", 0.6), ("log10", np.log10(4))):
        found = curve_level.estimate(one_run_inputs(tables), **options, scale=scale)
        np.testing.assert_allclose(found["value"], expected, atol=0.02)
    late = curve_level.estimate(one_run_inputs(tables), **options, given="onset")
    assert list(late["status"]) == ["observed", "not_applicable"]
    assert late["note"][1] == "no onset within the run"


def test_dates_that_go_together_over_seeds() -> None:
    onsets = [2000.0 * 1.3**seed for seed in range(8)]
    tables = run_with("r", onsets, onsets)
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


def test_movements_within_a_run_have_their_own_intervals() -> None:
    tables = run_with("r", [3000.0 * 1.2**seed for seed in range(5)], [3000.0 * 1.2**seed for seed in range(5)])
    options = {"first": "rank", "second": "test_accuracy"}
    settings = {
        "estimand": "curves_move_together",
        "test": "mean",
        "parameters": options,
        "direction": "less",
        "smallest_effect": 0.2,
    }
    effects, _, verdict = evaluate(one_run_inputs(tables, **settings))
    assert verdict.verdict == "supported"
    assert (effects["low"] <= effects["value"]).all()
    assert effects["note"].str.contains("circular shifts").all()


def test_every_verdict_says_how_many_seeds_it_takes() -> None:
    near = judge(depth_inputs({4: [2000.0, 2300, 2600], 8: [6000.0, 6500, 5600]}, steps=STEPS))["seeds_needed"]
    assert (near["seeds"], near["verdict"], near["reason"]) == (3, "supported", "")
    rule = Rule("one_sided", "greater", 0.1, 3)
    needed = {}
    for spread in (0.02, 0.4, 1.0):
        values = 0.3 + spread * np.array([-1.2, -0.5, 0.1, 0.4, 1.2])
        needed[spread] = seeds_needed(
            make_effects(SeedEffect(seed, "r", "observed", value) for seed, value in enumerate(values)), mean, rule
        )
    assert needed[0.02]["seeds"] == 3
    assert needed[0.4]["seeds"] > 8
    assert needed[1.0]["seeds"] is None
    assert "Even 30 seeds" in needed[1.0]["reason"]
    none = seeds_needed(make_effects([SeedEffect(0, "r", "observed", 1.0)]), mean, rule)
    assert none["seeds"] is None
    assert "Fewer than two" in none["reason"]


@settings(max_examples=60, deadline=None)
@given(st.floats(100, 20000), st.floats(0.1, 0.6), st.integers(0, 10**6), st.sampled_from(sorted(GRIDS)))
def test_a_seed_that_learns_both_sets_at_once_is_never_delayed(
    centre: float, width: float, seed: int, grid: str
) -> None:
    steps = GRIDS[grid]
    rise = ramp(steps, centre, width)
    table = accuracy_table(
        "r", steps, {0: (noisy(0.1 + 0.9 * rise, 0.001, seed), noisy(0.1 + 0.8 * rise, 0.005, seed + 1))}
    )
    assert seed_events(run_tables("r", accuracy=table))[0].step("onset") is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.1, 10), min_size=5, max_size=40))
def test_a_lowest_last_value_is_no_second_descent_without_the_whole_sequence(falls: list[float]) -> None:
    values = 100 - np.cumsum(falls)  # ends at its minimum
    phases = complexity_phases(np.arange(len(values)) * 100, values, **SETTINGS.model_dump(include=COMPLEXITY))
    assert phases.migration is None
    assert not phases.double_descent


def test_moments_of_a_norm_and_open_ends() -> None:
    tables = run_with("r", [6000.0, 1e9], [6000.0, 6000.0])
    found = {
        event: moments(tables, event, seed_events(tables), "claim")
        for event in ("norm_fall", "generalisation", "surge_2")
    }
    assert found["norm_fall"][0].step == pytest.approx(3000, rel=0.5)
    assert found["generalisation"][1].step is None
    assert found["generalisation"][1].open_end
    assert not found["surge_2"][0].open_end
    assert found["surge_2"][1].open_end

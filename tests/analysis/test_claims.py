"""From tables to verdicts: effects by seed, the verdict rule, its error rates, and what the JSON holds."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis_support import (
    SETTINGS,
    accuracy_table,
    claim,
    depth_inputs,
    grokking_table,
    log_grid,
    noisy,
    omnigrok_grid,
    one_run_inputs,
    ramp,
    run_tables,
)
from grokscope.analysis.claims import evaluate, judge, untested
from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.hypothesis_tests import one_sample, ordered
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.verdict import Rule, decide, usable
from grokscope.errors import UserError
from grokscope.metrics.tables import make_table

STEPS = omnigrok_grid()
ORDERED = {4: [2000, 2300, 2600], 8: [6000, 6500, 5600], 12: [20000, 18000, 23000]}


def spectra_table(run: str, steps: np.ndarray, ranks_by_seed: dict[int, np.ndarray], layers: int = 3) -> pd.DataFrame:
    """Spectra with so many equal eigenvalues; the last layer keeps rank 9."""
    rows = []
    for seed, ranks in ranks_by_seed.items():
        for layer in range(1, layers + 1):
            for step, rank in zip(steps, ranks, strict=True):
                kept = 9 if layer == layers else int(rank)
                values = [1.0] * kept + [0.0] * (100 - kept)
                rows.append(
                    {
                        "seed": seed,
                        "step": int(step),
                        "split": "test",
                        "layer": layer,
                        "points": 100,
                        "eigenvalues": values,
                    }
                )
    return make_table("spectra", rows, run)


def complexity_table(run: str, steps: np.ndarray, values: dict[int, np.ndarray]) -> pd.DataFrame:
    rows = [
        {
            "seed": seed,
            "step": int(step),
            "split": "train",
            "radius": 0.05,
            "layer": 0,
            "value": float(value),
            "deviation": 0.1,
            "points": 10,
        }
        for seed, curve in values.items()
        for step, value in zip(steps, curve, strict=True)
    ]
    return make_table("local_complexity", rows, run)


def adversarial_table(run: str, steps: np.ndarray, values: dict[int, np.ndarray]) -> pd.DataFrame:
    rows = [
        {
            "seed": seed,
            "step": int(step),
            "epsilon": 0.06,
            "start": "none",
            "accuracy": float(value),
            "zero_gradient_start": 0.0,
            "zero_gradient_last": 0.0,
            "points": 10,
        }
        for seed, curve in values.items()
        for step, value in zip(steps, curve, strict=True)
    ]
    return make_table("adversarial", rows, run)


def effects_of(groups: list[list[float]], status: str = "observed") -> pd.DataFrame:
    return make_effects(
        SeedEffect(seed, "run", status, value, group=float(group), group_label=f"depth {group}")  # type: ignore[arg-type]
        for group, values in enumerate(groups)
        for seed, value in enumerate(values)
    )


def verdict_on(inputs: ItemInputs) -> dict[str, Any]:
    """What `judge` says, without trying other thresholds."""
    effects, result, verdict = evaluate(inputs)
    counts = {
        status: int((effects["status"] == status).sum())
        for status in ("absent", "not_yet", "not_applicable", "collapsed")
    }
    return {
        "verdict": verdict.verdict,
        "why": verdict.why,
        "effect": result and result.effect,
        "seeds": len(usable(effects)),
        **counts,
    }


def test_an_ordered_claim_is_supported_contradicted_or_open() -> None:
    found = judge(depth_inputs(ORDERED))
    assert found["verdict"] == "supported"
    assert found["meaning"] == "yes"
    assert found["effect"] == pytest.approx(np.log10(20000 / 2300) / 2, abs=0.1)
    assert (found["seeds"], found["collapsed"], found["meaningful"]) == (3, 0, True)
    assert found["sensitivity"]["tried"] == len(found["sensitivity"]["grid"]) > 5
    assert (
        verdict_on(depth_inputs(dict(zip((4, 8, 12), list(ORDERED.values())[::-1], strict=True))))["verdict"]
        == "contradicted"
    )
    assert verdict_on(depth_inputs({depth: [3000, 8000, 20000] for depth in (4, 8)}))["verdict"] == "inconclusive"


def test_too_few_seeds_are_inconclusive() -> None:
    found = verdict_on(depth_inputs({depth: dates[:2] for depth, dates in ORDERED.items()}))
    assert found["verdict"] == "inconclusive"
    assert "2 usable at depth 4, 3 needed" in found["why"]
    one = judge(depth_inputs({depth: dates[:1] for depth, dates in ORDERED.items()}))
    assert (one["verdict"], one["effect"], one["p_value"]) == ("inconclusive", None, None)


def test_smoke_scale_has_no_meaning() -> None:
    assert judge(depth_inputs(ORDERED, scale="smoke"))["meaningful"] is False


def test_rising_with_train_accuracy_is_never_delayed() -> None:
    """Test accuracy that rises with train accuracy, later in deeper networks: ordered, but no grokking."""
    runs: dict[str, Any] = {}
    for depth, centre in ((4, 300), (8, 1500), (12, 8000)):
        curves = {
            seed: (
                noisy(ramp(STEPS, centre, 0.2), 0.001, seed),
                noisy(0.1 + 0.8 * ramp(STEPS, centre, 0.2), 0.005, 50 + seed),
            )
            for seed in range(5)
        }
        runs[f"d{depth}"] = run_tables(f"d{depth}", accuracy=accuracy_table(f"d{depth}", STEPS, curves))
    inputs = depth_inputs(ORDERED)
    inputs.runs = runs
    found = judge(inputs)
    assert found["verdict"] == "contradicted"
    assert "rose with train accuracy" in found["why"]
    assert {row["status"] for row in found["per_seed"]} == {"absent"}
    assert found["sensitivity"]["flips"] == 0


def test_collapsed_and_diverged_seeds_are_counted_and_not_used() -> None:
    inputs = depth_inputs({depth: [*dates, dates[0]] for depth, dates in ORDERED.items()})
    table = inputs.runs["d12"].tables["accuracy"]
    table.loc[(table["seed"] == 3) & (table["step"] > 30000), "accuracy"] = 0.1
    shallow = inputs.runs["d4"].tables["accuracy"]
    shallow.loc[(shallow["seed"] == 2) & (shallow["step"] > 50000), "loss"] = np.inf
    found = judge(inputs)
    assert (found["collapsed"], found["diverged"], found["seeds"], found["verdict"]) == (1, 1, 3, "supported")
    rows = {(row["run"], row["seed"]): row for row in found["per_seed"]}
    assert rows["d12", 3]["status"] == "collapsed"
    assert rows["d12", 3]["value"] is None
    assert "collapsed from step" in rows["d12", 3]["note"]


def test_seeds_that_do_not_generalise_in_time_are_censored() -> None:
    found = judge(depth_inputs(ORDERED | {12: [10**7, 10**7, 10**7]}))
    assert found["verdict"] == "supported"
    assert found["not_yet"] == 3
    late = [row for row in found["per_seed"] if row["group_label"] == "depth 12"]
    assert all(row["value"] is None and row["censored_at"] == pytest.approx(5, abs=0.01) for row in late)
    assert verdict_on(depth_inputs({4: [10**7] * 3, 8: [10**7] * 3}))["verdict"] == "inconclusive"


def rank_inputs(shift_decades: float, seeds: int = 6) -> Any:
    onsets = [5000.0 * 1.1**seed for seed in range(seeds)]
    steps = STEPS[::3]
    ranks = {seed: np.rint(80 - 60 * ramp(steps, onset * 10**shift_decades, 0.3)) for seed, onset in enumerate(onsets)}
    tables = run_tables(
        "r", accuracy=grokking_table("r", STEPS, [300.0] * seeds, onsets), spectra=spectra_table("r", steps, ranks)
    )
    options = {"first": "onset", "second": collapse_of(layer="second_last", definition="relative_1e-3")}
    return one_run_inputs(tables, estimand="event_lag", test="equivalence", smallest_effect=0.2, parameters=options)


def collapse_of(**options: Any) -> dict[str, Any]:
    return {"event": "rank_collapse", **options}


def return_under(**options: Any) -> dict[str, Any]:
    return {"first": "fit", "second": {"event": "robustness_onset", **options}}


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


def robust_inputs(curve: np.ndarray, seeds: int = 6) -> Any:
    train = 0.1 + 0.9 * ramp(STEPS, 60, 0.2)
    accuracy = accuracy_table("r", STEPS, {seed: (train, noisy(0.9 * train, 0.005, seed)) for seed in range(seeds)})
    attacks = adversarial_table("r", STEPS, {seed: noisy(curve, 0.01, seed) for seed in range(seeds)})
    options = return_under(epsilon=0.06, start="none")
    settings = {"estimand": "event_lag", "test": "one_sample", "smallest_effect": 0.5, "parameters": options}
    return one_run_inputs(run_tables("r", accuracy=accuracy, adversarial=attacks), **settings)


def test_delayed_robustness() -> None:
    lost = 0.05 + 0.5 * ramp(STEPS, 15) - 0.4 * ramp(STEPS, 300)
    found = verdict_on(robust_inputs(lost + 0.4 * ramp(STEPS, 15000)))
    assert found["verdict"] == "supported"
    assert found["effect"] == pytest.approx(np.log10(15000 / 90), abs=0.2)
    never = verdict_on(robust_inputs(lost))
    assert (never["verdict"], never["absent"]) == ("contradicted", 6)
    assert "does not return" in never["why"]
    kept = verdict_on(robust_inputs(0.05 + 0.5 * ramp(STEPS, 15)))
    assert "not lost" in kept["why"]
    few = verdict_on(robust_inputs(lost + 0.4 * ramp(STEPS, 15000), seeds=3))
    assert few["verdict"] == "inconclusive"
    assert "With 3 seeds this test cannot" in few["why"]
    with pytest.raises(UserError, match=r"epsilon 0\.5"):
        evaluate(
            one_run_inputs(
                robust_inputs(lost).runs["r"],
                estimand="event_lag",
                test="one_sample",
                parameters=return_under(epsilon=0.5),
            )
        )


def peak_inputs(rise: float, fall: float, seeds: int = 6) -> Any:
    complexity = {
        seed: noisy(2 + 9 * ramp(STEPS, 300, 0.6) - 7 * ramp(STEPS, fall, 0.4), 0.05, seed) for seed in range(seeds)
    }
    accuracy = grokking_table("r", STEPS, [500.0] * seeds, [rise] * seeds)
    tables = run_tables("r", accuracy=accuracy, local_complexity=complexity_table("r", STEPS, complexity))
    return one_run_inputs(tables, estimand="onset_after_complexity_peak", test="one_sample", smallest_effect=0.1)


def test_complexity_peaks_before_or_after_generalisation() -> None:
    before = verdict_on(peak_inputs(20000, 6000))
    assert before["verdict"] == "supported"
    assert before["effect"] > 0.5
    assert verdict_on(peak_inputs(2500, 20000))["verdict"] == "contradicted"
    without = verdict_on(peak_inputs(5000, 10.0**8))
    assert (without["verdict"], without["absent"]) == ("contradicted", 6)
    unfinished = verdict_on(peak_inputs(10.0**7, 6000))
    assert (unfinished["verdict"], unfinished["not_yet"]) == ("inconclusive", 6)


def test_a_strong_trend_against_the_claim_contradicts_it() -> None:
    trend = np.random.default_rng(3).normal(4, 0.2, size=(3, 10)) - 0.3 * np.arange(3)[:, None]
    effects = effects_of([list(group) for group in trend])
    assert (
        decide(effects, ordered.run_test(effects, "greater", 0.1), Rule("one_sided", "greater", 0.1, 3)).verdict
        == "contradicted"
    )
    assert (
        decide(effects, ordered.run_test(effects, "less", 0.1), Rule("one_sided", "less", 0.1, 3)).verdict
        == "supported"
    )


def test_a_real_but_small_effect_is_not_supported() -> None:
    effects = effects_of([[0.05, 0.06, 0.04, 0.055, 0.045, 0.05]])
    assert (
        decide(effects, one_sample.run_test(effects, "greater", 0.5), Rule("one_sided", "greater", 0.5, 3)).verdict
        == "contradicted"
    )


def test_verdicts_hold_no_nan_and_are_the_same_each_time() -> None:
    inputs = depth_inputs(ORDERED | {12: [20000, 18000, 10**7]})
    first, second = (json.dumps(judge(inputs), allow_nan=False, sort_keys=True) for _ in range(2))
    assert first == second


def test_other_thresholds_change_the_events() -> None:
    inputs = depth_inputs(ORDERED)
    lax = judge(inputs, SETTINGS.model_copy(update={"onset_share": 0.2}))
    values = [row["value"] for row in judge(inputs)["per_seed"]]
    assert all(row["value"] < value for row, value in zip(lax["per_seed"], values, strict=True))


def test_other_measures_are_judged_by_the_same_rule() -> None:
    """Robustness that comes back under a weak attack and not under a strong one."""
    lost = 0.05 + 0.5 * ramp(STEPS, 15) - 0.4 * ramp(STEPS, 300)
    inputs = robust_inputs(lost + 0.4 * ramp(STEPS, 15000))
    weak = inputs.runs["r"].tables["adversarial"]
    strong = adversarial_table("r", STEPS, {seed: noisy(lost, 0.01, seed) for seed in range(6)}).assign(epsilon=0.2)
    inputs.runs["r"].tables["adversarial"] = pd.concat([weak, strong], ignore_index=True)
    own = judge(inputs)
    inputs.item["settings"]["other_measures"] = {
        "the larger attack": return_under(epsilon=0.2),
        "the same attack": return_under(epsilon=0.06),
    }
    found = judge(inputs)
    rows = [row for row in found["sensitivity"]["grid"] if row["threshold"] == "measure"]
    assert [(row["value"], row["verdict"]) for row in rows] == [
        ("the larger attack", "contradicted"),
        ("the same attack", "supported"),
    ]
    assert found["sensitivity"]["tried"] == own["sensitivity"]["tried"] + 2
    assert found["sensitivity"]["flips"] == own["sensitivity"]["flips"] + 1
    assert {key: value for key, value in found.items() if key != "sensitivity"} == {
        key: value for key, value in own.items() if key != "sensitivity"
    }
    inputs.item["settings"]["other_measures"] = {"an attack that was not measured": return_under(epsilon=0.5)}
    with pytest.raises(UserError, match=r"epsilon 0\.5"):
        judge(inputs)


def test_untested_claims_have_the_same_keys() -> None:
    tested = judge(depth_inputs(ORDERED))
    for item, reason in (
        (claim([], sweeps=[]), "No experiment"),
        (claim([]), "at this scale"),
        (depth_inputs(ORDERED).item, "not asked for"),
    ):
        found = untested(item, "quick")
        assert found["verdict"] == "not tested"
        assert reason in found["why"]
        assert found.keys() == tested.keys()
        json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"estimand": "nonsense"},
            "estimand: 'nonsense' is unknown; known are collapse_after_event, curve_level, curves_move",
        ),
        (
            {"test": "result"},
            (
                "test: 'result' is unknown; known are apart, equivalence, fisher, mean, one_sample, ordered, page,"
                " paired, share"
            ),
        ),
        ({"parameters": {"axis": "depth", "event": "onset", "colour": 3}}, "parameters: .*colour"),
        ({"parameters": {"axis": "width", "event": "onset"}}, "own position on axis 'width'"),
        ({"parameters": {"axis": "depth", "event": "onset", "where": {"size": 0}}}, "'size' is no axis"),
        ({"parameters": {"axis": "depth", "event": "onset", "where": {"depth": 9}}}, "no run at"),
        ({"estimand": "event_lag", "parameters": return_under(epsilon=0.1)}, "selects 3 runs"),
        (
            {
                "estimand": "event_lag",
                "parameters": {"first": {"event": "fit", "layer": 2}, "second": "onset", "axis": "depth"},
            },
            "fit takes no layer",
        ),
    ],
)
def test_mistakes_in_a_claim_are_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        judge(depth_inputs(ORDERED, steps=log_grid(), **settings))


def test_analysis_needs_no_torch() -> None:
    modules = "claims, summary, inputs, families, aggregate, reference"
    code = f"import sys; from grokscope.analysis import {modules}; assert 'torch' not in sys.modules"
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path), "OMP_NUM_THREADS": "1"}
    )

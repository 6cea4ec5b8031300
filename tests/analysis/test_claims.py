"""From tables to verdicts: effects by seed, which seeds count, other thresholds and measures, the JSON."""

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
    log_grid,
    noisy,
    omnigrok_grid,
    ramp,
    run_tables,
    verdict_on,
)
from analysis_tables import metric_table, return_under, robust_inputs
from grokscope.analysis.claim_records import untested, without_rounding
from grokscope.analysis.claims import judge
from grokscope.errors import UserError

STEPS = omnigrok_grid()
ORDERED = {4: [2000, 2300, 2600], 8: [6000, 6500, 5600], 12: [20000, 18000, 23000]}


@pytest.fixture(scope="module")
def judged() -> dict[str, Any]:
    """The verdict on networks that generalise the later the deeper they are."""
    return judge(depth_inputs(ORDERED))


def test_an_ordered_claim_is_supported_contradicted_or_open(judged: dict[str, Any]) -> None:
    found = judged
    assert found["verdict"] == "supported"
    assert found["meaning"] == "yes"
    assert found["effect"] == pytest.approx(np.log10(20000 / 2300) / 8, abs=0.025)
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


def test_verdicts_hold_no_nan_and_are_the_same_each_time() -> None:
    inputs = depth_inputs(ORDERED | {12: [20000, 18000, 10**7]})
    first, second = (json.dumps(judge(inputs), allow_nan=False, sort_keys=True) for _ in range(2))
    assert first == second


def test_other_thresholds_change_the_events(judged: dict[str, Any]) -> None:
    lax = judge(depth_inputs(ORDERED), SETTINGS.model_copy(update={"onset_share": 0.2}))
    values = [row["value"] for row in judged["per_seed"]]
    assert all(row["value"] < value for row, value in zip(lax["per_seed"], values, strict=True))


def test_other_measures_are_judged_by_the_same_rule() -> None:
    """Robustness that comes back under a weak attack and not under a strong one."""
    lost = 0.05 + 0.5 * ramp(STEPS, 15) - 0.4 * ramp(STEPS, 300)
    inputs = robust_inputs(STEPS, lost + 0.4 * ramp(STEPS, 15000))
    weak = inputs.runs["r"].tables["adversarial"]
    strong = metric_table("adversarial", "r", STEPS, {seed: noisy(lost, 0.01, seed) for seed in range(6)}).assign(
        epsilon=0.2
    )
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


def test_untested_claims_have_the_same_keys(judged: dict[str, Any]) -> None:
    for item, reason in (
        (claim([], sweeps=[]), "No experiment"),
        (claim([]), "at this scale"),
        (depth_inputs(ORDERED).item, "not asked for"),
    ):
        found = untested(item, "quick")
        assert found["verdict"] == "not tested"
        assert reason in found["why"]
        assert found.keys() == judged.keys()
        json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"estimand": "nonsense"},
            "estimand: 'nonsense' is unknown; known are change_during_rise, collapse_after_event, curve_level",
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


@pytest.mark.parametrize(("effect", "shown"), [(-5.6e-18, 0.0), (1e-9, 1e-9), (-0.5, -0.5)])
def test_what_cancelling_leaves_is_no_effect(effect: float, shown: float) -> None:
    assert without_rounding(effect) == shown

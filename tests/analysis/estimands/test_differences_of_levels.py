"""Levels of attacks: gradients that are zero, random starts, a larger epsilon, and the difference of two curves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis_support import grokking_table, noisy, omnigrok_grid, one_run_inputs, run_tables
from analysis_tables import metric_table
from grokscope.analysis.claims import evaluate
from grokscope.analysis.estimands import curve_level

STEPS = omnigrok_grid()[::2]


def attacks(run: str, levels: dict[tuple[float, str], float], zero: float, seeds: int = 5) -> pd.DataFrame:
    zeros = {"zero_gradient_start": zero, "zero_gradient_last": zero}
    parts = []
    for (epsilon, start), level in levels.items():
        curves = {seed: noisy(np.full(len(STEPS), level), 0.005, 7 * seed) for seed in range(seeds)}
        parts.append(metric_table("adversarial", run, STEPS, curves, epsilon=epsilon, start=start, **zeros))
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
    assert late["note"][1] == "no delayed generalisation within the run"

"""The late rise of a curve: from the level after an event to the end, without the bias of a lowest value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis_support import grokking_table, log_grid, noisy, one_run_inputs, run_tables
from analysis_tables import metric_table
from grokscope.analysis.claims import evaluate
from grokscope.analysis.detectors.late_rise import late_rise

STEPS = log_grid()
TIME = np.log10(STEPS + 1.0)
LIMITS = {"smoothing_decades": 0.05, "final_decades": 0.1}


def stairs(before: float, after: float) -> np.ndarray:
    """One level before the last quarter of logarithmic time, another from there on."""
    return np.where(0.75 * TIME[-1] > TIME, before, after)


def test_levels_are_medians_before_the_middle_and_at_the_end() -> None:
    curve = stairs(0.2, 0.5)
    curve[(TIME > 1.5) & (TIME < 1.6)] = 0.0  # a dip is no level
    found = late_rise(STEPS, curve, since=10, **LIMITS)
    assert found is not None
    assert (found.before, found.final, found.size) == (0.2, 0.5, pytest.approx(0.3))
    assert late_rise(STEPS, curve, since=float(STEPS[-2]), **LIMITS) is None


def test_a_level_curve_of_noise_has_no_rise_on_average() -> None:
    random = np.random.default_rng(0)
    sizes, from_lowest = [], []
    for _ in range(300):
        curve = random.binomial(200, 0.3, len(STEPS)) / 200
        found = late_rise(STEPS, curve, since=10, **LIMITS)
        assert found is not None
        sizes.append(found.size)
        from_lowest.append(found.final - curve.min())
    assert abs(np.mean(sizes)) < 4 * np.std(sizes) / np.sqrt(300)
    assert np.mean(from_lowest) > 0.05


def effects(curves: dict[int, np.ndarray], beside: dict[int, np.ndarray], parameters: dict[str, Any]) -> pd.DataFrame:
    seeds = len(curves)
    table = pd.concat(
        [
            metric_table("attack_suite", "r", STEPS, curves),
            metric_table("attack_suite", "r", STEPS, beside, attack="published"),
        ],
        ignore_index=True,
    )
    tables = run_tables("r", accuracy=grokking_table("r", STEPS, [20.0] * seeds, [20.0] * seeds), attack_suite=table)
    parameters = {"curve": {"curve": "attacked_accuracy", "epsilon": 0.06}} | parameters
    return evaluate(one_run_inputs(tables, estimand="late_rise", test="mean", parameters=parameters))[0]


def test_only_seeds_count_whose_other_curve_has_risen() -> None:
    curves = {seed: noisy(stairs(0.2, 0.2 + 0.1 * seed), 0.001, seed) for seed in range(4)}
    beside = {0: stairs(0.1, 0.5), 1: stairs(0.1, 0.11), 2: stairs(0.1, 0.5), 3: stairs(0.5, 0.1)}
    alone = effects(curves, beside, {})
    np.testing.assert_allclose(alone.value, [0, 0.1, 0.2, 0.3], atol=0.005)
    found = effects(curves, beside, {"beside": {"curve": "attacked_accuracy", "epsilon": 0.06, "attack": "published"}})
    assert found.status.tolist() == ["observed", "not_applicable", "observed", "not_applicable"]
    np.testing.assert_allclose(found.value.dropna(), [0, 0.2], atol=0.005)
    assert "no late rise" in found.note.iloc[1]


def test_without_the_event_there_is_no_effect() -> None:
    curves = {0: stairs(0.2, 0.5)}
    found = effects(curves, curves, {"after": "surge_2"})
    assert found.status.tolist() == ["not_applicable"]

"""Intervals end where effects must: a share of points is not negative, whatever a t interval says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from analysis_support import accuracy_table, log_grid, one_run_inputs, run_tables
from grokscope.analysis.claims import judge
from grokscope.analysis.estimands import curve_level, event_shown

STEPS = log_grid(count=60)
ANY = (-math.inf, math.inf)


@pytest.mark.parametrize(
    ("parameters", "bounds"),
    [
        ({"curve": "test_accuracy"}, (0, 1)),
        ({"curve": "test_accuracy", "minus": "train_accuracy"}, (-1, 1)),
        ({"curve": "test_accuracy", "axis": "depth"}, ANY),
        ({"curve": "test_accuracy", "scale": "log10"}, ANY),
        ({"curve": "test_accuracy", "statistic": "relative_range"}, ANY),
        ({"curve": "weight_norm"}, ANY),
    ],
)
def test_levels_of_fractions_have_bounds(parameters: dict[str, Any], bounds: tuple[float, float]) -> None:
    assert curve_level.bounds(**{"statistic": "final"} | parameters) == bounds


def test_shares_of_seeds_and_their_differences_have_bounds() -> None:
    assert event_shown.bounds(event="fit") == (-0.5, 0.5)
    assert event_shown.bounds(event="fit", axis="depth") == event_shown.bounds(event="fit", by="surge_1") == (-1, 1)


def test_an_interval_that_is_shown_does_not_leave_them() -> None:
    fitted = np.ones(len(STEPS))
    curves = {seed: (fitted, np.full(len(STEPS), share)) for seed, share in enumerate((0.0, 0.0, 0.01))}
    tables = run_tables("r", accuracy=accuracy_table("r", STEPS, curves))
    level = {"curve": "test_accuracy", "statistic": "final"}
    found = judge(one_run_inputs(tables, estimand="curve_level", test="mean", parameters=level))
    assert found["low"] == 0
    assert found["high"] > found["effect"] > 0

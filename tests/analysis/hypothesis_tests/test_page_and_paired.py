"""Tests that compare the same seeds under several conditions, against scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from analysis_tables import effects_of
from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.hypothesis_tests import page, paired
from grokscope.analysis.verdict import Rule, decide

GENERATOR = np.random.default_rng


def test_page_equals_scipy() -> None:
    data = GENERATOR(1).normal(size=(6, 3)) + 0.4 * np.arange(3)
    expected = stats.page_trend_test(data, method="exact").pvalue
    found = page.run_test(effects_of([list(column) for column in data.T]), "greater", 0.1)
    assert found.p_value == pytest.approx(expected, abs=0.01)
    assert found.effect == pytest.approx(np.mean([np.polyfit(range(3), row, 1)[0] for row in data]))
    assert page.run_test(effects_of([list(column) for column in -data.T]), "less", 0.1).p_value == pytest.approx(
        expected, abs=0.01
    )


def test_pairing_removes_what_seeds_share() -> None:
    shift = GENERATOR(2).normal(0, 1, 8)
    groups = [list(shift), list(shift + 0.3 + GENERATOR(3).normal(0, 0.05, 8))]
    found = paired.run_test(effects_of(groups), "greater", 0.1)
    assert found.p_value == pytest.approx(stats.ttest_rel(groups[1], groups[0], alternative="greater").pvalue)
    assert found.effect == pytest.approx(0.3, abs=0.05)
    few = effects_of([[1.0, 2.0], [1.5]])
    assert decide(few, paired.run_test(few, "greater", 0), Rule("one_sided", "greater", 0, 1)).verdict == "inconclusive"


@pytest.mark.parametrize("test", [page, paired])
@pytest.mark.parametrize("direction", ["greater", "less"])
def test_several_runs_of_a_seed_that_differ_in_their_order_alone_are_no_effect(test: Any, direction: str) -> None:
    """0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1 in the last bit, which six seeds alike would take for an effect."""
    orders = {0.0: (0.1, 0.2, 0.3), 1.0: (0.3, 0.2, 0.1)}
    rows = [
        SeedEffect(seed, "r", "observed", value, group=group)
        for seed in range(6)
        for group, values in orders.items()
        for value in values
    ]
    found = test.run_test(make_effects(rows), direction, 0.1)
    assert found.effect == 0
    assert found.p_value == 1

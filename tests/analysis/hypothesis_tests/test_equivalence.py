"""The test of equivalence against statsmodels, and its error rate at the margin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.weightstats import DescrStatsW

from analysis_tables import effects_of
from grokscope.analysis.hypothesis_tests import equivalence


@settings(max_examples=40)
@given(
    st.lists(st.floats(-1, 1), min_size=3, max_size=12, unique=True).filter(lambda values: np.std(values) > 1e-3),
    st.floats(0.05, 0.8),
)
def test_equivalence_equals_statsmodels(values: list[float], margin: float) -> None:
    assume(not equivalence.discrete_at_a_margin(np.array(values), margin))  # there sign flips count too
    expected = DescrStatsW(np.array(values)).ttost_mean(-margin, margin)[0]
    result = equivalence.run_test(effects_of([list(values)]), "greater", margin)
    assert result.p_value == pytest.approx(expected, abs=1e-12)


@settings(max_examples=20)
@given(st.lists(st.tuples(*[st.floats(-1, 1)] * 3), min_size=3, max_size=12, unique=True), st.floats(0.05, 0.8))
def test_over_groups_equivalence_is_that_of_the_slopes_of_seeds(levels: list[tuple[float, ...]], margin: float) -> None:
    slopes = np.polynomial.polynomial.polyfit([0, 1, 2], np.array(levels).T, 1)[1]
    assume(np.std(slopes) > 1e-3 and not equivalence.discrete_at_a_margin(slopes, margin))
    result = equivalence.run_test(effects_of([list(group) for group in zip(*levels, strict=True)]), "greater", margin)
    assert result.p_value == pytest.approx(DescrStatsW(slopes).ttost_mean(-margin, margin)[0], abs=1e-9)
    assert (result.effect, result.seeds) == (pytest.approx(slopes.mean()), len(levels))


def test_a_seed_without_a_value_in_a_group_has_no_slope() -> None:
    levels = [[0.1, 0.3, 0.2, None], [0.3, 0.25, 0.1, 0.2]]
    assert equivalence.run_test(effects_of(levels), "greater", 0.2) == equivalence.run_test(
        effects_of([group[:3] for group in levels]), "greater", 0.2
    )
    few = equivalence.run_test(effects_of([[0.1, None], [0.3, 0.2]]), "greater", 0.2)
    assert (few.p_value, few.seeds) == (1.0, 1)
    assert np.isnan(few.effect)


def test_at_the_edge_of_the_margin_equivalence_is_found_in_one_of_twenty() -> None:
    draws = np.random.default_rng(5).normal(0.2, 0.1, size=(1500, 10))
    share = np.mean([equivalence.equivalence_p_value(values, 0.2) <= 0.05 for values in draws])
    assert share == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 1500))


def test_equivalence_of_equal_or_censored_values() -> None:
    assert equivalence.run_test(effects_of([[0.1, 0.1, 0.1]]), "greater", 0.2).p_value == 1 / 8
    assert equivalence.run_test(effects_of([[0.2, 0.2, 0.2]]), "greater", 0.2).p_value == 1
    close = [0.01, 0.0, -0.01, 0.02]
    assert (
        equivalence.run_test(effects_of([[*close, None]]), "greater", 0.2).p_value
        > equivalence.run_test(effects_of([list(close)]), "greater", 0.2).p_value
    )

"""The test of an ordered trend against brute force and scipy."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis_tables import effects_of
from grokscope.analysis.hypothesis_tests import ordered
from grokscope.analysis.hypothesis_tests.result import RESAMPLES, Effort


def brute_force_p(samples: list[list[float]]) -> float:
    """Share of all assignments of the values to the groups with as many ordered pairs, by plain loops."""

    def ordered_pairs(groups: list[list[float]]) -> float:
        pairs = 0.0
        for one, other in itertools.combinations(groups, 2):
            for low, high in itertools.product(one, other):
                pairs += 1.0 if low < high else 0.5 if low == high else 0.0
        return pairs

    sizes = [len(sample) for sample in samples]
    values = [value for sample in samples for value in sample]
    observed, outcomes = ordered_pairs(samples), []
    for order in itertools.permutations(range(len(values))):
        rest = iter(order)
        outcomes.append(ordered_pairs([[values[next(rest)] for _ in range(size)] for size in sizes]))
    return float(np.mean(np.array(outcomes) >= observed))


@settings(max_examples=15)
@given(st.lists(st.integers(0, 4), min_size=6, max_size=6), st.sampled_from([(2, 2, 2), (3, 3), (2, 4)]))
def test_jonckheere_terpstra_equals_brute_force(values: list[int], sizes: tuple[int, ...]) -> None:
    rest = iter(float(value) for value in values)
    samples = [[next(rest) for _ in range(size)] for size in sizes]
    arrays = [np.array(sample) for sample in samples]
    assert ordered.trend_p_value(arrays, "greater", RESAMPLES) == pytest.approx(brute_force_p(samples))
    assert ordered.trend_p_value(arrays[::-1], "less", RESAMPLES) == pytest.approx(brute_force_p(samples))


def test_jonckheere_terpstra_of_two_groups_is_the_exact_mann_whitney_test() -> None:
    one, other = np.array([1.0, 3.0, 4.0, 2.5]), np.array([2.0, 5.0, 6.0, 7.0, 3.5])
    expected = stats.mannwhitneyu(other, one, alternative="greater", method="exact").pvalue
    assert ordered.trend_p_value([one, other], "greater", RESAMPLES) == pytest.approx(expected)


def test_many_seeds_use_random_permutations_and_the_same_ones_each_time() -> None:
    generator = np.random.default_rng(0)
    effects = effects_of([list(generator.normal(0.1 * group, 0.2, 10)) for group in range(3)])
    first, second = (ordered.run_test(effects, "greater", 0.1) for _ in range(2))
    assert first == second
    assert first.low < first.effect < first.high


def test_ordered_effect_is_the_median_of_pair_slopes_and_agrees_with_theil_sen() -> None:
    groups: list[list[float | None]] = [[3.0, 3.1, 2.9], [3.3, 3.5, 3.4], [4.0, 3.7, 3.9]]
    result = ordered.run_test(effects_of(groups), "greater", 0.1)
    positions, values = np.repeat([0, 1, 2], 3), np.array(groups, dtype=float).ravel()
    assert result.effect == pytest.approx(stats.theilslopes(values, positions).slope)
    assert result.p_value == pytest.approx(1 / 1680, rel=0.01)
    assert 0 < result.low < result.effect < result.high


def test_effects_are_cut_off_at_the_earliest_censoring() -> None:
    censored = ordered.run_test(effects_of([[3.0, 3.1, 3.2], [3.5, 3.6, None], [None, None, None]]), "greater", 0.1)
    filled = ordered.run_test(effects_of([[3.0, 3.1, 3.2], [3.5, 3.6, 5.0], [5.0, 5.0, 5.0]]), "greater", 0.1)
    assert (censored.effect, censored.low, censored.high, censored.p_value) == (
        filled.effect,
        filled.low,
        filled.high,
        filled.p_value,
    )
    assert censored.p_value < 0.05
    early = effects_of([[3.0, 3.1, 3.2], [3.5, 3.6, None]], 3.55)
    cut = ordered.run_test(effects_of([[3.0, 3.1, 3.2], [3.5, 3.55, 3.55]]), "greater", 0.1)
    assert ordered.run_test(early, "greater", 0.1).effect == cut.effect
    assert censored.censoring_hides
    assert not ordered.run_test(
        effects_of([[None, None, None], [3.0, 3.1, 3.2]]), "greater", 0.1
    ).censoring_hides  # reversed order is plain to see
    assert ordered.run_test(effects_of([[None, None, None], [3.0, 3.1, 3.2]]), "less", 0.1).censoring_hides


@given(st.integers(0, 2**32 - 1))
def test_a_slope_of_values_that_are_cut_off_is_a_bound(seed: int) -> None:
    """The slope of the true dates has the same sign and is as large or larger."""
    generator = np.random.default_rng(seed)
    dates = generator.uniform(3, 5, (3, 4)) + generator.normal(0, 0.5) * np.arange(3)[:, None]
    end = float(generator.uniform(3, 5.5))
    known = [[date if date < end else None for date in group] for group in dates.tolist()]
    true = ordered.run_test(effects_of(dates.tolist()), "greater", 0.1, Effort(9, 9))
    found = ordered.run_test(effects_of(known, end), "greater", 0.1, Effort(9, 9))
    assert not true.details
    if found.details:
        assert any(None in group for group in known)
        assert min(true.effect, 0) <= found.effect <= max(true.effect, 0)
        assert found.details == {f"effect_is_{'lower' if true.effect > 0 else 'upper'}_bound": True}


def test_the_interval_of_few_seeds_spans_the_bootstrap() -> None:
    """Three seeds: t quantile 4.30 times sqrt(3 / 2) leaves nothing of the tails."""
    groups: list[list[float | None]] = [[0.0, 1.0, 2.0], [1.0, 2.0, 3.0]]
    result = ordered.run_test(effects_of(groups), "greater", 0.1)
    assert (result.low, result.high) == (-1.0, 3.0)

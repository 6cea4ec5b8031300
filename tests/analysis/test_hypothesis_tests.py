"""The statistical tests against independent computations."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from grokscope.analysis.aggregate import mean_and_interval, mean_interval
from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.families import correct_family
from grokscope.analysis.hypothesis_tests import equivalence, one_sample, ordered
from grokscope.analysis.hypothesis_tests.result import RESAMPLES


def effects_of(groups: list[list[float | None]], censored_at: float = 5.0) -> pd.DataFrame:
    return make_effects(
        SeedEffect(
            seed,
            f"run{group}",
            "not_yet" if value is None else "observed",
            value,
            censored_at if value is None else None,
            group=float(group),
        )
        for group, values in enumerate(groups)
        for seed, value in enumerate(values)
    )


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


@settings(max_examples=15, deadline=None)
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


def test_censored_effects_are_tied_at_the_latest_time() -> None:
    censored = ordered.run_test(effects_of([[3.0, 3.1, 3.2], [3.5, 3.6, None], [None, None, None]]), "greater", 0.1)
    filled = ordered.run_test(effects_of([[3.0, 3.1, 3.2], [3.5, 3.6, 5.0], [5.0, 5.0, 5.0]]), "greater", 0.1)
    assert (censored.effect, censored.low, censored.high, censored.p_value) == (
        filled.effect,
        filled.low,
        filled.high,
        filled.p_value,
    )
    assert censored.p_value < 0.05
    assert censored.censoring_hides
    assert not ordered.run_test(
        effects_of([[None, None, None], [3.0, 3.1, 3.2]]), "greater", 0.1
    ).censoring_hides  # reversed order is plain to see
    assert ordered.run_test(effects_of([[None, None, None], [3.0, 3.1, 3.2]]), "less", 0.1).censoring_hides


def test_the_interval_of_few_seeds_spans_the_bootstrap() -> None:
    """Three seeds: t quantile 4.30 times sqrt(3 / 2) leaves nothing of the tails."""
    groups: list[list[float | None]] = [[0.0, 1.0, 2.0], [1.0, 2.0, 3.0]]
    result = ordered.run_test(effects_of(groups), "greater", 0.1)
    assert (result.low, result.high) == (-1.0, 3.0)


@pytest.mark.parametrize("count", [3, 5, 8])
def test_sign_flips_equal_brute_force(count: int) -> None:
    values = np.random.default_rng(count).normal(0.3, 0.5, count)
    result = one_sample.run_test(effects_of([list(values)]), "greater", 0.1)
    means = [np.mean(np.array(signs) * values) for signs in itertools.product([1, -1], repeat=count)]
    assert result.p_value == pytest.approx(np.mean(np.array(means) >= values.mean() - 1e-12))
    assert result.smallest_p == 0.5**count
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (result.low, result.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_censored_effects_count_as_none_in_the_one_sample_test() -> None:
    censored = one_sample.run_test(effects_of([[1.0, 1.1, 0.9, None, 1.2]]), "greater", 0.1)
    assert censored.effect == pytest.approx(4.2 / 5)
    assert not censored.censoring_hides
    assert one_sample.run_test(effects_of([[1.0, None, None]]), "greater", 0.1).censoring_hides


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


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20).filter(lambda values: np.std(values) > 1e-3))
def test_t_interval_equals_scipy(values: list[float]) -> None:
    expected = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    mean, low, high, count = mean_and_interval([*values, np.nan])
    assert (mean, low, high) == pytest.approx((np.mean(values), *expected))
    assert count == len(values)


def test_mean_interval_by_step_counts_missing_seeds() -> None:
    rows = [
        (seed, step, split, seed + 10 * step) for seed in range(4) for step in (0, 5) for split in ("train", "test")
    ]
    frame = pd.DataFrame(rows, columns=["seed", "step", "split", "accuracy"]).astype({"accuracy": float})
    frame.loc[(frame["seed"] == 3) & (frame["step"] == 5), "accuracy"] = np.nan
    frame.loc[(frame["seed"] > 0) & (frame["step"] == 0) & (frame["split"] == "test"), "accuracy"] = np.nan
    found = mean_interval(frame, "accuracy", ["split"]).set_index(["split", "step"])
    assert list(found["seeds"]) == [1, 3, 4, 3]
    assert found.loc[("test", 0), "mean"] == 0
    assert np.isnan(found.loc[("test", 0), "low"])
    expected = stats.t.interval(0.95, 2, loc=51.0, scale=stats.sem([50, 51, 52]))
    assert tuple(found.loc[("train", 5), ["low", "high"]]) == pytest.approx(expected)
    with pytest.raises(ValueError, match="several values"):
        mean_interval(frame, "accuracy")


def test_holm_within_a_family() -> None:
    def verdict(name: str, family: str, p_value: float | None, found: str = "supported") -> dict[str, object]:
        return {
            "name": name,
            "family": family,
            "scale": "quick",
            "variant": "as_code",
            "p_value": p_value,
            "verdict": found,
        }

    verdicts = [
        verdict("a", "f", 0.01),
        verdict("b", "f", 0.04),
        verdict("c", "f", 0.03),
        verdict("d", "g", 0.04),
        verdict("e", "f", None, "not tested"),
    ]
    corrected = correct_family(verdicts)
    assert [one["p_value_corrected"] for one in corrected] == [
        pytest.approx(0.03),
        pytest.approx(0.06),
        pytest.approx(0.06),
        pytest.approx(0.04),
        None,
    ]
    assert [one["verdict_corrected"] for one in corrected] == [
        "supported",
        "inconclusive",
        "inconclusive",
        "supported",
        "not tested",
    ]
    assert [one["p_value"] for one in corrected] == [0.01, 0.04, 0.03, 0.04, None]
    assert "p_value_corrected" not in verdicts[0]

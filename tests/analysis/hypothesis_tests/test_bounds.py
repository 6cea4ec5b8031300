"""Seeds that are known by bounds alone: sign tests, intervals and medians against scipy and statsmodels."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.hypothesis_tests.bounds import (
    Bounds,
    Median,
    median,
    median_interval,
    seed_bounds,
    sign_p_value,
)
from grokscope.analysis.hypothesis_tests.survival import log_rank_scores

GENERATOR = np.random.default_rng


def exact(values: list[float]) -> Bounds:
    known = np.array(values, dtype=np.float64)
    return Bounds(known, known, np.ones(len(known), dtype=bool))


def random_bounds(generator: np.random.Generator, count: int) -> Bounds:
    """Values, some of them open upwards, some downwards and some on either side."""
    values, kind = generator.normal(0.3, 1, count).round(1), generator.integers(0, 5, count)
    low = np.where(np.isin(kind, (1, 2)), -np.inf, values)
    return Bounds(low, np.where(np.isin(kind, (2, 3)), np.inf, values), low == values)


@pytest.mark.parametrize("count", [3, 5, 8, 10])
def test_sign_tests_equal_scipy_and_all_flips(count: int) -> None:
    values = GENERATOR(count).normal(0.4, 1, count)
    above = int(np.sum(values > 0.1))
    found = sign_p_value(exact(list(values)), "greater", 0.1)
    assert found == pytest.approx(stats.binomtest(above, count, alternative="greater").pvalue)
    flips = [sum(signs) for signs in itertools.product([0, 1], repeat=count)]
    assert found == pytest.approx(np.mean(np.array(flips) >= above))
    assert sign_p_value(exact(list(-values)), "less", -0.1) == found
    assert sign_p_value(exact([0.0] * count), "greater") == sign_p_value(exact([0.0] * count), "less") == 1


@pytest.mark.parametrize("seed", range(40))
def test_no_value_within_the_bounds_has_a_larger_p_value(seed: int) -> None:
    """Whatever is hidden: the level holds because it holds for the values themselves."""
    generator = GENERATOR(seed)
    bounds = random_bounds(generator, int(generator.integers(3, 11)))
    reach = generator.exponential(2, (50, len(bounds.low)))
    for shifts in reach:
        near = np.where(np.isfinite(bounds.low), bounds.low, np.where(np.isfinite(bounds.high), bounds.high, 0.0))
        values = near + np.where(np.isinf(bounds.high), shifts, 0) - np.where(np.isinf(bounds.low), shifts / 2, 0)
        values = np.clip(values, bounds.low, bounds.high)
        for way in ("greater", "less"):
            assert sign_p_value(exact(list(values)), way) <= sign_p_value(bounds, way)
        low, high = median_interval(exact(list(values)), None)
        widest = median_interval(bounds, None)
        assert widest[0] <= low
        assert high <= widest[1]


@pytest.mark.parametrize("seed", range(20))
def test_p_values_fall_where_a_value_rises(seed: int) -> None:
    generator = GENERATOR(seed)
    values = generator.normal(0, 1, 7)
    risen = values.copy()
    risen[generator.integers(0, 7)] += generator.exponential(1)
    assert sign_p_value(exact(list(risen)), "greater") <= sign_p_value(exact(list(values)), "greater")
    assert sign_p_value(exact(list(risen)), "less") >= sign_p_value(exact(list(values)), "less")


@pytest.mark.parametrize("count", range(2, 16))
def test_intervals_of_known_values_are_those_of_scipy(count: int) -> None:
    values = GENERATOR(count).normal(0, 1, count)
    expected = stats.quantile_test(values, q=0, p=0.5).confidence_interval(0.95)
    low, high = median_interval(exact(list(values)), None)
    assert low == pytest.approx(expected.low) or (np.isinf(low) and np.isnan(expected.low))
    assert high == pytest.approx(expected.high) or (np.isinf(high) and np.isnan(expected.high))


@pytest.mark.parametrize("count", range(2, 31))
@pytest.mark.parametrize("direction", ["greater", "less", None])
def test_intervals_cover_the_median_in_95_percent_by_all_flips(count: int, direction: str | None) -> None:
    """Each value lies above or below the median by the toss of a coin; the interval misses it where its low end lies
    above or its high end below.
    """
    missed = 0.0
    for below in range(count + 1):
        values = [-1.0] * below + [1.0] * (count - below)
        low, high = median_interval(exact(values), direction)
        missed += float(stats.binom.pmf(below, count, 0.5)) * (low > 0 or high < 0)
    assert missed <= 0.05
    if count >= 6 or (count == 5 and direction):
        assert missed > 0


@pytest.mark.parametrize("seed", range(30))
def test_the_nearer_end_and_the_p_value_agree(seed: int) -> None:
    generator = GENERATOR(seed)
    bounds = random_bounds(generator, int(generator.integers(3, 13)))
    assert (median_interval(bounds, "greater")[0] > 0) == (sign_p_value(bounds, "greater") <= 0.05)
    assert (median_interval(bounds, "less")[1] < 0) == (sign_p_value(bounds, "less") <= 0.05)


def product_limit(times: np.ndarray, known: np.ndarray) -> float | None:
    """The first time at which the product of the shares that survive each event is one half or less."""
    left = 1.0
    for time in np.unique(times[known]):
        left *= 1 - np.sum(known & (times == time)) / np.sum(times >= time)
        if left <= 0.5 + 1e-9:
            return float(time)
    return None


@pytest.mark.parametrize("seed", range(60))
def test_medians_are_those_of_kaplan_and_meier(seed: int) -> None:
    """Censored before and after events, with ties, in whole tenths that may be negative."""
    generator = GENERATOR(seed)
    times, known = generator.normal(0, 1, 9).round(1), generator.random(9) < 0.6
    bounds = Bounds(times, np.where(known, times, np.inf), known)
    expected = product_limit(times, known)
    found, low_middle = median(bounds, "greater"), np.sort(times)[4]
    assert found == (Median(low_middle, "lower") if expected is None else Median(expected))
    curve = SurvfuncRight(times, known.astype(int))
    reached = curve.surv_times[curve.surv_prob <= 0.5 + 1e-9]
    assert (expected is None) == (len(reached) == 0)
    if expected is not None:
        assert expected == reached[0]
    turned = median(Bounds(-bounds.high, -bounds.low, known), "less")
    assert turned == (Median(-low_middle, "upper") if expected is None else Median(-expected))
    for way in ("greater", "less"):
        low, high = median_interval(bounds, way)
        assert low <= found.value
        assert found.value <= high or found.bound


def test_medians_where_most_is_unknown() -> None:
    inf = np.inf
    three = np.zeros(3, dtype=bool)
    assert median(Bounds(np.array([1.0, 2, 3]), np.full(3, inf), three), "greater") == Median(2.0, "lower")
    either = Bounds(np.array([-inf, 1, 2]), np.array([0.5, 1, inf]), np.array([False, True, False]))
    assert median(either, "greater") == Median(1.0, "lower")
    assert median(either, "less") == Median(1.0, "upper")
    assert median(Bounds(np.full(3, -inf), np.full(3, -inf), three), "greater") == Median(-inf)
    assert median(Bounds(np.full(3, -inf), np.full(3, inf), three), "greater") == Median(-inf, "lower")


def test_an_event_that_does_not_come_is_the_worst_for_the_claim_and_keeps_a_value_that_it_has() -> None:
    effects = make_effects(
        [
            SeedEffect(0, "r", "absent"),
            SeedEffect(1, "r", "absent", 0.2),
            SeedEffect(2, "r", "not_yet", censored_at=1.5),
            SeedEffect(3, "r", "observed", 0.7),
            SeedEffect(4, "r", "not_yet"),
        ]
    )
    inf = np.inf
    for absent, ends in (("low", (-inf, -inf)), ("high", (inf, inf)), ("unknown", (-inf, inf))):
        found = seed_bounds(effects, absent)  # type: ignore[arg-type]
        assert list(zip(found.low, found.high, strict=True)) == [ends, (0.2, 0.2), (1.5, inf), (0.7, 0.7), (-inf, inf)]
        assert found.seen.tolist() == [False, False, False, True, False]


@pytest.mark.parametrize("seed", range(10))
def test_log_rank_scores_are_events_less_those_expected_by_statsmodels(seed: int) -> None:
    generator = GENERATOR(seed)
    times, known = generator.exponential(1, 14).round(1) + 0.1, generator.random(14) < 0.6
    group = np.repeat([0, 1], 7)
    scores = log_rank_scores(times, known)
    statistic, _ = survdiff(times, known.astype(int), group)
    # the hypergeometric variance of the number of events in a group, summed over times
    variance = 0.0
    for time in np.unique(times[known]):
        at_risk, events = np.sum(times >= time), np.sum(known & (times == time))
        of_group = np.sum((times >= time) & (group == 0))
        if at_risk > 1:
            share = of_group / at_risk
            variance += share * (1 - share) * events * (at_risk - events) / (at_risk - 1)
    assert scores[group == 0].sum() ** 2 / variance == pytest.approx(statistic)

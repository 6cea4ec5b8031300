"""Tests of few seeds: all permutations where there are few, and effects that take few values or are all alike."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest
from scipy import stats

from analysis_tables import effects_of
from grokscope.analysis.hypothesis_tests import (
    apart,
    equivalence,
    mean,
    one_sample,
    ordered,
    page,
    paired,
    spearman,
    survival,
)
from grokscope.analysis.hypothesis_tests.location import is_discrete, mean_p_value
from grokscope.analysis.hypothesis_tests.result import FULL, Reals
from grokscope.analysis.verdict import Rule, decide


def shared_out(values: Reals, sizes: list[int]) -> Iterator[list[Reals]]:
    """Every way to put `values` into groups of these sizes, by choosing one group after another."""
    if len(sizes) == 1:
        yield [values]
        return
    for chosen in itertools.combinations(range(len(values)), sizes[0]):
        rest = np.delete(values, list(chosen))
        for others in shared_out(rest, sizes[1:]):
            yield [values[list(chosen)], *others]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("sizes", [[3, 3], [2, 3, 3], [3, 3, 3]])
def test_the_log_rank_test_of_few_seeds_is_exact(sizes: list[int], seed: int) -> None:
    """Whole numbers, so that there are ties, some of them censored."""
    values = np.random.default_rng([seed, *sizes]).integers(1, 6, sum(sizes)).astype(float)
    groups = [list(part) for part in np.split(values, np.cumsum(sizes)[:-1])]
    found = survival.run_test(
        effects_of([[value if value < 5 else None for value in group] for group in groups]), "greater", 0.1
    )
    scores = survival.log_rank_scores(np.minimum(values, 5), values < 5)
    sums = [sum(place * part.sum() for place, part in enumerate(parts)) for parts in shared_out(scores, sizes)]
    observed = sum(place * part.sum() for place, part in enumerate(np.split(scores, np.cumsum(sizes)[:-1])))
    assert found.p_value == pytest.approx(np.mean(np.array(sums) <= observed + 1e-9))
    assert found.smallest_p == pytest.approx(1 / len(sums))


def test_three_seeds_in_order_can_support_a_claim_on_survival() -> None:
    effects = effects_of([[1, 1, 1], [2, 2, 2]])
    found = survival.run_test(effects, "greater", 0.1)
    assert (found.p_value, found.smallest_p) == (pytest.approx(0.05), pytest.approx(0.05))
    assert decide(effects, found, Rule("one_sided", "greater", 0.1, 3)).verdict == "supported"


@pytest.mark.parametrize("count", [4, 5, 6, 7])
def test_rank_correlation_of_few_seeds_is_exact(count: int) -> None:
    generator = np.random.default_rng(count)
    first, second = generator.integers(0, 5, count).astype(float), generator.integers(0, 5, count).astype(float)
    found = spearman.run_test(effects_of([list(first)], partners=list(second)), "greater", 0.1)
    drawn = [stats.spearmanr(first, order).statistic for order in itertools.permutations(second)]
    assert found.p_value == pytest.approx(np.mean(np.array(drawn) >= found.effect - 1e-9))
    in_order = spearman.run_test(
        effects_of([[float(one) for one in range(count)]], partners=[float(one) for one in range(count)]),
        "greater",
        0.1,
    )
    assert in_order.p_value == in_order.smallest_p == pytest.approx(1 / math.factorial(count))


@pytest.mark.parametrize(("seeds", "groups"), [(3, 2), (5, 2), (3, 3), (4, 3)])
def test_order_within_few_seeds_is_exact(seeds: int, groups: int) -> None:
    values = np.random.default_rng([seeds, groups]).integers(0, 4, (seeds, groups)).astype(float)
    found = page.run_test(effects_of([list(column) for column in values.T]), "greater", 0.1)
    ranks = stats.rankdata(values, axis=1)
    weights = np.arange(1, groups + 1)
    per_seed = [[np.array(order) @ weights for order in itertools.permutations(row)] for row in ranks]
    sums = [sum(choice) for choice in itertools.product(*per_seed)]
    assert found.p_value == pytest.approx(np.mean(np.array(sums) >= (ranks @ weights).sum() - 1e-9))
    assert found.smallest_p == pytest.approx(math.factorial(groups) ** -float(seeds))


@pytest.mark.parametrize("test", [mean, one_sample, paired, ordered, page, survival, spearman])
@pytest.mark.parametrize("seeds", [4, 5])
def test_the_smallest_p_value_is_reached_and_not_passed(test: object, seeds: int) -> None:
    """Data that are as far from no effect as they can be; those of the t tests are all alike."""
    alike = test in (mean, one_sample, paired)
    low, high = (
        ([0.0] * seeds, [1.0] * seeds) if alike else (list(np.arange(seeds) / 10), list(1 + np.arange(seeds) / 10))
    )
    groups = [high] if test in (mean, one_sample) else [low, high]
    partners = [float(seed) for seed in range(seeds)] if test is spearman else None
    effects = effects_of(groups[-1:] if test is spearman else groups, partners=partners)
    found = test.run_test(effects, "greater", 0.1)  # type: ignore[attr-defined]
    assert found.p_value == pytest.approx(found.smallest_p)


def test_seeds_that_are_all_alike_are_tested_by_sign_flips() -> None:
    alike = effects_of([[0.5, 0.5, 0.5]])
    found = mean.run_test(alike, "greater", 0.1)
    assert (found.p_value, found.smallest_p) == (1 / 8, 1 / 8)
    verdict = decide(alike, found, Rule("one_sided", "greater", 0.1, 3))
    assert (verdict.verdict, "cannot give a p-value" in verdict.why) == ("inconclusive", True)
    assert mean.run_test(effects_of([[0.5] * 5]), "greater", 0.1).p_value == 1 / 32
    assert mean.run_test(effects_of([[0.5] * 3]), "less", 0.1).p_value == 1
    assert mean.run_test(effects_of([[0.0] * 3]), "greater", 0.1).p_value == 1
    assert paired.run_test(effects_of([[1, 2, 3], [1.5, 2.5, 3.5]]), "greater", 0.1).p_value == 1 / 8
    assert equivalence.run_test(effects_of([[0.0] * 5]), "greater", 0.1).p_value == 1 / 32
    assert apart.run_test(effects_of([[0.5] * 6]), "greater", 0.1).p_value == 1 / 32
    assert "alike" not in decide(alike, found, Rule("one_sided", "greater", 0.1, 3)).why


def test_nearly_equal_seeds_are_taken_for_equal_ones() -> None:
    values = np.array([0.5, 0.50002, 0.49997])
    assert is_discrete(values)
    assert mean_p_value(values, "greater", FULL.resamples) == 1 / 8
    spread = np.array([0.5, 0.52, 0.47])
    assert not is_discrete(spread)
    assert mean_p_value(spread, "greater", FULL.resamples) == stats.ttest_1samp(spread, 0, alternative="greater").pvalue


@pytest.mark.parametrize(
    ("values", "margin"), [([0.1, 0.3, 0.1, 0.1, 0.3], 0.2), ([-0.1, 0.1, 0.1], 0.0), ([0.0, 0.2, 0.2, 0.4], 0.1)]
)
def test_effects_of_few_values_take_the_larger_p_value(values: list[float], margin: float) -> None:
    shifted = np.array(values) - margin
    flips = [np.mean(np.array(signs) * shifted) for signs in itertools.product([1, -1], repeat=len(values))]
    exact = np.mean(np.array(flips) >= shifted.mean() - 1e-12)
    student = stats.ttest_1samp(values, margin, alternative="greater").pvalue
    assert mean_p_value(np.array(values), "greater", FULL.resamples, margin) == pytest.approx(max(exact, student))


@pytest.mark.parametrize("test", [mean, one_sample, paired, page])
def test_three_seeds_that_are_alike_rule_nothing_out(test: object) -> None:
    """The interval has no width, but a coin falls on the same side three times in one case of four."""
    for seeds, expected in ((3, "inconclusive"), (5, "contradicted")):
        groups = [[0.0] * seeds, [0.01] * seeds] if test in (paired, page) else [[0.01] * seeds]
        effects = effects_of(groups)
        result = test.run_test(effects, "greater", 0.5)  # type: ignore[attr-defined]
        assert (result.low, result.high) == (pytest.approx(0.01), pytest.approx(0.01))
        assert decide(effects, result, Rule("one_sided", "greater", 0.5, 3)).verdict == expected
    far = effects_of([[0.9] * 3])
    assert (
        decide(far, equivalence.run_test(far, "greater", 0.2), Rule("equivalence", "greater", 0.2, 3)).verdict
        == "inconclusive"
    )
    many = effects_of([[0.9] * 5])
    assert (
        decide(many, equivalence.run_test(many, "greater", 0.2), Rule("equivalence", "greater", 0.2, 3)).verdict
        == "contradicted"
    )

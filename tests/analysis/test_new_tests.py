"""Tests for censored, paired, counted and correlated effects against independent computations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.hypothesis_tests import (
    apart,
    equivalence,
    fisher,
    mean,
    page,
    paired,
    share,
    spearman,
    survival,
)
from grokscope.analysis.hypothesis_tests.result import Effort, restricted
from grokscope.analysis.rank_correlation import rank_correlations
from grokscope.analysis.verdict import Rule, decide
from grokscope.analysis.within_run import associate, block_interval, circular_shift_p_value

GENERATOR = np.random.default_rng


def effects_of(
    groups: list[list[float | None]], censored_at: float = 5.0, partners: list[float] | None = None
) -> pd.DataFrame:
    return make_effects(
        SeedEffect(
            seed,
            "r",
            "not_yet" if value is None else "observed",
            value,
            censored_at if value is None else None,
            group=float(group),
            partner=None if partners is None else partners[seed],
        )
        for group, values in enumerate(groups)
        for seed, value in enumerate(values)
    )


def test_log_rank_scores_give_the_log_rank_statistic_of_scipy() -> None:
    first, second = [3.0, 3.2, 3.4, 3.5, 4.0], [3.3, 3.9, 4.2, None, None]
    effects = effects_of([first, second], 4.5)  # type: ignore[list-item]
    times = effects["value"].fillna(effects["censored_at"]).to_numpy()
    scores = survival.log_rank_scores(times, effects["value"].notna().to_numpy())
    assert scores.sum() == pytest.approx(0, abs=1e-12)
    late = stats.CensoredData(uncensored=[value for value in second if value is not None], right=[4.5, 4.5])
    expected = stats.logrank(stats.CensoredData(uncensored=first), late)
    observed_minus_expected = scores[:5].sum()
    assert np.sign(observed_minus_expected) == np.sign(expected.statistic)
    found = survival.run_test(effects, "greater", 0.1)
    assert found.p_value == pytest.approx(
        stats.logrank(stats.CensoredData(uncensored=first), late, alternative="greater").pvalue, abs=0.03
    )


def test_the_effect_on_survival_is_a_difference_of_restricted_means() -> None:
    found = survival.run_test(effects_of([[3.0, 3.2, 3.4], [4.0, None, None]], 4.5), "greater", 0.1)
    assert found.effect == pytest.approx((4.0 + 4.5 + 4.5) / 3 - 3.2)
    assert found.censoring_hides
    late = effects_of([[3.0, 4.9, 3.4]])
    np.testing.assert_allclose(restricted(pd.concat([late, effects_of([[None]], 4.0)])), [3.0, 4.0, 3.4, 4.0])


def test_restricted_mean_is_the_area_under_the_survival_curve() -> None:
    values: list[float | None] = [1.0, 2.5, 3.0, None]
    data = stats.CensoredData(uncensored=[1.0, 2.5, 3.0], right=[4.0])
    survivors = stats.ecdf(data).sf
    times = np.concatenate([[0.0], survivors.quantiles[survivors.quantiles < 4.0], [4.0]])
    area = float(np.sum(np.diff(times) * survivors.evaluate(times[:-1])))
    assert restricted(effects_of([values], 4.0)).mean() == pytest.approx(area)


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


def test_fisher_share_and_mean_equal_scipy() -> None:
    shown = effects_of([[0.0, 0.0, 0.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0, 0.0]])
    found = fisher.run_test(shown, "greater", 0.5)
    assert found.p_value == pytest.approx(stats.fisher_exact([[4, 1], [1, 4]], alternative="greater").pvalue)
    assert found.effect == pytest.approx(0.6)
    assert found.low < 0.6 < found.high
    most = share.run_test(effects_of([[1.0, 1.0, 1.0, 1.0, 0.0, 1.0]]), "greater", 0.25)
    assert most.p_value == pytest.approx(stats.binomtest(5, 6, 0.5, alternative="greater").pvalue)
    assert most.effect == pytest.approx(5 / 6 - 0.5)
    values = [0.4, 0.7, 0.3, 0.9, None]
    filled = [0.4, 0.7, 0.3, 0.9, 0.0]
    assert mean.run_test(effects_of([values]), "greater", 0.1).p_value == pytest.approx(
        stats.ttest_1samp(filled, 0, alternative="greater").pvalue
    )  # type: ignore[list-item]
    assert mean.run_test(effects_of([[0.5, 0.5, 0.5]]), "less", 0.1).p_value == 1


def test_apart_is_the_counterpart_of_equivalence() -> None:
    near, far = effects_of([[0.01, -0.02, 0.03, 0.0, 0.015]]), effects_of([[0.5, 0.6, 0.4, 0.55, 0.51]])
    rule = Rule("apart", "greater", 0.2, 3)
    assert decide(far, apart.run_test(far, "greater", 0.2), rule).verdict == "supported"
    assert decide(near, apart.run_test(near, "greater", 0.2), rule).verdict == "contradicted"
    same = Rule("equivalence", "greater", 0.2, 3)
    assert decide(near, equivalence.run_test(near, "greater", 0.2), same).verdict == "supported"


def test_spearman_over_seeds() -> None:
    first = GENERATOR(4).normal(size=12)
    second = first + GENERATOR(5).normal(0, 0.7, 12)
    found = spearman.run_test(effects_of([list(first)], partners=list(second)), "greater", 0.3)
    expected = stats.spearmanr(first, second, alternative="greater")
    assert found.effect == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue, abs=0.01)
    assert found.low < found.effect < found.high
    perfect = spearman.run_test(effects_of([[1.0, 2.0, 3.0, 4.0, 5.0]], partners=[1, 2, 3, 4, 5]), "greater", 0.3)
    assert perfect.effect == pytest.approx(1)
    assert perfect.low < 0.9  # five seeds in order do not make a correlation certain
    assert np.isnan(spearman.run_test(effects_of([[1.0, 2.0, 3.0]], partners=[1, 2, 3]), "greater", 0.3).effect)
    many = GENERATOR(6).integers(0, 5, size=(4, 2, 9)).astype(float)
    np.testing.assert_allclose(
        rank_correlations(many[:, 0], many[:, 1]), [stats.spearmanr(*pair).statistic for pair in many]
    )


def walk(generator: np.random.Generator, count: int, persistence: float) -> np.ndarray:
    """A smooth random curve: increments that resemble their neighbours."""
    increments = generator.normal(size=count)
    for index in range(1, count):
        increments[index] += persistence * increments[index - 1]
    return np.cumsum(increments)


def curve(values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"step": np.rint(10 ** np.linspace(0, 4.5, len(values)) - 1), "value": values})


def test_autocorrelation_within_a_run_is_no_evidence() -> None:
    """Unrelated curves, smooth and with trends: circular shifts keep the level, and the interval holds 0 in most
    runs.
    """
    generator = GENERATOR(7)
    found = [
        associate(curve(walk(generator, 60, 0.6)), curve(walk(generator, 60, 0.6)), "greater", draws=199)
        for _ in range(200)
    ]
    assert all(one is not None for one in found)
    assert np.mean([one.p_value <= 0.05 for one in found if one]) <= 0.09
    assert np.mean([one.low <= 0 <= one.high for one in found if one]) >= 0.8
    plain = [stats.spearmanr(walk(generator, 60, 0.6), walk(generator, 60, 0.6)).pvalue <= 0.05 for _ in range(200)]
    assert np.mean(plain) > 0.4  # what correlating the curves themselves would have found


def test_curves_that_move_together_are_found() -> None:
    generator = GENERATOR(8)
    base = walk(generator, 60, 0.5)
    found = associate(curve(base), curve(base + generator.normal(0, 0.2, 60)), "greater")
    assert found is not None
    assert found.correlation > 0.7
    assert found.low > 0.3
    assert found.p_value <= 2 / found.increments
    assert associate(curve(base), curve(-base), "less").correlation == pytest.approx(-1)  # type: ignore[union-attr]
    assert associate(curve(base), curve(np.ones(60)), "greater") is None
    assert associate(curve(base), curve(base), "greater", after=2e4) is None


def test_blocks_keep_neighbours_together() -> None:
    """With increments that repeat in pairs the block interval is wider than that of an ordinary bootstrap."""
    generator = GENERATOR(9)
    one, other = (np.repeat(generator.normal(size=20), 4) for _ in range(2))
    low, high = block_interval(one, other, 999)
    index = generator.integers(0, 80, size=(999, 80))
    plain = np.quantile(rank_correlations(one[index], other[index]), [0.025, 0.975])
    assert high - low > 1.2 * (plain[1] - plain[0])
    assert circular_shift_p_value(one, one, "greater") == pytest.approx(1 / 80)


def test_fewer_permutations_are_coarser_and_still_valid() -> None:
    effects = effects_of([[3.0, 3.1, 3.2], [3.5, 3.6, 3.7]])
    coarse = survival.run_test(effects, "greater", 0.1, Effort(9, 19))
    assert coarse.p_value >= 0.1
    assert coarse.smallest_p == pytest.approx(0.1)

"""Tests of shares and means, against scipy and each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis_tables import effects_of
from grokscope.analysis.hypothesis_tests import apart, equivalence, fisher, mean, share
from grokscope.analysis.verdict import Rule, decide


def test_fisher_share_and_mean_equal_scipy() -> None:
    shown = effects_of([[0.0, 0.0, 0.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0, 0.0]])
    found = fisher.run_test(shown, "greater", 0.5)
    assert found.p_value == pytest.approx(stats.fisher_exact([[4, 1], [1, 4]], alternative="greater").pvalue)
    assert found.effect == pytest.approx(0.6)
    assert found.low < 0.6 < found.high
    most = share.run_test(effects_of([[1.0, 1.0, 1.0, 1.0, 0.0, 1.0]]), "greater", 0.25)
    assert most.p_value == pytest.approx(stats.binomtest(5, 6, 0.5, alternative="greater").pvalue)
    assert most.effect == pytest.approx(5 / 6 - 0.5)
    values = [0.4, 0.7, 0.3, 0.9, 0.2]
    assert mean.run_test(effects_of([list(values)]), "greater", 0.1).p_value == pytest.approx(
        stats.ttest_1samp(values, 0, alternative="greater").pvalue
    )
    assert mean.run_test(effects_of([[0.5, 0.5, 0.5]]), "less", 0.1).p_value == 1


def test_apart_is_the_counterpart_of_equivalence() -> None:
    near, far = effects_of([[0.01, -0.02, 0.03, 0.0, 0.015]]), effects_of([[0.5, 0.6, 0.4, 0.55, 0.51]])
    rule = Rule("apart", "greater", 0.2, 3)
    assert decide(far, apart.run_test(far, "greater", 0.2), rule).verdict == "supported"
    assert decide(near, apart.run_test(near, "greater", 0.2), rule).verdict == "contradicted"
    same = Rule("equivalence", "greater", 0.2, 3)
    assert decide(near, equivalence.run_test(near, "greater", 0.2), same).verdict == "supported"


def test_several_runs_of_a_seed_are_one_observation() -> None:
    shown = {0: ([0.0, 0.0, 1.0], [1.0, 1.0]), 1: ([1.0, 0.0], [1.0, 0.0, 1.0]), 2: ([0.0, 0.0], [0.0, 1.0])}
    effects = pd.concat([effects_of(groups).assign(seed=seed) for seed, groups in shown.items()], ignore_index=True)
    differences = [np.mean(last) - np.mean(first) for first, last in shown.values()]
    found = fisher.run_test(effects, "greater", 0.5)
    alone = mean.run_test(effects_of([differences]), "greater", 0.5)
    assert (found.effect, found.low, found.high) == pytest.approx((np.mean(differences), alone.low, alone.high))
    assert found.p_value == pytest.approx(stats.ttest_1samp(differences, 0, alternative="greater").pvalue)
    assert found.seeds == 3


def test_runs_of_a_seed_that_are_all_alike_rarely_support_a_claim() -> None:
    """In either group all six runs of a seed show it or none does; they are five observations, not thirty."""
    generator, rule = np.random.default_rng(0), Rule(fisher.KIND, "greater", 0.25, 3)
    supported = counted_alone = 0
    for _ in range(200):
        effects = effects_of([np.repeat(generator.integers(0, 2, 5).astype(float), 6).tolist() for _ in range(2)])
        counted_alone += fisher.run_test(effects, "greater", 0.25).p_value <= 0.05
        of_seeds = effects.assign(seed=effects["seed"] // 6)
        supported += decide(of_seeds, fisher.run_test(of_seeds, "greater", 0.25), rule).verdict == "supported"
    assert counted_alone >= 30  # what counting every run finds in runs without an effect
    assert supported <= 10

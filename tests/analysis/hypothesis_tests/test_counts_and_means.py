"""Tests of shares and means, against scipy and each other."""

from __future__ import annotations

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

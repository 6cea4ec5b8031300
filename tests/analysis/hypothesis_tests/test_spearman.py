"""The rank correlation over seeds against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis_tables import effects_of
from grokscope.analysis.hypothesis_tests import spearman
from grokscope.analysis.rank_correlation import rank_correlations

GENERATOR = np.random.default_rng


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

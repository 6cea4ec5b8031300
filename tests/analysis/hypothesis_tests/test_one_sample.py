"""The test of one sample against brute force and scipy."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from analysis_tables import effects_of
from grokscope.analysis.hypothesis_tests import one_sample


@pytest.mark.parametrize("count", [3, 5, 8])
def test_sign_flips_equal_brute_force(count: int) -> None:
    values = np.random.default_rng(count).normal(0.3, 0.5, count)
    result = one_sample.run_test(effects_of([list(values)]), "greater", 0.1)
    means = [np.mean(np.array(signs) * values) for signs in itertools.product([1, -1], repeat=count)]
    assert result.p_value == pytest.approx(np.mean(np.array(means) >= values.mean() - 1e-12))
    assert result.smallest_p == 0.5**count
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (result.low, result.high) == (pytest.approx(expected.low), pytest.approx(expected.high))

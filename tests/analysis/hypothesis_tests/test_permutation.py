"""Tests by permutation: with fewer of them, and with those of one seed kept."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis_tables import effects_of
from grokscope.analysis.hypothesis_tests import survival
from grokscope.analysis.hypothesis_tests.permutation import permutation_p_value
from grokscope.analysis.hypothesis_tests.result import RANDOM_SEED, Effort

GENERATOR = np.random.default_rng


def test_fewer_permutations_are_coarser_and_still_valid() -> None:
    effects = effects_of([[3.0, 3.1, 3.2], [3.5, 3.6, 3.7]])
    coarse = survival.run_test(effects, "greater", 0.1, Effort(9, 19))
    assert coarse.p_value >= 0.1
    assert coarse.smallest_p == pytest.approx(0.1)


@pytest.mark.parametrize("sizes", [(6, 6), (9, 4), (5, 5, 5)])
def test_kept_shuffles_are_those_of_the_seed(sizes: tuple[int, ...]) -> None:
    generator = np.random.default_rng(11)
    for _ in range(3):  # the first makes the shuffles, the others find them
        samples = [generator.normal(size=size) for size in sizes]
        plain = stats.permutation_test(
            samples,
            first_less_last,
            permutation_type="independent",
            vectorized=True,
            n_resamples=199,
            alternative="greater",
            rng=np.random.default_rng(RANDOM_SEED),
        )
        assert permutation_p_value(samples, first_less_last, "independent", "greater", 199) == plain.pvalue


def first_less_last(*groups: np.ndarray, axis: int = -1) -> np.ndarray:
    return np.mean(groups[0], axis=axis) - np.mean(groups[-1], axis=axis)

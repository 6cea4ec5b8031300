"""Tests by fewer permutations."""

from __future__ import annotations

import numpy as np
import pytest

from analysis_tables import effects_of
from grokscope.analysis.hypothesis_tests import survival
from grokscope.analysis.hypothesis_tests.result import Effort

GENERATOR = np.random.default_rng


def test_fewer_permutations_are_coarser_and_still_valid() -> None:
    effects = effects_of([[3.0, 3.1, 3.2], [3.5, 3.6, 3.7]])
    coarse = survival.run_test(effects, "greater", 0.1, Effort(9, 19))
    assert coarse.p_value >= 0.1
    assert coarse.smallest_p == pytest.approx(0.1)

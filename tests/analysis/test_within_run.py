"""Whether two curves of one run move together, where neighbouring points are alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from grokscope.analysis.rank_correlation import rank_correlations
from grokscope.analysis.within_run import associate, block_interval, circular_shift_p_value

GENERATOR = np.random.default_rng


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

"""Means over seeds and their intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from grokscope.analysis.aggregate import mean_and_interval, mean_interval


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20).filter(lambda values: np.std(values) > 1e-3))
def test_t_interval_equals_scipy(values: list[float]) -> None:
    expected = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    mean, low, high, count = mean_and_interval([*values, np.nan])
    assert (mean, low, high) == pytest.approx((np.mean(values), *expected))
    assert count == len(values)


def test_mean_interval_by_step_counts_missing_seeds() -> None:
    rows = [
        (seed, step, split, seed + 10 * step) for seed in range(4) for step in (0, 5) for split in ("train", "test")
    ]
    frame = pd.DataFrame(rows, columns=["seed", "step", "split", "accuracy"]).astype({"accuracy": float})
    frame.loc[(frame["seed"] == 3) & (frame["step"] == 5), "accuracy"] = np.nan
    frame.loc[(frame["seed"] > 0) & (frame["step"] == 0) & (frame["split"] == "test"), "accuracy"] = np.nan
    found = mean_interval(frame, "accuracy", ["split"]).set_index(["split", "step"])
    assert list(found["seeds"]) == [1, 3, 4, 3]
    assert found.loc[("test", 0), "mean"] == 0
    assert np.isnan(found.loc[("test", 0), "low"])
    expected = stats.t.interval(0.95, 2, loc=51.0, scale=stats.sem([50, 51, 52]))
    assert tuple(found.loc[("train", 5), ["low", "high"]]) == pytest.approx(expected)
    with pytest.raises(ValueError, match="several values"):
        mean_interval(frame, "accuracy")

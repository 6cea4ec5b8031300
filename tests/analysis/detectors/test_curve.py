"""Curves before detectors read them: running medians, points that are not finite."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.analysis.detectors.curve import running_median, smooth
from grokscope.analysis.detectors.fit import fit_step


@given(st.lists(st.floats(-1e3, 1e3), min_size=5, max_size=40), st.floats(0, 1))
def test_running_median_keeps_monotone_curves_and_stays_within_the_values(values: list[float], width: float) -> None:
    time = np.sort(np.log10(np.arange(len(values)) ** 2 + 1))
    rising = np.sort(values)
    np.testing.assert_array_equal(running_median(time, rising, width), rising)
    found = running_median(time, np.array(values), width)
    assert min(values) <= found.min()
    assert found.max() <= max(values)


def test_running_median_removes_a_lone_outlier_but_not_a_step() -> None:
    time = np.arange(9.0)
    lone, step = np.eye(9)[4], (time > 4).astype(float)
    assert running_median(time, lone, 0.0).max() == 0
    np.testing.assert_array_equal(running_median(time, step, 0.0), step)


def test_points_that_are_not_finite_and_short_curves_make_no_events() -> None:
    assert smooth([0, 1, 2, 3, 4], [0.1, np.nan, 0.1, np.inf, 0.1], 0.05) is None
    assert fit_step(np.arange(20), np.full(20, np.nan), fit_accuracy=0.99, smoothing_decades=0.05) is None
    with pytest.raises(ValueError, match="equally long"):
        smooth([0, 1], [0.1], 0.05)

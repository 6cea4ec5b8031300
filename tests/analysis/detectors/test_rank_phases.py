"""Collapse and double descent of rank on made-up curves: with and without the event, noisy, cut off by the end."""

from __future__ import annotations

import numpy as np
import pytest

from analysis_support import noisy, ramp
from detector_support import decades, detect, everywhere, grids
from grokscope.analysis.detectors.rank_phases import rank_phases


@grids
@everywhere
@pytest.mark.parametrize("deviation", [0.0, 3.0])
def test_rank_collapse_is_dated_at_the_steepest_fall(steps: np.ndarray, seed: int, deviation: float) -> None:
    found = detect(
        rank_phases, steps, noisy(300 - 30 * ramp(steps, 100, 2.0) - 220 * ramp(steps, 4000, 0.3), deviation, seed)
    )
    assert found.collapse is not None
    assert decades(found.collapse.step, 4000) < 0.15
    assert found.collapse.share == pytest.approx(0.83, abs=0.05)
    assert found.second_descent is None


@grids
@everywhere
def test_no_rank_collapse(steps: np.ndarray, seed: int) -> None:
    for curve in (np.full(len(steps), 200.0), 200 + 100 * ramp(steps, 1000), 200 - 40 * ramp(steps, 1000)):
        assert detect(rank_phases, steps, noisy(curve, 3.0, seed)).collapse is None


@grids
@everywhere
def test_a_rank_collapse_cut_off_by_the_end_is_absent(steps: np.ndarray, seed: int) -> None:
    found = detect(rank_phases, steps, noisy(300 - 250 * ramp(steps, steps[-1], 0.4), 2.0, seed))
    assert found.collapse is None
    assert found.unfinished


@grids
@everywhere
def test_an_earlier_fall_does_not_take_the_place_of_a_larger_one_that_is_cut_off(steps: np.ndarray, seed: int) -> None:
    early = 100 - 45 * ramp(steps, 60) + 40 * ramp(steps, 1200)
    found = detect(rank_phases, steps, noisy(early - 130 * ramp(steps, steps[-1], 0.4), 1.0, seed))
    assert (found.collapse, found.unfinished) == (None, True)
    assert found.first_descent is not None
    assert decades(found.first_descent.step, 60) < 0.2


@grids
@everywhere
def test_double_descent_of_rank_needs_fall_rise_and_fall(steps: np.ndarray, seed: int) -> None:
    down_up = 100 - 85 * ramp(steps, 60) + 50 * ramp(steps, 1200)
    found = detect(rank_phases, steps, noisy(down_up - 50 * ramp(steps, 8000, 0.15), 1.0, seed))
    assert found.second_descent is not None
    assert decades(found.second_descent.step, 8000) < 0.15
    assert decades(found.collapse and found.collapse.step, 60) < 0.2
    assert detect(rank_phases, steps, noisy(down_up, 1.0, seed)).second_descent is None

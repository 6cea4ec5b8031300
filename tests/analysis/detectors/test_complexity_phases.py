"""Phases of local complexity on made-up curves: with and without the event, noisy, cut off by the end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis_support import noisy, omnigrok_grid, ramp
from detector_support import decades, detect, everywhere, grids
from grokscope.analysis.detectors.complexity_phases import complexity_phases
from grokscope.analysis.detectors.generalisation import generalisation


@grids
@everywhere
@pytest.mark.parametrize("deviation", [0.0, 0.1])
def test_all_phases_of_complexity(steps: np.ndarray, seed: int, deviation: float) -> None:
    """Like P2 Fig 2: 4.9 at the start, 1.6 at step 25, 4.5 at 700, then down to 0.2."""
    curve = 4.9 - 3.3 * ramp(steps, 8) + 3.0 * ramp(steps, 200, 0.5) - 4.4 * ramp(steps, 6000, 0.5)
    found = detect(complexity_phases, steps, noisy(curve, deviation, seed))
    assert found.double_descent
    assert decades(found.first_descent, 30) < 0.5  # a flat low
    assert decades(found.ascent, 200) < 0.2
    assert found.ascent is not None
    assert found.peak is not None
    assert found.migration is not None
    assert found.ascent < found.peak <= found.migration
    assert decades(found.migration, 2800) < 0.35
    assert found.migration < 6000
    assert decades(found.second_descent, 6000) < 0.1


@grids
@everywhere
def test_a_descent_of_complexity_that_is_under_way_has_no_middle(steps: np.ndarray, seed: int) -> None:
    found = detect(
        complexity_phases, steps, noisy(1 + 3 * ramp(steps, 200, 0.5) - 4 * ramp(steps, steps[-1], 0.6), 0.02, seed)
    )
    assert found.migration is not None
    assert found.second_descent is None


@everywhere
def test_changes_that_come_at_once_are_dated_alike_half_way(seed: int) -> None:
    """Where one of them starts lies a third of a decade before, which is no evidence for their order."""
    steps = omnigrok_grid()
    move = 1 / (1 + np.exp((np.log10(3001) - np.log10(steps + 1)) * 4.394 / 0.5))
    found = detect(complexity_phases, steps, noisy(1 + 3 * ramp(steps, 30, 0.5) - 3.5 * move, 0.005, seed))
    rise = detect(generalisation, steps, noisy(0.1 + 0.8 * move, 0.002, seed))
    assert rise is not None
    assert decades(found.second_descent, rise.step) < 0.05
    assert found.migration is not None
    assert decades(found.migration, rise.step) > 0.2


@grids
@everywhere
@pytest.mark.parametrize("deviation", [0.0, 0.1])
def test_a_curve_that_only_falls_has_no_second_descent(steps: np.ndarray, seed: int, deviation: float) -> None:
    """The global minimum comes last, and yet there is no migration."""
    for curve in (
        4.9 - 4.5 * ramp(steps, 50),
        4.9 - 2 * ramp(steps, 10) - 2.5 * ramp(steps, 5000),
        4.9 - 4.5 * np.log10(steps + 1) / 5,
    ):
        found = detect(complexity_phases, steps, noisy(curve, deviation, seed))
        assert (found.peak, found.migration, found.double_descent) == (None, None, False)


@grids
@everywhere
def test_an_ascent_without_a_fall_has_no_peak(steps: np.ndarray, seed: int) -> None:
    """Training ends at the top, or after a fall too small to count."""
    rising = 2 + 9 * ramp(steps, 2000, 0.8)
    for curve in (rising, rising - 3 * ramp(steps, 2.5 * steps[-1], 0.8)):
        found = detect(complexity_phases, steps, noisy(curve, 0.05, seed))
        assert found.ascent is not None
        assert (found.peak, found.migration) == (None, None)


@grids
@everywhere
def test_a_large_initialisation_has_a_peak_without_a_first_descent(steps: np.ndarray, seed: int) -> None:
    """Like P2 Fig 10: 2.2 at the start, 11.7 at the peak, 8 at the end."""
    found = detect(
        complexity_phases, steps, noisy(2.2 + 9.5 * ramp(steps, 400, 0.6) - 4 * ramp(steps, 7000, 0.4), 0.05, seed)
    )
    assert found.first_descent is None
    assert not found.double_descent
    assert found.peak is not None
    assert found.migration is not None
    assert 1000 < found.peak <= found.migration < 7000


@settings(max_examples=60)
@given(st.lists(st.floats(0.1, 10), min_size=5, max_size=40))
def test_a_lowest_last_value_is_no_second_descent_without_the_whole_sequence(falls: list[float]) -> None:
    values = 100 - np.cumsum(falls)  # ends at its minimum
    phases = detect(complexity_phases, np.arange(len(values)) * 100, values)
    assert phases.migration is None
    assert not phases.double_descent

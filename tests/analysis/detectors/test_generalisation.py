"""Fit, generalisation and delayed onset on made-up curves: with and without the event, noisy, cut off by the end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis_support import GRIDS, SETTINGS, accuracy_table, noisy, omnigrok_grid, ramp, run_tables
from detector_support import decades, detect, everywhere, grids, surges_of
from grokscope.analysis.detectors.fit import fit_step
from grokscope.analysis.detectors.generalisation import Rise, delayed_onset, generalisation
from grokscope.analysis.effects import seed_events


def onset_of(steps: np.ndarray, test: np.ndarray, fit: float | None) -> Rise | None:
    return detect(delayed_onset, steps, test, fit)


@grids
@everywhere
def test_fit_is_found_and_one_lucky_checkpoint_is_not(steps: np.ndarray, seed: int) -> None:
    options = {"fit_accuracy": 0.99, "smoothing_decades": SETTINGS.smoothing_decades}
    train = noisy(0.1 + 0.9 * ramp(steps, 300, 0.2), 0.001, seed)
    found = fit_step(steps, train, **options)
    assert found is not None
    assert decades(found, 300 * 10 ** (0.2 / 4.394 * np.log(80))) < 0.15  # where 0.1 + 0.9 ramp is 0.99 or so
    never = noisy(np.full(len(steps), 0.9), 0.01, seed)
    never[len(never) // 2] = 1.0
    assert fit_step(steps, never, **options) is None


@grids
@everywhere
@pytest.mark.parametrize("deviation", [0.0, 0.005, 0.02])
def test_a_delayed_rise_is_dated(steps: np.ndarray, seed: int, deviation: float) -> None:
    test = noisy(0.15 + 0.7 * ramp(steps, 5000), deviation, seed)
    for found in (onset_of(steps, test, 300.0), detect(generalisation, steps, test)):
        assert found is not None
        assert decades(found.step, 5000) < 0.1
        assert found.gain == pytest.approx(0.7, abs=0.08)


@grids
@everywhere
@pytest.mark.parametrize("creep", [0.0, 0.05, 0.12])
def test_a_rise_together_with_train_accuracy_is_never_delayed(steps: np.ndarray, seed: int, creep: float) -> None:
    """The test accuracy of an ordinary training: it rises with train accuracy, and may creep up later."""
    test = noisy(0.1 + 0.75 * ramp(steps, 80) + creep * ramp(steps, 4000, 1.0), 0.01, seed)
    fit = fit_step(steps, noisy(0.1 + 0.9 * ramp(steps, 80), 0.001, seed), fit_accuracy=0.99, smoothing_decades=0.05)
    assert fit is not None
    assert onset_of(steps, test, fit) is None
    assert onset_of(steps, test, None) is None
    assert detect(generalisation, steps, test) is not None


@grids
@everywhere
@pytest.mark.parametrize("width", [0.2, 0.5])
def test_a_rise_cut_off_by_the_end_is_absent(steps: np.ndarray, seed: int, width: float) -> None:
    """Training ends while test accuracy is half-way up, or just as it starts."""
    for centre in (steps[-1], 1.4 * steps[-1]):
        test = noisy(0.15 + 0.7 * ramp(steps, centre, width), 0.003, seed)
        assert onset_of(steps, test, 300.0) is None
        assert detect(generalisation, steps, test) is None
        assert surges_of(steps, test) == []


@everywhere
def test_a_rise_that_is_lost_again_is_absent(seed: int) -> None:
    steps = omnigrok_grid()
    test = noisy(0.1 + 0.7 * ramp(steps, 3000) - 0.7 * ramp(steps, 30000), 0.005, seed)
    assert onset_of(steps, test, 300.0) is None


@settings(max_examples=60)
@given(st.floats(0.1, 0.9), st.integers(0, 10**6), st.sampled_from(sorted(GRIDS)))
def test_flat_noise_has_no_events(level: float, seed: int, grid: str) -> None:
    steps = GRIDS[grid]
    flat = noisy(np.full(len(steps), level), 0.01, seed)
    assert onset_of(steps, flat, 300.0) is None
    assert detect(generalisation, steps, flat) is None
    assert surges_of(steps, flat) == []


@settings(max_examples=60)
@given(st.floats(100, 20000), st.floats(0.1, 0.6), st.integers(0, 10**6), st.sampled_from(sorted(GRIDS)))
def test_a_seed_that_learns_both_sets_at_once_is_never_delayed(
    centre: float, width: float, seed: int, grid: str
) -> None:
    steps = GRIDS[grid]
    rise = ramp(steps, centre, width)
    table = accuracy_table(
        "r", steps, {0: (noisy(0.1 + 0.9 * rise, 0.001, seed), noisy(0.1 + 0.8 * rise, 0.005, seed + 1))}
    )
    assert seed_events(run_tables("r", accuracy=table))[0].step("onset") is None

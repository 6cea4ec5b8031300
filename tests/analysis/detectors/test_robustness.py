"""Robustness that is lost and comes back, on made-up curves: with and without the event, noisy, cut off by the end."""

from __future__ import annotations

import numpy as np
import pytest

from analysis_support import noisy, omnigrok_grid, ramp
from detector_support import decades, detect, everywhere, grids
from grokscope.analysis.detectors.robustness import Robustness, robustness_phases


@grids
@everywhere
@pytest.mark.parametrize("deviation", [0.0, 0.02])
def test_robustness_lost_and_regained(steps: np.ndarray, seed: int, deviation: float) -> None:
    """Like P2 Fig 2: 57 % at step 25, 20 % at 667, 50 % from 20 000 on; the untrained network's 5 % is no loss."""
    curve = 0.05 + 0.52 * ramp(steps, 8) - 0.37 * ramp(steps, 200) + 0.3 * ramp(steps, 8000)
    found = detect(robustness_phases, steps, noisy(curve, deviation, seed))
    assert decades(found.lost, 200) < 0.2
    assert decades(found.onset, 8000) < 0.15
    assert found.loss == pytest.approx(0.37, abs=0.1)
    assert found.regained == pytest.approx(0.3, abs=0.1)


@grids
@everywhere
def test_robustness_that_is_not_lost_or_does_not_return(steps: np.ndarray, seed: int) -> None:
    rise = 0.05 + 0.5 * ramp(steps, 20)
    for curve in (rise, rise + 0.3 * ramp(steps, 5000), np.full(len(steps), 0.3), 0.5 * ramp(steps, 5000)):
        assert detect(robustness_phases, steps, noisy(curve, 0.02, seed)) == Robustness()
    lost = detect(robustness_phases, steps, noisy(rise - 0.4 * ramp(steps, 300), 0.02, seed))
    assert decades(lost.lost, 300) < 0.25
    assert lost.onset is None


@grids
@everywhere
def test_a_return_of_robustness_cut_off_by_the_end_is_absent(steps: np.ndarray, seed: int) -> None:
    curve = 0.05 + 0.5 * ramp(steps, 20) - 0.45 * ramp(steps, 300) + 0.5 * ramp(steps, 1.2 * steps[-1], 0.3)
    found = detect(robustness_phases, steps, noisy(curve, 0.005, seed))
    assert found.lost is not None
    assert found.onset is None
    assert found.unfinished


def test_oscillation_after_the_return_does_not_shift_its_date() -> None:
    steps = omnigrok_grid()
    curve = (
        0.5
        - 0.4 * ramp(steps, 300)
        + 0.4 * ramp(steps, 15000, 0.1)
        + np.where(steps > 25000, 0.1 * np.sin(steps / 1500), 0)
    )
    assert decades(detect(robustness_phases, steps, curve).onset, 15000) < 0.05


def restless(steps: np.ndarray, level: np.ndarray, seed: int) -> np.ndarray:
    """`level` with a noise of 0.01, and of 0.07 from 10 000 steps on, as in P2 Fig 2."""
    return level + np.where(steps < 10_000, 0.01, 0.07) * np.random.default_rng(seed).standard_normal(len(steps))


def test_a_return_among_restless_points_is_seen_and_restlessness_alone_is_none() -> None:
    """At 60 checkpoints, as in P2 Fig 2: 56 % at step 25, 22 % from 700 on, and 47 % at the end, or not."""
    grid = omnigrok_grid()
    steps = grid[np.linspace(0, len(grid) - 1, 60).round().astype(int)]
    lost = 0.05 + 0.51 * ramp(steps, 8) - 0.34 * ramp(steps, 150)
    seeds = range(200)
    seen = [
        detect(robustness_phases, steps, restless(steps, lost + 0.25 * ramp(steps, 20_000), s)).onset for s in seeds
    ]
    alone = [detect(robustness_phases, steps, restless(steps, lost, s)).onset for s in seeds]
    assert sum(onset is not None for onset in seen) >= 0.75 * len(seeds)
    assert all(decades(onset, 20_000) < 0.35 for onset in seen if onset is not None)
    assert sum(onset is not None for onset in alone) <= 0.01 * len(seeds)

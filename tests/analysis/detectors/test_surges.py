"""Surges of test accuracy on made-up curves: one, two, none, and what is none."""

from __future__ import annotations

import numpy as np
import pytest

from analysis_support import noisy, omnigrok_grid, ramp
from detector_support import decades, everywhere, grids, surges_of


@grids
@everywhere
@pytest.mark.parametrize("deviation", [0.0, 0.01])
def test_one_and_no_surge(steps: np.ndarray, seed: int, deviation: float) -> None:
    one = surges_of(steps, noisy(0.1 + 0.8 * ramp(steps, 3000), deviation, seed))
    assert len(one) == 1
    assert decades(one[0].step, 3000) < 0.1
    slow = surges_of(steps, noisy(0.1 + 0.8 * ramp(steps, 500, 1.5), deviation, seed))
    assert len(slow) <= 1
    assert surges_of(steps, noisy(np.full(len(steps), 0.5), deviation, seed)) == []


@grids
@everywhere
@pytest.mark.parametrize("deviation", [0.0, 0.01])
def test_two_surges_with_a_plateau(steps: np.ndarray, seed: int, deviation: float) -> None:
    test = noisy(0.1 + 0.5 * ramp(steps, 1000) + 0.3 * ramp(steps, 9000, 0.15), deviation, seed)
    first, second = surges_of(steps, test)
    assert decades(first.step, 1000) < 0.1
    assert decades(second.step, 9000) < 0.1
    assert first.gain + second.gain == pytest.approx(0.8, abs=0.1)


def test_a_short_late_plateau_parts_two_surges() -> None:
    """As in a trial of P1's 12-layer net: 0.57 at step 35 000, a plateau at 0.80 from 40 000 to 46 000, 0.94 at 55
    000.
    """
    steps = omnigrok_grid()
    test = np.interp(steps, [0, 28000, 40000, 46000, 55000, 100000], [0.1, 0.1, 0.80, 0.805, 0.94, 0.95])
    assert [round(rise.gain, 1) for rise in surges_of(steps, test)] == [0.7, 0.1]


@everywhere
def test_accuracy_lost_and_regained_is_no_second_surge(seed: int) -> None:
    steps = omnigrok_grid()
    test = noisy(0.1 + 0.8 * ramp(steps, 2000) - 0.5 * (ramp(steps, 9000, 0.1) - ramp(steps, 20000, 0.1)), 0.005, seed)
    assert len(surges_of(steps, test)) == 1


@everywhere
def test_coming_up_to_chance_is_no_surge(seed: int) -> None:
    """As in a network of depth 4 and N = 200: 5 % at the start, chance at step 3, a slow climb, and the surge at step
    2000.
    """
    steps = omnigrok_grid()
    test = np.interp(np.log10(steps + 1.0), [0, 0.3, 0.7, 2.6, 2.9, 3.9], [0.05, 0.05, 0.12, 0.22, 0.3, 0.75])
    (only,) = surges_of(steps, noisy(test, 0.005, seed))
    assert decades(only.step, 2000) < 0.15

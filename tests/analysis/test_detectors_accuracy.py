"""Fit, generalisation, delayed onset, surges and failures on made-up curves: with and without the event, noisy, cut off
by the end.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis_support import GRIDS, SEEDS, SETTINGS, accuracy_table, noisy, omnigrok_grid, ramp
from grokscope.analysis.detectors.curve import log_time, running_median, smooth
from grokscope.analysis.detectors.failure import accuracy_collapsed_step, nonfinite_step, rank_collapsed_step
from grokscope.analysis.detectors.fit import fit_step
from grokscope.analysis.detectors.generalisation import Rise, delayed_onset, generalisation
from grokscope.analysis.detectors.surges import surges
from grokscope.analysis.events.accuracy import chance_accuracy
from grokscope.analysis.events.table import detect_events
from grokscope.analysis.sensitivity import ALTERNATIVES

COMMON = SETTINGS.model_dump(
    include={"smoothing_decades", "final_decades", "settled_share", "noise_multiple", "onset_share"}
)
SURGES = (
    SETTINGS.model_dump(include={"surge_rise", "plateau_decades", "plateau_share"})
    | COMMON
    | {"chance_accuracy": chance_accuracy(SETTINGS, Fraction(1, 10))}
)
grids = pytest.mark.parametrize("steps", GRIDS.values(), ids=GRIDS.keys())


def onset_of(steps: np.ndarray, test: np.ndarray, fit: float | None) -> Rise | None:
    return delayed_onset(
        steps, test, fit, onset_gain=SETTINGS.onset_gain, delay_decades=SETTINGS.delay_decades, **COMMON
    )


def decades(found: float, true: float) -> float:
    return abs(float(log_time(found) - log_time(true)))


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


@grids
@pytest.mark.parametrize("seed", SEEDS)
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
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("deviation", [0.0, 0.005, 0.02])
def test_a_delayed_rise_is_dated(steps: np.ndarray, seed: int, deviation: float) -> None:
    test = noisy(0.15 + 0.7 * ramp(steps, 5000), deviation, seed)
    for found in (onset_of(steps, test, 300.0), generalisation(steps, test, onset_gain=SETTINGS.onset_gain, **COMMON)):
        assert found is not None
        assert decades(found.step, 5000) < 0.1
        assert found.gain == pytest.approx(0.7, abs=0.08)


@grids
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("creep", [0.0, 0.05, 0.12])
def test_a_rise_together_with_train_accuracy_is_never_delayed(steps: np.ndarray, seed: int, creep: float) -> None:
    """The test accuracy of an ordinary training: it rises with train accuracy, and may creep up later."""
    test = noisy(0.1 + 0.75 * ramp(steps, 80) + creep * ramp(steps, 4000, 1.0), 0.01, seed)
    fit = fit_step(steps, noisy(0.1 + 0.9 * ramp(steps, 80), 0.001, seed), fit_accuracy=0.99, smoothing_decades=0.05)
    assert fit is not None
    assert onset_of(steps, test, fit) is None
    assert onset_of(steps, test, None) is None
    assert generalisation(steps, test, onset_gain=SETTINGS.onset_gain, **COMMON) is not None


@grids
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("width", [0.2, 0.5])
def test_a_rise_cut_off_by_the_end_is_absent(steps: np.ndarray, seed: int, width: float) -> None:
    """Training ends while test accuracy is half-way up, or just as it starts."""
    for centre in (steps[-1], 1.4 * steps[-1]):
        test = noisy(0.15 + 0.7 * ramp(steps, centre, width), 0.003, seed)
        assert onset_of(steps, test, 300.0) is None
        assert generalisation(steps, test, onset_gain=SETTINGS.onset_gain, **COMMON) is None
        assert surges(steps, test, **SURGES) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rise_that_is_lost_again_is_absent(seed: int) -> None:
    steps = omnigrok_grid()
    test = noisy(0.1 + 0.7 * ramp(steps, 3000) - 0.7 * ramp(steps, 30000), 0.005, seed)
    assert onset_of(steps, test, 300.0) is None


@grids
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("deviation", [0.0, 0.01])
def test_one_and_no_surge(steps: np.ndarray, seed: int, deviation: float) -> None:
    one = surges(steps, noisy(0.1 + 0.8 * ramp(steps, 3000), deviation, seed), **SURGES)
    assert len(one) == 1
    assert decades(one[0].step, 3000) < 0.1
    slow = surges(steps, noisy(0.1 + 0.8 * ramp(steps, 500, 1.5), deviation, seed), **SURGES)
    assert len(slow) <= 1
    assert surges(steps, noisy(np.full(len(steps), 0.5), deviation, seed), **SURGES) == []


@grids
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("deviation", [0.0, 0.01])
def test_two_surges_with_a_plateau(steps: np.ndarray, seed: int, deviation: float) -> None:
    test = noisy(0.1 + 0.5 * ramp(steps, 1000) + 0.3 * ramp(steps, 9000, 0.15), deviation, seed)
    first, second = surges(steps, test, **SURGES)
    assert decades(first.step, 1000) < 0.1
    assert decades(second.step, 9000) < 0.1
    assert first.gain + second.gain == pytest.approx(0.8, abs=0.1)


def test_a_short_late_plateau_parts_two_surges() -> None:
    """As in a trial of P1's 12-layer net: 0.57 at step 35 000, a plateau at 0.80 from 40 000 to 46 000, 0.94 at 55
    000.
    """
    steps = omnigrok_grid()
    test = np.interp(steps, [0, 28000, 40000, 46000, 55000, 100000], [0.1, 0.1, 0.80, 0.805, 0.94, 0.95])
    assert [round(rise.gain, 1) for rise in surges(steps, test, **SURGES)] == [0.7, 0.1]


@pytest.mark.parametrize("seed", SEEDS)
def test_accuracy_lost_and_regained_is_no_second_surge(seed: int) -> None:
    steps = omnigrok_grid()
    test = noisy(0.1 + 0.8 * ramp(steps, 2000) - 0.5 * (ramp(steps, 9000, 0.1) - ramp(steps, 20000, 0.1)), 0.005, seed)
    assert len(surges(steps, test, **SURGES)) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_coming_up_to_chance_is_no_surge(seed: int) -> None:
    """As in a network of depth 4 and N = 200: 5 % at the start, chance at step 3, a slow climb, and the surge at step
    2000.
    """
    steps = omnigrok_grid()
    test = np.interp(np.log10(steps + 1.0), [0, 0.3, 0.7, 2.6, 2.9, 3.9], [0.05, 0.05, 0.12, 0.22, 0.3, 0.75])
    (only,) = surges(steps, noisy(test, 0.005, seed), **SURGES)
    assert decades(only.step, 2000) < 0.15


def test_failures() -> None:
    steps = np.arange(0, 100, 10)
    loss = np.ones(10)
    assert nonfinite_step(steps, loss) is None
    loss[7:] = [np.inf, 1.0, np.nan]
    assert nonfinite_step(steps, loss) == 70
    ranks = np.array([50, 40, 1, 30, 20, 10, 1, 1, 0, 1.0])
    assert rank_collapsed_step(steps, ranks, collapse_rank=1) == 60
    assert rank_collapsed_step(steps, ranks[::-1], collapse_rank=1) is None
    assert rank_collapsed_step(steps, np.full(10, np.nan), collapse_rank=1) is None
    accuracy = np.array([0.1, 0.2, 0.5, 0.6, 0.6, 0.6, 0.1, 0.11, 0.1, 0.1])
    options = {"chance_accuracy": 0.15, "smoothing_decades": 0.05}
    assert accuracy_collapsed_step(steps, accuracy, **options) == 60
    assert (
        accuracy_collapsed_step(steps, np.minimum(accuracy, 0.12), **options) is None
    )  # never above chance: untrained, not collapsed
    assert accuracy_collapsed_step(steps, np.r_[accuracy[:-2], 0.6, 0.6], **options) is None


@settings(max_examples=60)
@given(st.floats(0.1, 0.9), st.integers(0, 10**6), st.sampled_from(sorted(GRIDS)))
def test_flat_noise_has_no_events(level: float, seed: int, grid: str) -> None:
    steps = GRIDS[grid]
    flat = noisy(np.full(len(steps), level), 0.01, seed)
    assert onset_of(steps, flat, 300.0) is None
    assert generalisation(steps, flat, onset_gain=SETTINGS.onset_gain, **COMMON) is None
    assert surges(steps, flat, **SURGES) == []


def test_chance_is_that_of_the_classes() -> None:
    """With ten classes as it was before the number of classes was asked for, to the bit; with a hundred a tenth of
    that.
    """
    assert chance_accuracy(SETTINGS, Fraction(1, 10)) == 0.15
    assert [value / 10 for value in ALTERNATIVES["chance_multiple"]] == [0.12, 0.2]  # type: ignore[operator]
    assert chance_accuracy(SETTINGS, Fraction(1, 100)) == pytest.approx(0.015)


@pytest.mark.parametrize(("classes", "surged", "collapsed"), [(10, False, False), (100, True, True)])
def test_accuracies_far_above_chance_of_many_classes_are_no_chance(classes: int, surged: bool, collapsed: bool) -> None:
    """Accuracy rises to 12 %, which is chance of ten classes and twelve times that of a hundred; in the end the network
    is constant.
    """
    steps = omnigrok_grid()
    test = 0.01 + 0.11 * ramp(steps, 1000)
    events = detect_events(
        "r", {"accuracy": accuracy_table("r", steps, {0: (test, test)})}, SETTINGS, Fraction(1, classes)
    ).set_index("event")["step"]
    assert (not np.isnan(events["surge_1"])) == surged
    lost = np.where(steps > 20000, 0.01, test)
    events = detect_events(
        "r", {"accuracy": accuracy_table("r", steps, {0: (lost, lost)})}, SETTINGS, Fraction(1, classes)
    ).set_index("event")["step"]
    assert (not np.isnan(events["collapsed"])) == collapsed

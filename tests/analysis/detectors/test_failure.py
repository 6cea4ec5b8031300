"""Networks that diverge or collapse, and what chance is."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from analysis_support import SETTINGS, accuracy_table, omnigrok_grid, ramp
from grokscope.analysis.detectors.failure import accuracy_collapsed_step, nonfinite_step, rank_collapsed_step
from grokscope.analysis.events.accuracy import chance_accuracy
from grokscope.analysis.events.table import detect_events
from grokscope.analysis.sensitivity import ALTERNATIVES


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

"""Rank, local complexity and robustness on made-up curves: with and without the event, noisy, cut off by the end."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis_support import GRIDS, SEEDS, SETTINGS, noisy, omnigrok_grid, ramp
from grokscope.analysis.detectors.complexity_phases import ComplexityPhases, complexity_phases
from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.detectors.generalisation import generalisation
from grokscope.analysis.detectors.rank_phases import RankPhases, rank_phases
from grokscope.analysis.detectors.robustness import Robustness, robustness_phases
from grokscope.analysis.detectors.turning_points import changes
from grokscope.analysis.reference import read_reference

COMMON = SETTINGS.model_dump(
    include={"smoothing_decades", "final_decades", "settled_share", "noise_multiple", "onset_share"}
)
grids = pytest.mark.parametrize("steps", GRIDS.values(), ids=GRIDS.keys())
everywhere = pytest.mark.parametrize("seed", SEEDS)


def ranks(steps: np.ndarray, values: np.ndarray) -> RankPhases:
    names = {"rank_drop", "rank_range_share", "smoothing_decades", "final_decades", "settled_share", "noise_multiple"}
    return rank_phases(steps, values, **SETTINGS.model_dump(include=names))


def complexity(steps: np.ndarray, values: np.ndarray) -> ComplexityPhases:
    names = {
        "complexity_change",
        "peak_tolerance",
        "smoothing_decades",
        "final_decades",
        "settled_share",
        "noise_multiple",
    }
    return complexity_phases(steps, values, **SETTINGS.model_dump(include=names))


def robustness(steps: np.ndarray, values: np.ndarray) -> Robustness:
    names = {
        "robustness_change",
        "onset_share",
        "smoothing_decades",
        "final_decades",
        "settled_share",
        "noise_multiple",
    }
    return robustness_phases(steps, values, **SETTINGS.model_dump(include=names))


def decades(found: float | None, true: float) -> float:
    assert found is not None
    return abs(float(log_time(found) - log_time(true)))


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=30), st.floats(0.1, 5))
def test_changes_alternate_count_and_join(values: list[float], smallest: float) -> None:
    found = changes(values, lambda high, low: high - low >= smallest)
    for change in found:
        assert abs(change.size) >= smallest
        inside = values[change.start : change.end + 1]
        assert {inside[0], inside[-1]} == {min(inside), max(inside)}
    for one, next_one in itertools.pairwise(found):
        assert one.end == next_one.start
        assert one.size * next_one.size < 0
    if not found:
        assert max(np.max(values[: i + 1]) - v for i, v in enumerate(values)) < smallest


@grids
@everywhere
@pytest.mark.parametrize("deviation", [0.0, 3.0])
def test_rank_collapse_is_dated_at_the_steepest_fall(steps: np.ndarray, seed: int, deviation: float) -> None:
    found = ranks(steps, noisy(300 - 30 * ramp(steps, 100, 2.0) - 220 * ramp(steps, 4000, 0.3), deviation, seed))
    assert found.collapse is not None
    assert decades(found.collapse.step, 4000) < 0.15
    assert found.collapse.share == pytest.approx(0.83, abs=0.05)
    assert found.second_descent is None


@grids
@everywhere
def test_no_rank_collapse(steps: np.ndarray, seed: int) -> None:
    for curve in (np.full(len(steps), 200.0), 200 + 100 * ramp(steps, 1000), 200 - 40 * ramp(steps, 1000)):
        assert ranks(steps, noisy(curve, 3.0, seed)).collapse is None


@grids
@everywhere
def test_a_rank_collapse_cut_off_by_the_end_is_absent(steps: np.ndarray, seed: int) -> None:
    found = ranks(steps, noisy(300 - 250 * ramp(steps, steps[-1], 0.4), 2.0, seed))
    assert found.collapse is None
    assert found.unfinished


@grids
@everywhere
def test_double_descent_of_rank_needs_fall_rise_and_fall(steps: np.ndarray, seed: int) -> None:
    down_up = 100 - 85 * ramp(steps, 60) + 50 * ramp(steps, 1200)
    found = ranks(steps, noisy(down_up - 50 * ramp(steps, 8000, 0.15), 1.0, seed))
    assert found.second_descent is not None
    assert decades(found.second_descent.step, 8000) < 0.15
    assert decades(found.collapse and found.collapse.step, 60) < 0.2
    assert ranks(steps, noisy(down_up, 1.0, seed)).second_descent is None


@grids
@everywhere
@pytest.mark.parametrize("deviation", [0.0, 0.1])
def test_all_phases_of_complexity(steps: np.ndarray, seed: int, deviation: float) -> None:
    """Like P2 Fig 2: 4.9 at the start, 1.6 at step 25, 4.5 at 700, then down to 0.2."""
    curve = 4.9 - 3.3 * ramp(steps, 8) + 3.0 * ramp(steps, 200, 0.5) - 4.4 * ramp(steps, 6000, 0.5)
    found = complexity(steps, noisy(curve, deviation, seed))
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
    found = complexity(steps, noisy(1 + 3 * ramp(steps, 200, 0.5) - 4 * ramp(steps, steps[-1], 0.6), 0.02, seed))
    assert found.migration is not None
    assert found.second_descent is None


@everywhere
def test_changes_that_come_at_once_are_dated_alike_half_way(seed: int) -> None:
    """Where one of them starts lies a third of a decade before, which is no evidence for their order."""
    steps = omnigrok_grid()
    move = 1 / (1 + np.exp((np.log10(3001) - np.log10(steps + 1)) * 4.394 / 0.5))
    found = complexity(steps, noisy(1 + 3 * ramp(steps, 30, 0.5) - 3.5 * move, 0.005, seed))
    rise = generalisation(steps, noisy(0.1 + 0.8 * move, 0.002, seed), onset_gain=SETTINGS.onset_gain, **COMMON)
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
        found = complexity(steps, noisy(curve, deviation, seed))
        assert (found.peak, found.migration, found.double_descent) == (None, None, False)


@grids
@everywhere
def test_an_ascent_without_a_fall_has_no_peak(steps: np.ndarray, seed: int) -> None:
    """Training ends at the top, or after a fall too small to count."""
    rising = 2 + 9 * ramp(steps, 2000, 0.8)
    for curve in (rising, rising - 3 * ramp(steps, 2.5 * steps[-1], 0.8)):
        found = complexity(steps, noisy(curve, 0.05, seed))
        assert found.ascent is not None
        assert (found.peak, found.migration) == (None, None)


@grids
@everywhere
def test_a_large_initialisation_has_a_peak_without_a_first_descent(steps: np.ndarray, seed: int) -> None:
    """Like P2 Fig 10: 2.2 at the start, 11.7 at the peak, 8 at the end."""
    found = complexity(steps, noisy(2.2 + 9.5 * ramp(steps, 400, 0.6) - 4 * ramp(steps, 7000, 0.4), 0.05, seed))
    assert found.first_descent is None
    assert not found.double_descent
    assert found.peak is not None
    assert found.migration is not None
    assert 1000 < found.peak <= found.migration < 7000


@grids
@everywhere
@pytest.mark.parametrize("deviation", [0.0, 0.02])
def test_robustness_lost_and_regained(steps: np.ndarray, seed: int, deviation: float) -> None:
    """Like P2 Fig 2: 57 % at step 25, 20 % at 667, 50 % from 20 000 on; the untrained network's 5 % is no loss."""
    curve = 0.05 + 0.52 * ramp(steps, 8) - 0.37 * ramp(steps, 200) + 0.3 * ramp(steps, 8000)
    found = robustness(steps, noisy(curve, deviation, seed))
    assert decades(found.lost, 200) < 0.2
    assert decades(found.onset, 8000) < 0.15
    assert found.loss == pytest.approx(0.37, abs=0.1)
    assert found.regained == pytest.approx(0.3, abs=0.1)


@grids
@everywhere
def test_robustness_that_is_not_lost_or_does_not_return(steps: np.ndarray, seed: int) -> None:
    rise = 0.05 + 0.5 * ramp(steps, 20)
    for curve in (rise, rise + 0.3 * ramp(steps, 5000), np.full(len(steps), 0.3), 0.5 * ramp(steps, 5000)):
        assert robustness(steps, noisy(curve, 0.02, seed)) == Robustness()
    lost = robustness(steps, noisy(rise - 0.4 * ramp(steps, 300), 0.02, seed))
    assert decades(lost.lost, 300) < 0.25
    assert lost.onset is None


@grids
@everywhere
def test_a_return_of_robustness_cut_off_by_the_end_is_absent(steps: np.ndarray, seed: int) -> None:
    curve = 0.05 + 0.5 * ramp(steps, 20) - 0.45 * ramp(steps, 300) + 0.5 * ramp(steps, 1.2 * steps[-1], 0.3)
    found = robustness(steps, noisy(curve, 0.005, seed))
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
    assert decades(robustness(steps, curve).onset, 15000) < 0.05


def published(name: str) -> pd.DataFrame:
    return read_reference(Path(__file__).parents[1].parent / "reference" / f"always_grok_{name}.csv")


def test_the_authors_own_curves_show_what_they_say() -> None:
    """P2 Fig 2: robustness returns from about 10 000 steps on; Fig 10: a peak at 4000 to 5300 steps, then
    generalisation, later in deeper networks.
    """
    accuracy, local = published("fig02_accuracy"), published("fig02_local_complexity")
    attacked = accuracy[accuracy["epsilon"] == 0.06]
    found = robustness(attacked["step"].to_numpy(), attacked["value"].to_numpy() / 100)
    assert found.lost is not None
    assert found.onset is not None
    assert found.lost < 700
    assert 10000 < found.onset < 30000
    train = local[local["split"] == "train"]
    assert complexity(train["step"].to_numpy(), train["value"].to_numpy()).double_descent
    accuracy, local = published("fig10_accuracy"), published("fig10_lc_train")
    migrations, rises = [], []
    for depth in (2, 3, 4, 5, 6):
        test = accuracy[(accuracy["depth"] == depth) & (accuracy["split"] == "test")]
        names = {"smoothing_decades", "final_decades", "settled_share", "noise_multiple", "onset_share", "onset_gain"}
        rise = generalisation(
            test["step"], test["value"] / (100 if test["percent"].any() else 1), **SETTINGS.model_dump(include=names)
        )
        curve = local[local["depth"] == depth]
        phases = complexity(curve["step"].to_numpy(), curve["value"].to_numpy())
        assert rise is not None
        assert phases.peak is not None
        assert phases.migration is not None
        assert 3900 < phases.peak < 5400
        rises.append(rise.step)
        migrations.append(phases.migration)
    assert all(migration < rise for migration, rise in zip(migrations, rises, strict=True))
    assert rises[1:] == sorted(rises[1:])

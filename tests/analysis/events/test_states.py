"""Events that are seen, under way when the run ends, or not seen; in tables of events and in claims."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis_support import SETTINGS, accuracy_table, log_grid, noisy, one_run_inputs, ramp, run_tables
from analysis_tables import metric_table, rank_table
from grokscope.analysis.claims import evaluate
from grokscope.analysis.declarations.events import under_way_in_words
from grokscope.analysis.effects import seed_events
from grokscope.analysis.events import complexity, rank, robustness
from grokscope.analysis.events.moments import moments

STEPS = log_grid(20000, 80)
LAST = int(STEPS[-1])
FITTED = 0.1 + 0.9 * ramp(STEPS, 100, 0.2)


def states(train: np.ndarray, test: np.ndarray) -> dict[str, str]:
    tables = run_tables("r", accuracy=accuracy_table("r", STEPS, {0: (train, test)}))
    found = tables.events()
    return dict(zip(found["event"], found["state"], strict=True))


@pytest.mark.parametrize("seed", range(10))
def test_test_accuracy_that_is_still_rising_is_under_way(seed: int) -> None:
    """As in P2 Fig 10 at depths 5 and 6: 60 % at the end of the run, and rising."""
    rising = states(FITTED, noisy(0.1 + 0.8 * ramp(STEPS, LAST, 0.5), 0.003, seed))
    assert (rising["fit"], rising["generalisation"], rising["onset"]) == ("seen", "under way", "under way")
    assert (rising["surge_1"], rising["surge_2"]) == ("under way", "not seen")
    assert rising["collapsed"] == rising["nonfinite"] == "not seen"
    flat = states(FITTED, noisy(np.full(len(STEPS), 0.1), 0.003, seed))
    assert {flat[event] for event in ("generalisation", "onset", "surge_1", "surge_2")} == {"not seen"}
    done = states(FITTED, noisy(0.1 + 0.8 * ramp(STEPS, 1000), 0.003, seed))
    assert (done["generalisation"], done["surge_1"], done["surge_2"]) == ("seen", "seen", "not seen")
    little = states(FITTED, noisy(0.1 + 0.04 * ramp(STEPS, LAST, 0.3), 0.001, seed))
    assert little["generalisation"] == "not seen"  # it has hardly left its first level


def test_a_second_surge_and_a_fit_that_are_under_way() -> None:
    late = 0.1 + 0.4 * ramp(STEPS, 300, 0.2) + 0.5 * ramp(STEPS, LAST, 0.3)
    found = states(FITTED, noisy(late, 0.003, 0))
    assert (found["surge_1"], found["surge_2"]) == ("seen", "under way")
    smaller = 0.1 + 0.6 * ramp(STEPS, 300, 0.2) + 0.25 * ramp(STEPS, LAST, 0.3)
    tables = run_tables("r", accuracy=accuracy_table("r", STEPS, {0: (FITTED, noisy(smaller, 0.003, 0))}))
    events = seed_events(tables)
    assert events[0].step("generalisation") is not None
    assert moments(tables, "surge_2", events, "claim")[0].open_end  # it may still be complete after the end of the run
    shown = evaluate(
        one_run_inputs(tables, estimand="event_shown", test="share", parameters={"event": "surge_2"})
    ).effects
    assert shown.status.tolist() == ["not_yet"]
    unfitted = states(0.1 + 0.6 * ramp(STEPS, LAST, 0.5), np.full(len(STEPS), 0.1))
    assert (unfitted["fit"], unfitted["onset"]) == ("under way", "not seen")
    stuck = states(0.1 + 0.6 * ramp(STEPS, 100, 0.5), np.full(len(STEPS), 0.1))
    assert stuck["fit"] == "not seen"


def state_on(read: Any, values: np.ndarray, event: str) -> str:
    found = read(pd.DataFrame({"step": STEPS, "value": noisy(values, 0.005 * float(np.ptp(values)), 0)}), SETTINGS)
    return str(found[event].state)


def test_falls_and_returns_that_are_under_way() -> None:
    falling = 100 - 80 * ramp(STEPS, LAST, 0.5)
    assert state_on(rank.read, falling, "rank_collapse") == "under way"
    assert state_on(rank.read, falling, "rank_second_descent") == "not seen"  # the first one has only begun
    again = 100 - 80 * ramp(STEPS, 30) + 70 * ramp(STEPS, 600) - 80 * ramp(STEPS, LAST, 0.4)
    assert state_on(rank.read, again, "rank_collapse") == "seen"
    assert state_on(rank.read, again, "rank_second_descent") == "under way"
    lost = 0.05 + 0.5 * ramp(STEPS, 15) - 0.4 * ramp(STEPS, 200)
    assert state_on(robustness.read, lost, "robustness_onset") == "not seen"
    assert state_on(robustness.read, lost + 0.4 * ramp(STEPS, LAST, 0.5), "robustness_onset") == "under way"
    assert state_on(robustness.read, lost + 0.4 * ramp(STEPS, 4000), "robustness_onset") == "seen"
    risen = 1 + 3 * ramp(STEPS, 100)
    assert state_on(complexity.read, risen, "complexity_peak") == "not seen"
    assert state_on(complexity.read, 1 + 3 * ramp(STEPS, LAST, 0.5), "complexity_peak") == "under way"
    assert state_on(complexity.read, risen - 3 * ramp(STEPS, LAST, 0.5), "complexity_peak") == "seen"
    assert state_on(complexity.read, risen - 3 * ramp(STEPS, LAST, 0.5), "complexity_second_descent") == "under way"


def test_what_is_under_way_is_said_in_claims_and_in_words() -> None:
    accuracies = accuracy_table("r", STEPS, {0: (FITTED, 0.1 + 0.8 * ramp(STEPS, LAST, 0.5))})
    tables = run_tables("r", accuracy=accuracies)
    found = moments(tables, "generalisation", seed_events(tables), "claim")[0]
    assert (found.step, found.open_end) == (None, True)
    assert found.note == "test accuracy was still rising at the end of the run"
    assert under_way_in_words("generalisation") == "still rising at the end"
    assert under_way_in_words("rank_collapse") == "still falling at the end"


def test_the_table_of_events_says_how_well_each_is_dated() -> None:
    ranks = {1: {0: np.full(len(STEPS), 90.0)}, 2: {0: np.rint(80 - 60 * ramp(STEPS, 2000))}}
    norms = metric_table("weight_norm", "r", STEPS, {0: 100 - 60 * ramp(STEPS, 2000, 2.0)})
    accuracies = accuracy_table("r", STEPS, {0: (FITTED, 0.1 + 0.8 * ramp(STEPS, 1000))})
    tables = run_tables(
        "r",
        accuracy=accuracies,
        rank=rank_table("r", STEPS, ranks | {3: {0: np.full(len(STEPS), 9.0)}}),
        weight_norm=norms,
    )
    plain, found = tables.events(), tables.dated_events().set_index("event")
    pd.testing.assert_frame_equal(plain, tables.dated_events()[list(plain.columns)])
    for event in ("fit", "generalisation", "surge_1", "rank_collapse"):
        row = found.loc[event]
        assert row["earliest"] <= row["step"] <= row["latest"]
        assert row["sharp"]
        assert row["lost_share"] <= 0.5
    assert np.isnan(found.loc["fit", "sharpness"])
    assert 0.2 < found.loc["generalisation", "sharpness"] < 0.5
    for event in ("nonfinite", "collapsed", "surge_2"):
        assert np.isnan(found.loc[event, "earliest"])
        assert not found.loc[event, "sharp"]

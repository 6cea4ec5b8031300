"""How far a curve changes while another one rises, against curves whose changes are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis_support import accuracy_table, log_grid, one_run_inputs, ramp, run_tables
from analysis_tables import metric_table
from grokscope.analysis.claims import evaluate
from grokscope.config.detector_settings import DetectorSettings
from grokscope.errors import UserError

STEPS = log_grid(count=200)
TIME = np.log10(STEPS + 1.0)
MIDDLE, DECADES = 3.0, 0.6
FIT = 0.1 + 0.9 * ramp(STEPS, 50.0)


def straight(begin: float, end: float) -> np.ndarray:
    """0 until time `begin`, 1 from `end` on, and a straight line between, in decades."""
    return np.clip((TIME - begin) / (end - begin), 0, 1)


def effects(
    curves: dict[int, np.ndarray],
    test: np.ndarray | None = None,
    direction: str = "greater",
    rise_share: float = 0.1,
    **parameters: Any,
) -> pd.DataFrame:
    rising = 0.1 + 0.8 * straight(MIDDLE - DECADES / 2, MIDDLE + DECADES / 2) if test is None else test
    tables = run_tables(
        "r",
        accuracy=accuracy_table("r", STEPS, dict.fromkeys(curves, (FIT, rising))),
        local_complexity=metric_table("local_complexity", "r", STEPS, curves),
    )
    given = {"curve": "complexity"} | parameters
    claimed = {"estimand": "change_during_rise", "test": "mean", "direction": direction}
    inputs = one_run_inputs(tables, **claimed, parameters=given)
    return evaluate(inputs.with_detectors(DetectorSettings(rise_share=rise_share)))[0]


@pytest.mark.parametrize("left", [0.1, 0.05, 0.2])
def test_the_change_is_that_between_a_tenth_and_nine_tenths_of_the_rise_or_other_shares(left: float) -> None:
    """On straight lines everything is known: the middle four fifths of a rise, say, take four fifths of its time."""
    along = 10 + 5 * straight(MIDDLE - DECADES / 2, MIDDLE + DECADES / 2)
    half = (0.5 - left) * DECADES
    times = TIME
    before, after = times[times <= MIDDLE - half].max(), times[times >= MIDDLE + half].min()
    during = after - before
    middle = during / DECADES
    expected = middle * 5 - (1 - middle) * 5 * during / (TIME[-1] - during)
    found = effects({0: along, 1: 20 - along}, rise_share=left)
    np.testing.assert_allclose(found.value, [expected, -5 * middle], atol=0.05)
    found = effects({0: along, 1: 20 - along}, direction="less", rise_share=left)
    np.testing.assert_allclose(found.value, [5 * middle, -expected], atol=0.05)
    np.testing.assert_allclose(effects({0: along}, scale="range", rise_share=left).value, expected / 5, atol=0.01)


def test_a_steady_drift_has_no_effect_and_a_change_at_another_time_has_one_of_the_other_sign() -> None:
    curves = {0: 10 + 3 * TIME, 1: 10 - 3 * TIME, 2: 10 + 5 * straight(1.0, 1.5), 3: 10 - 5 * straight(1.0, 1.5)}
    found = effects(curves)
    np.testing.assert_allclose(found.value[[0, 3]], 0, atol=1e-9)
    assert (found.value[[1, 2]] < 0).all()
    found = effects(curves, direction="less")
    np.testing.assert_allclose(found.value[[1, 2]], 0, atol=1e-9)
    assert (found.value[[0, 3]] > 0).all()


@pytest.mark.parametrize("kept", [slice(0, 60), slice(-8, None)])
def test_a_curve_that_is_not_known_on_both_sides_of_the_rise_says_nothing(kept: slice) -> None:
    rising = 0.1 + 0.8 * straight(MIDDLE - DECADES / 2, MIDDLE + DECADES / 2)
    table = metric_table("local_complexity", "r", STEPS[kept], {0: np.linspace(9, 5, len(STEPS[kept]))})
    tables = run_tables("r", accuracy=accuracy_table("r", STEPS, {0: (FIT, rising)}), local_complexity=table)
    given = {"curve": "complexity"}
    found = evaluate(one_run_inputs(tables, estimand="change_during_rise", test="mean", parameters=given))[0]
    assert found.status.tolist() == ["not_applicable"]
    assert "before and after the rise" in found.note[0]


def test_a_delayed_rise_begins_when_a_tenth_of_it_is_done_whether_that_is_late_or_not() -> None:
    """Its middle alone has to come late enough after the fit."""
    slow = 0.1 + 0.8 * straight(1.75, 2.75)
    found = effects({0: 10 + 5 * straight(1.75, 2.75)}, slow, rise="onset")
    assert found.status.tolist() == ["observed"]


def test_a_drift_in_a_flat_stretch_does_not_hide_a_change_in_the_rise() -> None:
    """Ranks of increments do: most of the run is a stretch in which the one drifts and the other wanders a little."""
    generator = np.random.default_rng(0)
    shape = straight(MIDDLE - DECADES / 2, MIDDLE + DECADES / 2)
    curves = {seed: 60 - 10 * TIME + 40 * shape + generator.normal(0, 0.3, len(TIME)) for seed in range(5)}
    test = 0.1 + 0.8 * shape + generator.normal(0, 0.005, len(TIME))
    assert (effects(curves, test).value > 25).all()
    tables = run_tables(
        "r",
        accuracy=accuracy_table("r", STEPS, dict.fromkeys(curves, (FIT, test))),
        local_complexity=metric_table("local_complexity", "r", STEPS, curves),
    )
    given = {"first": "complexity", "second": "test_accuracy"}
    correlations = evaluate(
        one_run_inputs(tables, estimand="curves_move_together", test="mean", parameters=given, direction="greater")
    )[0]
    assert abs(correlations.value.mean()) < 0.4


def test_few_checkpoints_give_the_change_between_those_around_the_rise() -> None:
    """Where the curve was measured rarely, the levels are those of checkpoints outside the rise."""
    along = 10 + 5 * straight(MIDDLE - DECADES / 2, MIDDLE + DECADES / 2)
    kept = np.unique(np.concatenate([np.arange(0, len(STEPS), 25), [len(STEPS) - 1]]))
    table = metric_table("local_complexity", "r", STEPS[kept], {0: along[kept]})
    rising = 0.1 + 0.8 * straight(MIDDLE - DECADES / 2, MIDDLE + DECADES / 2)
    tables = run_tables("r", accuracy=accuracy_table("r", STEPS, {0: (FIT, rising)}), local_complexity=table)
    given = {"curve": "complexity"}
    found = evaluate(one_run_inputs(tables, estimand="change_during_rise", test="mean", parameters=given))[0]
    assert found.value[0] == pytest.approx(5, abs=0.01)


def test_without_the_rise_a_seed_says_nothing() -> None:
    flat = np.full(len(STEPS), 0.3)
    found = effects({0: 10 + TIME}, flat)
    assert found.status.tolist() == ["not_applicable"]
    assert found.note[0] == "no generalisation within the run"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [({"rise": "rank_collapse"}, "'rank_collapse' dates no rise"), ({"scale": "log10"}, "scale 'log10' is unknown")],
)
def test_what_is_no_rise_and_no_scale_is_refused(parameters: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        effects({0: 10 + TIME}, **parameters)

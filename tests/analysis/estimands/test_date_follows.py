"""Whether an event follows the number of steps or another clock, on made-up dates with known answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from analysis_support import claim, grokking_table, log_grid, run_tables
from analysis_tables import metric_table
from grokscope.analysis.claims import evaluate
from grokscope.analysis.inputs import ItemInputs
from grokscope.errors import UserError

STEPS = log_grid(100000, 120)
RATES = (5e-4, 1e-3, 2e-3, 4e-3)
TIME = np.log10(STEPS + 1)


def inputs(dates: Sequence[Sequence[float]], slopes: Sequence[float] | None = None, **parameters: Any) -> ItemInputs:
    """A run for each learning rate, whose seeds generalise at these times (decades); weight norms fall from 100 as
    10^(2 - slope * time).
    """
    runs, members = {}, []
    for position, (rate, times) in enumerate(zip(RATES, dates, strict=True)):
        run = f"r{position}"
        tables = {"accuracy": grokking_table(run, STEPS, [20.0] * len(times), [10**time for time in times])}
        slope = 0.2 if slopes is None else slopes[position]
        norms = dict.fromkeys(range(len(times)), 10 ** (2 - slope * TIME))
        tables["weight_norm"] = metric_table("weight_norm", run, STEPS, norms)
        runs[run] = run_tables(run, **tables)
        axes, positions = {"learning_rate": rate}, {"learning_rate": position}
        coordinates = {"learning_rate": float(np.log10(rate))}
        members.append({"run": run, "sweep": "s", "axes": axes, "positions": positions, "coordinates": coordinates})
    settings = {
        "estimand": "date_follows",
        "test": "mean",
        "parameters": {"event": "generalisation", **parameters},
        "smallest_effect": 0.05,
    }
    return ItemInputs(claim(members, **settings), "quick", runs)


def of_rates(exponent: float, seeds: int = 5) -> list[list[float]]:
    """Dates that are proportional to the learning rate to the power of -exponent."""
    return [[3.2 + 0.02 * seed - exponent * np.log10(rate / 1e-3) for seed in range(seeds)] for rate in RATES]


@pytest.mark.parametrize(("exponent", "sign"), [(1.0, 1.0), (0.0, -1.0)])
def test_dates_at_one_product_or_at_one_step(exponent: float, sign: float) -> None:
    """In closed form: four rates a factor of two apart. The median of the three others lies 2, 1, 1 and 2 factors away
    (two of them the next ones for those in the middle).
    """
    effects, _, verdict, _ = evaluate(inputs(of_rates(exponent), times="learning_rate"))
    away = np.log10(2) * np.mean([2, 1, 1, 2])
    np.testing.assert_allclose(effects["value"], sign * away, atol=0.04)
    assert verdict.verdict == ("supported" if sign > 0 else "contradicted")


def test_half_way_between_both_clocks_neither_is_better() -> None:
    effects = evaluate(inputs(of_rates(0.5), times="learning_rate"))[0]
    np.testing.assert_allclose(effects["value"], 0, atol=0.04)


def test_a_curve_that_dates_the_event_exactly() -> None:
    """The norm is 10 at every date, however late that is."""
    dates = of_rates(1.0)
    slopes = [1 / row[0] for row in dates]
    same = [[row[0]] * 5 for row in dates]
    effects = evaluate(inputs(same, slopes, curve="weight_norm"))[0]
    np.testing.assert_allclose(effects["value"], np.log10(2) * 1.5, atol=0.06)
    assert "0.0" in effects["note"].iloc[0]


def test_one_curve_in_all_runs_is_as_good_as_steps() -> None:
    effects = evaluate(inputs(of_rates(1.0), curve="weight_norm"))[0]
    np.testing.assert_allclose(effects["value"], 0, atol=0.02)


def test_a_level_that_is_never_reached_is_dated_where_the_curve_comes_closest() -> None:
    """Norms that stand still show nothing of the level: their first point comes closest, and the error is large."""
    effects = evaluate(inputs(of_rates(0.0), [0.3, 0.3, 0.3, 0.0], curve="weight_norm"))[0]
    assert (effects["value"] < -0.5).all()


def test_a_seed_with_one_date_has_no_effect_and_failures_are_counted() -> None:
    dates = [[3.0, 3.0, 3.0], [9.0, 3.1, 3.1], [9.0, 3.2, 3.2], [9.0, 9.0, 3.3]]
    effects = evaluate(inputs(dates, times="learning_rate"))[0].set_index("seed")
    assert list(effects["status"]) == ["not_applicable", "observed", "observed"]
    assert "fewer than 2 runs" in effects.loc[0, "note"]
    assert "3 runs" in effects.loc[1, "note"]


def test_a_clock_is_one_thing() -> None:
    for given in ({}, {"curve": "weight_norm", "times": "learning_rate"}):
        with pytest.raises(UserError, match="give curve or times"):
            evaluate(inputs(of_rates(1.0), **given))
    with pytest.raises(UserError, match="no factor on axis 'depth'"):
        evaluate(inputs(of_rates(1.0), times="depth"))

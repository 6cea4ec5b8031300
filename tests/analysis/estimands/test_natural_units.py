"""Effects along an axis are per layer, per doubling or per decade, whichever places an experiment chooses."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis_support import claim, grokking_table, log_grid, run_tables
from analysis_tables import spectra_table
from grokscope.analysis.claims import evaluate
from grokscope.analysis.declarations.coordinates import coordinate_of
from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.hypothesis_tests import ordered, page, paired, survival
from grokscope.analysis.inputs import ItemInputs
from grokscope.errors import UserError

STEPS = log_grid(count=120)
TESTS = {"ordered": ordered, "page": page, "paired": paired, "survival": survival}
SIZES = (100, 200, 3200)


def runs_along(key: str, dates: Mapping[Any, float], **settings: Any) -> ItemInputs:
    """One run for each value of a setting; test accuracy rises at the given dates, in decades, a little apart in each
    of four seeds, and the fit comes at step 30.
    """
    axis, coordinate = key.rpartition(".")[2], coordinate_of(key)
    runs, members = {}, []
    for position, (value, date) in enumerate(dates.items()):
        onsets = [10 ** (date + shift) - 1 for shift in (-0.03, -0.01, 0.01, 0.03)]
        runs[f"r{position}"] = run_tables(
            f"r{position}", accuracy=grokking_table(f"r{position}", STEPS, [30.0] * 4, onsets)
        )
        places = {} if coordinate is None else {axis: coordinate.at(value)}
        known = {"axes": {axis: value}, "positions": {axis: position}, "coordinates": places}
        members.append({"run": f"r{position}", "sweep": "sweep", **known})
    parameters = {"axis": axis, "event": "generalisation"} | settings.pop("parameters", {})
    return ItemInputs(claim(members, parameters=parameters, **settings), "quick", runs)


@pytest.mark.parametrize("test", TESTS)
def test_dates_on_a_line_in_the_number_of_doublings(test: str) -> None:
    inputs = runs_along("data.train_size", {size: 3.8 - 0.12 * np.log2(size / 100) for size in SIZES}, test=test)
    effects, result, *_ = evaluate(inputs)
    assert result is not None
    assert result.effect == pytest.approx(-0.12, abs=0.003)
    np.testing.assert_allclose(sorted(set(effects["group"])), np.log2(SIZES))
    assert list(dict.fromkeys(effects["group_label"])) == [f"train_size {size}" for size in SIZES]


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("positions", [None, [0, 1], [0, 2], [1, 2]])
def test_dates_on_a_line_over_uneven_depths(test: str, positions: list[int] | None) -> None:
    """Between two places, too, the effect is per layer: 2, 3 and 6 layers lie one, three and four apart."""
    dates = {depth: 2.5 + 0.2 * depth for depth in (2, 3, 6)}
    inputs = runs_along("model.depth", dates, test=test, parameters={"positions": positions})
    result = evaluate(inputs)[1]
    assert result is not None
    assert result.effect == pytest.approx(0.2, abs=0.012)


def test_lags_and_levels_along_an_axis_are_in_its_coordinate_too() -> None:
    decays = {decay: 3.2 - 0.4 * np.log10(decay / 0.01) for decay in (0.005, 0.01, 0.1)}
    inputs = runs_along("training.weight_decay", decays, estimand="event_lag", test="survival")
    inputs.item["settings"]["parameters"] = {"axis": "weight_decay", "first": "fit", "second": "generalisation"}
    result = evaluate(inputs)[1]
    assert result is not None
    assert result.effect == pytest.approx(-0.4, abs=0.01)
    settings = {"estimand": "curve_level", "test": "ordered"}
    inputs.item["settings"] |= settings | {
        "parameters": {"axis": "weight_decay", "curve": "test_accuracy", "statistic": "final"}
    }
    assert list(dict.fromkeys(evaluate(inputs)[0]["group"])) == pytest.approx([np.log10(0.005), -2.0, -1.0])


def test_tunnels_grow_by_layers_per_layer() -> None:
    """Half of the layers beyond the first two: an exact slope of 0.5, over depths that are not evenly spaced."""
    runs, members = {}, []
    for position, depth in enumerate((4, 6, 12)):
        ranks = [20.0 if layer > depth - (depth - 2) // 2 else 90.0 for layer in range(1, depth + 1)]
        layers = [
            spectra_table(f"d{depth}", STEPS, {seed: np.full(len(STEPS), rank) for seed in range(4)}).query(
                "layer == 1"
            )
            for rank in ranks
        ]
        table = pd.concat([rows.assign(layer=number) for number, rows in enumerate(layers, 1)], ignore_index=True)
        accuracy = grokking_table(f"d{depth}", STEPS, [30.0] * 4, [2000.0] * 4)
        runs[f"d{depth}"] = run_tables(f"d{depth}", accuracy=accuracy, spectra=table)
        known = {"axes": {"depth": depth}, "positions": {"depth": position}, "coordinates": {"depth": float(depth)}}
        members.append({"run": f"d{depth}", "sweep": "sweep", **known})
    tunnels = claim(members, estimand="tunnel_length_by_axis", test="page", parameters={"axis": "depth"})
    effects, result, *_ = evaluate(ItemInputs(tunnels, "quick", runs))
    assert result is not None
    assert list(effects.groupby("group")["value"].mean()) == [1, 2, 5]
    assert result.effect == pytest.approx(0.5)


def test_without_a_coordinate_two_conditions_are_one_step_apart() -> None:
    dates = {400: 3.0, 100: 3.1, 40: 3.4}
    for positions, effect in (([0, 2], 0.4), ([1, 2], 0.3)):
        inputs = runs_along("model.bottleneck", dates, test="ordered", parameters={"positions": positions})
        effects, result, *_ = evaluate(inputs)
        assert result is not None
        assert set(effects["group"]) == {0.0, 1.0}
        assert result.effect == pytest.approx(effect, abs=0.012)


def test_a_value_without_a_place_and_a_value_twice_are_refused() -> None:
    decays = {0: 3.0, 0.01: 3.2, 0.1: 3.4}
    with pytest.raises(UserError, match="weight_decay 0 has no place"):
        evaluate(runs_along("training.weight_decay", decays))
    assert evaluate(runs_along("training.weight_decay", decays, parameters={"positions": [1, 2]}))[1] is not None
    shares = {"event": "generalisation", "axis": "weight_decay", "split_at": 1}
    counted = runs_along("training.weight_decay", decays, estimand="event_shown", test="fisher")
    counted.item["settings"]["parameters"] = shares
    assert set(evaluate(counted)[0]["group"]) == {0.0, 1.0}
    twice = runs_along("model.depth", {2: 3.0, 3: 3.2})
    twice.item["members"][1]["coordinates"]["depth"] = 2.0
    with pytest.raises(UserError, match="two runs have the same value on axis 'depth'"):
        evaluate(twice)


# The tests themselves, on groups that are not evenly spaced.


def effects_at(places: Sequence[float], groups: Sequence[Sequence[float | None]], end: float = 5.0) -> pd.DataFrame:
    """Effects of these values at these coordinates; those that are None are censored."""
    return make_effects(
        SeedEffect(
            seed, "r", "not_yet" if value is None else "observed", value, end if value is None else None, group=place
        )
        for place, values in zip(places, groups, strict=True)
        for seed, value in enumerate(values)
    )


def test_tests_by_order_look_at_the_order_of_places_alone() -> None:
    generator = np.random.default_rng(7)
    groups = [list(generator.normal(0.3 * group, 1.0, 4)) for group in range(3)]
    for test in (ordered, page):
        even, uneven = (test.run_test(effects_at(at, groups), "greater", 0.1) for at in ((0, 1, 2), np.log2(SIZES)))
        assert even.p_value == uneven.p_value
        assert even.effect != uneven.effect


def test_the_trend_of_the_log_rank_test_weighs_groups_by_their_place() -> None:
    """Against all 90 divisions of six dates, two of them censored, into three groups of two."""
    places = list(np.log2(SIZES))
    groups = [[4.1, 4.4], [3.9, None], [3.2, None]]
    found = survival.run_test(effects_at(places, groups), "less", 0.1)
    times = np.array([4.1, 4.4, 3.9, 5.0, 3.2, 5.0])
    dead = np.array([True, True, True, False, True, False])
    hazard = [sum(1 / (times >= other).sum() for other in times[dead] if other <= time) for time in times]
    scores = dead - np.array(hazard)
    at = np.repeat(places, 2)
    observed = at @ scores
    divisions = {tuple(order) for order in itertools.permutations([0, 0, 1, 1, 2, 2])}
    sums = np.array([np.array(places)[list(division)] @ scores for division in divisions])
    assert len(sums) == 90
    assert found.p_value == pytest.approx(np.mean(sums >= observed - 1e-9))
    moved = survival.run_test(effects_at([place + 50 for place in places], groups), "less", 0.1)
    stretched = survival.run_test(effects_at([3 * place for place in places], groups), "less", 0.1)
    assert found.p_value == moved.p_value == stretched.p_value
    assert stretched.effect == pytest.approx(found.effect / 3)


def test_paired_differences_are_per_step_and_their_p_value_is_not() -> None:
    generator = np.random.default_rng(3)
    before = generator.normal(0, 1, 6)
    after = before + 0.6 + generator.normal(0, 0.2, 6)
    one, three = (
        paired.run_test(effects_at(at, [list(before), list(after)]), "greater", 0.1) for at in ((0, 1), (2, 5))
    )
    expected = stats.ttest_rel(after, before, alternative="greater")
    assert one.p_value == pytest.approx(expected.pvalue)
    assert three.p_value == pytest.approx(expected.pvalue)
    assert one.effect == pytest.approx(np.mean(after - before))
    assert (three.effect, three.low, three.high) == pytest.approx((one.effect / 3, one.low / 3, one.high / 3))

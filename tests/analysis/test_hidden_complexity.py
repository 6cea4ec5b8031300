"""Local complexity without the output layer, and the phases of other curves than local complexity."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from grokscope.analysis.curves import named_curves
from grokscope.analysis.effects import seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.run_tables import RunTables
from grokscope.errors import UserError
from grokscope.metrics.tables import make_table

STEPS = np.unique(np.round(np.logspace(0, 5, 90)).astype(int))


def hump(peak: float) -> np.ndarray:
    """A curve that rises by 4, has its high at `peak` and falls to the start."""
    return 2 + 4 * np.exp(-((np.log10(STEPS / peak) / 0.3) ** 2))


def complexity_of(layers: dict[int, np.ndarray], counted: tuple[int, ...], seed: int = 0) -> list[dict]:
    total = sum(layers[layer] for layer in counted)
    rows = []
    for layer, values in {0: total, **layers}.items():
        for step, value in zip(STEPS, values, strict=True):
            row = {"seed": seed, "step": int(step), "split": "train", "radius": 0.05, "layer": layer}
            rows.append(row | {"value": float(value), "deviation": 0.0, "points": 5})
    return rows


def run_tables(**tables: pd.DataFrame) -> RunTables:
    accuracy = [
        {"seed": 0, "step": int(step), "split": split, "accuracy": 0.5, "loss": 1.0}
        for step in STEPS
        for split in ("train", "test")
    ]
    return RunTables("run", {"accuracy": make_table("accuracy", accuracy, "run"), **tables}, Fraction(1, 10))


@pytest.fixture
def tables() -> RunTables:
    layers = {1: hump(3000), 2: hump(3000), 3: 3 * hump(300)}  # the outputs rise and fall a decade earlier, and more
    regions = [
        {"seed": 0, "step": int(step), "split": "train", "plane": "random", "half_width": 0.05, "value": float(value)}
        | {"deviation": 1.0, "median": 1.0, "dropped": 0, "squares": 9}
        for step, value in zip(STEPS, hump(2500), strict=True)
    ]
    return run_tables(
        local_complexity=make_table("local_complexity", complexity_of(layers, (1, 2, 3)), "run"),
        region_counts=make_table("region_counts", regions, "run"),
    )


def test_the_output_layer_is_left_out(tables: RunTables) -> None:
    found = named_curves(tables, "hidden_complexity", "here")[0]
    np.testing.assert_allclose(found["value"], 2 * hump(3000))
    assert named_curves(tables, {"curve": "hidden_complexity", "radius": 0.05}, "here")[0].equals(found)
    with pytest.raises(UserError, match="no hidden complexity with split test"):
        named_curves(tables, {"curve": "hidden_complexity", "split": "test"}, "here")


def test_where_the_output_layer_is_not_counted_nothing_is_left_out() -> None:
    rows = complexity_of({1: hump(100), 2: hump(200), 3: hump(400)}, (1, 2))
    found = named_curves(
        run_tables(local_complexity=make_table("local_complexity", rows, "run")), "hidden_complexity", ""
    )
    np.testing.assert_allclose(found[0]["value"], hump(100) + hump(200))


@pytest.mark.parametrize(("curve", "peak"), [("hidden", 3000), ("regions", 2500)])
def test_phases_are_dated_on_each_curve(tables: RunTables, curve: str, peak: float) -> None:
    seeds = seed_events(tables)
    usual = moments(tables, "complexity_peak", seeds, "here")[0].step
    assert usual == pytest.approx(300, rel=0.15)
    dates = {
        phase: moments(tables, f"{curve}_{phase}", seeds, "here")[0]
        for phase in ("peak", "migration", "second_descent")
    }
    assert dates["peak"].step == pytest.approx(peak, rel=0.15)
    assert dates["peak"].step <= dates["migration"].step <= dates["second_descent"].step
    assert moments(tables, f"{curve}_double_descent", seeds, "here")[0].step is None  # it only rises before the peak

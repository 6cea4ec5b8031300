"""Curves and events that are read from a metric measured under another name: known, of the right kind, and read."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from analysis_support import accuracy_table, log_grid, ramp
from analysis_tables import metric_table
from experiments_support import REPOSITORY, refusal
from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations.curves import curve_complaint, metrics_of_curves
from grokscope.analysis.declarations.events import metrics_of_events
from grokscope.analysis.effects import seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.run_tables import RunTables
from grokscope.config.load import read_yaml
from grokscope.config.measured_instances import named_tables

STEPS = log_grid()


def refused_in_fig33(tmp_path: Path, curve: dict[str, Any], metrics: list[str]) -> str:
    folder = Path(shutil.copytree(REPOSITORY / "experiments/always_grok", tmp_path / "copied"))
    tree = read_yaml(folder / "fig33.yaml")
    tree["figure"]["metrics"] = metrics
    tree["figure"]["draw"]["curve_grid"]["rows"] = [{"curves": [curve]}]
    (folder / "fig33.yaml").write_text(yaml.safe_dump(tree))
    return refusal({"scale": "smoke", "experiments": [str(folder)]})


@pytest.mark.parametrize(
    ("curve", "metrics", "message"),
    [
        (
            {"curve": "complexity", "measured_as": "local_complexity_small"},
            ["accuracy", "local_complexity_small"],
            "local_complexity_small is not measured on run",
        ),
        (
            {"curve": "complexity", "measured_as": "adversarial_larger"},
            ["accuracy", "adversarial_larger"],
            "measured_as adversarial_larger: is no local_complexity on run",
        ),
        (
            {"curve": "complexity", "measured_as": "local_complexity_radii"},
            ["accuracy"],
            "reads the metric local_complexity_radii, which is not among the figure's metrics",
        ),
        ({"curve": "rank", "measured_as": "spectra_late"}, ["accuracy"], "rank is derived"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, curve: dict[str, Any], metrics: list[str], message: str) -> None:
    found = refused_in_fig33(tmp_path, curve, metrics)
    assert "fig33.yaml" in found
    assert message in found


def test_metrics_are_those_that_are_named() -> None:
    event = {"event": "robustness_onset", "epsilon": 0.13, "measured_as": "attack"}
    assert metrics_of_events(event, "migration", "fit") == ("attack", "local_complexity", "accuracy")
    assert metrics_of_curves({"curve": "complexity", "measured_as": "small"}, "train_accuracy") == ("small", "accuracy")
    assert "derived" in curve_complaint({"curve": "rank", "measured_as": "other"})
    nested = {"parameters": {"events": [event, {"curve": "complexity", "measured_as": "small"}]}}
    assert list(named_tables(nested)) == [("attack", "adversarial"), ("small", "local_complexity")]


def test_curves_and_events_are_read_from_the_table_that_is_named() -> None:
    test = 0.1 + 0.8 * ramp(STEPS, 5)
    rises = {"local_complexity": 3000.0, "small": 1000.0}
    tables = {
        name: metric_table(
            "local_complexity", "r", STEPS, {0: 5 - 4 * ramp(STEPS, 5) + 4 * ramp(STEPS, 100) * (1 - ramp(STEPS, fall))}
        )
        for name, fall in rises.items()
    }
    tables["accuracy"] = accuracy_table("r", STEPS, {0: (test, test)})
    run = RunTables("r", tables, Fraction(1, 10), kinds={"small": "local_complexity"})
    own, small = (named_curves(run, {"curve": "complexity"} | more, "")[0] for more in ({}, {"measured_as": "small"}))
    assert not np.allclose(own["value"], small["value"])
    dates = [
        moments(run, {"event": "complexity_second_descent"} | more, seed_events(run), "")[0].step
        for more in ({}, {"measured_as": "small"})
    ]
    assert dates[1] < 0.6 * dates[0]

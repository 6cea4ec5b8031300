"""Effect, interval, p-values, premise and verdict follow from the two downloads of a claim's page alone."""

from __future__ import annotations

import ast
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import error_rate_cases_of_conditions as conditions
import error_rate_cases_of_runs as runs
import stranger
from error_rate_support import inputs_on
from stranger.compare import disagreements
from stranger_support import (
    KINDS,
    downloads,
    inputs_with_effects,
    leave_out_what_is_not_recomputed,
    made_up_effects,
    with_troubles,
)

CASES = runs.CASES | conditions.CASES
ESTIMANDS = {
    "ordered": "event_step_by_axis",
    "page": "tunnel_length_by_axis",
    "survival": "event_step_by_axis",
    "paired": "event_step_by_axis",
    "mean": "event_lag",
    "one_sample": "share_of_grid",
    "equivalence": "event_lag",
    "apart": "event_lag",
    "share": "event_shown",
    "fisher": "event_shown",
    "spearman": "event_dates_together",
}
FEW = {"ordered": 8, "survival": 8, "page": 12, "spearman": 20}
"""Fewer draws of tests that take long."""


@pytest.fixture(autouse=True)
def only_what_is_recomputed(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out_what_is_not_recomputed(monkeypatch)


def test_the_stranger_knows_nothing_of_the_package() -> None:
    known = {*sys.stdlib_module_names, "numpy", "pandas", "scipy", "statsmodels", "stranger"}
    for path in Path(stranger.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= known, path


def settings_of(test: str, direction: str, **changes: Any) -> dict[str, Any]:
    known = {"estimand": ESTIMANDS[test], "test": test, "direction": direction, "smallest_effect": 0.1}
    return known | {"minimum_seeds": 3} | changes


@pytest.mark.parametrize("direction", ["greater", "less"])
@pytest.mark.parametrize("test", ESTIMANDS)
def test_made_up_effects(test: str, direction: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Families of claims on seeds of every status, with values of every kind."""
    generator = np.random.default_rng([*map(ord, test + direction)])
    effects, settings = {}, {}
    for number in range(FEW.get(test, 40)):
        name = f"{test}_{number}"
        troubled = float(generator.choice([0.0, 0.1, 0.4]))
        seeds = int(generator.choice([2, 3, 5, 6, 8, 9]))
        effects[name] = made_up_effects(generator, test, seeds, KINDS[number % 4], troubled)
        family = f"family {number // 2}"
        smallest = float(generator.choice([0.1, 0.3]))
        settings[name] = settings_of(test, direction, smallest_effect=smallest, family=family)
    texts = downloads(tmp_path, inputs_with_effects(monkeypatch, effects, settings))
    assert [line for claim, seeds in texts for line in disagreements(claim, seeds)] == []
    verdicts = Counter(json.loads(claim)["verdict"] for claim, _ in texts)
    assert len(verdicts) == 3 or test in FEW, verdicts

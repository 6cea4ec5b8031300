"""Effect, interval, p-values, premise and verdict follow from the two downloads of a claim's page alone."""

from __future__ import annotations

import ast
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import error_rate_cases_of_conditions as conditions
import error_rate_cases_of_follow_ups as follow_ups
import error_rate_cases_of_runs as runs
import stranger
from error_rate_support import inputs_on
from grokscope.analysis.claim_records import untested
from stranger.compare import disagreements
from stranger.downloads import read
from stranger.permutations import MOST, between_groups
from stranger.verdict import recompute
from stranger_support import (
    KINDS,
    downloads,
    inputs_with_effects,
    leave_out_what_is_not_recomputed,
    made_up_effects,
    with_troubles,
)

CASES = runs.CASES | conditions.CASES | {name: follow_ups.CASES[name] for name in ("collapse_that_wanders",)}
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
SEEDS = 8
"""Of made-up runs; the last five have trouble."""
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
    for number in range(FEW.get(test, 60)):
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


def judged_on_runs(case: str, folder: Path, effect: bool = True) -> tuple[str, str | None]:
    """A claim on made-up runs with the effect that it speaks of, or without."""
    name, draw = CASES[case]
    drawn = with_troubles(draw(np.random.default_rng([*map(ord, case)]), SEEDS, effect), SEEDS)
    return downloads(folder, [inputs_on(name, drawn)])[0]


@pytest.mark.parametrize("case", CASES)
def test_whole_made_up_runs(case: str, tmp_path: Path) -> None:
    """Claims of the experiments as they stand, every estimand among them."""
    assert disagreements(*judged_on_runs(case, tmp_path)) == []


def test_made_up_runs_have_seeds_of_every_status(tmp_path: Path) -> None:
    found: set[str] = set()
    verdicts = set()
    cases = {
        "collapse_that_wanders": True,
        "onset_by_depth": True,
        "lag_of_the_norm": True,
        "tunnel_by_depth": True,
        "rank_over_layers": False,
    }
    for case, effect in cases.items():
        claim, seeds = judged_on_runs(case, tmp_path, effect)
        assert disagreements(claim, seeds) == []
        found |= {*read(claim, seeds).rows["status"]}
        verdicts.add(json.loads(claim)["verdict"])
    assert found == {"observed", "not_yet", "absent", "not_applicable", "not_sharp", "collapsed"}
    assert verdicts == {"not seen", "contradicted", "inconclusive", "supported"}


def test_a_verdict_that_the_family_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(0)
    effects = {f"claim_{number}": made_up_effects(generator, "mean", 8, "normal", 0.0) for number in range(3)}
    for number, frame in enumerate(effects.values()):
        values = frame["value"] - frame["value"].mean()
        frame["value"] = values / values.std() + (0.88 + 0.02 * number)
    settings = dict.fromkeys(effects, settings_of("mean", "greater", family="one"))
    texts = downloads(tmp_path, inputs_with_effects(monkeypatch, effects, settings))
    assert [line for claim, seeds in texts for line in disagreements(claim, seeds)] == []
    steps = [(one["verdict_before_correction"], one["verdict"]) for one in (json.loads(claim) for claim, _ in texts)]
    assert ("supported", "inconclusive") in steps
    alone = [dict(json.loads(claim), family_p_values={}) for claim, _ in texts]  # without the family it would stand
    assert [recompute(read(json.dumps(claim), texts[place][1])).verdict for place, claim in enumerate(alone)] == [
        before for before, _ in steps
    ]


def test_a_claim_that_was_not_tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = made_up_effects(np.random.default_rng(0), "mean", 3, "normal", 0.0)
    (inputs,) = inputs_with_effects(monkeypatch, {"claim": frame}, {"claim": settings_of("mean", "less")})
    assert disagreements(json.dumps(untested(inputs.item, "quick")), None) == []


def test_a_wrong_number_is_noticed(tmp_path: Path) -> None:
    claim, seeds = judged_on_runs("rank_over_layers", tmp_path)
    for key, wrong in (("effect", -0.5), ("p_value", 0.5), ("p_value_corrected", 0.5), ("verdict", "contradicted")):
        assert [
            line.split(": ")[1].split()[0]
            for line in disagreements(json.dumps(json.loads(claim) | {key: wrong}), seeds)
        ] == [key]


def test_other_random_numbers_give_the_same_but_for_their_error() -> None:
    """The p-value from 9999 random permutations lies within four standard errors of that from 20,000 others."""
    generator = np.random.default_rng(3)
    groups = [generator.normal(0.3 * place, 1, 6) for place in range(3)]

    def products(*own: np.ndarray, axis: int = -1) -> np.ndarray:
        return sum(place * values.sum(axis=axis) for place, values in enumerate(own))

    found = between_groups(groups, products, 1, 1.0)
    pooled = np.tile(np.concatenate(groups), (20_000, 1))
    others = generator.permuted(pooled, axis=1).reshape(20_000, 3, 6)
    share = float(np.mean(products(*others.transpose(1, 0, 2)) >= products(*groups) - 1e-9))
    assert 0.01 < share < 0.5
    assert abs(found - share) <= 4 * np.sqrt(share * (1 - share) * (1 / MOST + 1 / 20_000))

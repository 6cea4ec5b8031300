"""Distance between our curves and published ones."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis_support import accuracy_table, claim, noisy, omnigrok_grid, ramp, run_tables
from analysis_tables import metric_table
from grokscope.analysis.counterparts import counterparts
from grokscope.analysis.distance import distances, inside_share
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.published_curves import published_curves
from grokscope.config.start import load_plan

ROOT = Path(__file__).parents[2]
STEPS = omnigrok_grid()
FILE, COMPLEXITY_FILE = "accuracy.csv", "complexity.csv"


def published(values: np.ndarray, steps: np.ndarray = STEPS, percent: bool = True, **columns: Any) -> pd.DataFrame:
    fixed = {"figure": "Fig 10", "panel": "p", "series": "accuracy", "split": "test", "depth": 2} | columns
    return pd.DataFrame({"step": steps, "value": values * (100 if percent else 1), "percent": percent}).assign(**fixed)


@cache
def run_settings(depth: int = 2, **training: Any) -> dict[str, Any]:
    """Settings of P2 Fig 10, changed."""
    run = load_plan({"scale": "paper"}, ROOT)[1].runs[f"mnist-mlp-d{depth}-w200-n1000-init8-wd0.01"]
    tree = run.settings.model_dump(mode="json") | {"metrics": run.metrics.model_dump(mode="json", exclude_none=True)}
    return {**tree, "training": tree["training"] | training}


def inputs(
    reference: dict[str, pd.DataFrame], seeds: int = 5, shift: float = 0.0, late: float = 1.0, **training: Any
) -> ItemInputs:
    """One run of depth 2 whose test accuracy rises at step 5000 times `late`, `shift` higher at the end."""
    train = 0.1 + 0.9 * ramp(STEPS, 300, 0.2)
    curves = {
        seed: (train, noisy(0.1 + (0.7 + shift) * ramp(STEPS, 5000 * late), 0.005, seed)) for seed in range(seeds)
    }
    complexity = {
        seed: noisy(2 + 9 * ramp(STEPS, 1000, 0.6) - 7 * ramp(STEPS, 9000, 0.4), 0.05, seed) for seed in range(seeds)
    }
    tables = run_tables(
        "r",
        accuracy=accuracy_table("r", STEPS, curves),
        local_complexity=metric_table("local_complexity", "r", STEPS, complexity),
    )
    member = {"run": "r", "sweep": "s", "axes": {"depth": 2}, "positions": {"depth": 0}}
    item = claim([member]) | {"id": "always_grok_fig10", "name": "always_grok_fig10"}
    return ItemInputs(item, "paper", {"r": tables}, {"r": run_settings(**training)}, reference, [run_settings()])


THEIRS = 0.1 + 0.7 * ramp(STEPS, 5000)


def test_the_same_curve_lies_inside_the_band_and_dates_agree() -> None:
    (found,) = distances(inputs({FILE: published(THEIRS)}))
    assert found["comparable"]
    assert found["median_absolute_difference"] < 0.01
    assert found["inside_band"] > 0.9
    assert found["events"]["generalisation"]["decades"] == pytest.approx(0, abs=0.02)
    assert found["events"]["generalisation"]["seeds"] == 5
    assert found["steps"] == len(STEPS)
    assert found["sentence"].startswith(
        "At the same settings, the authors' test accuracy (depth 2) and our mean over 5 seeds differ by"
    )
    assert "percentage points" in found["sentence"]
    json.dumps(found, allow_nan=False)


def test_both_curves_come_as_numbers_at_the_steps_of_either() -> None:
    given = inputs({FILE: published(THEIRS[::2], STEPS[::2] + 0.5)}, seeds=2)
    [found] = published_curves(given)
    assert (found["file"], found["run"], found["unit"]) == (FILE, "r", "fraction")
    assert found["steps"] == sorted({*STEPS.tolist(), *(STEPS[::2] + 0.5).tolist()})
    by_step = dict(zip(found["steps"], found["authors"], strict=True))
    assert by_step[float(STEPS[0]) + 0.5] == pytest.approx(THEIRS[0], rel=1e-5)
    assert by_step[float(STEPS[1])] is None
    [pair] = counterparts(given, None)
    for seed, curve in pair.ours.items():
        ours = dict(zip(found["steps"], found["ours"][str(seed)], strict=True))
        assert [ours[step] for step in curve["step"]] == pytest.approx(curve["value"].tolist(), rel=1e-5)


def test_a_shifted_and_later_curve_lies_apart() -> None:
    (found,) = distances(inputs({FILE: published(THEIRS)}, shift=0.15, late=2.0))
    assert found["events"]["generalisation"]["decades"] == pytest.approx(np.log10(2), abs=0.05)
    assert found["inside_band"] < 0.7
    assert "0.3 decades later" in found["sentence"].replace("0.30", "0.3").replace("0.29", "0.3").replace("0.31", "0.3")


def test_a_rise_that_is_under_way_in_ours_is_not_said_to_be_missing() -> None:
    (found,) = distances(inputs({FILE: published(THEIRS)}, late=STEPS[-1] / 5000))
    events = found["events"]["generalisation"]
    assert (events["ours"], events["under_way"], events["decades"]) == (None, 5, None)
    assert events["theirs"] == pytest.approx(5000, rel=0.1)
    assert "is in none of our seeds, still rising at the end in 5 of them" in found["sentence"]


def test_other_settings_are_no_comparison() -> None:
    (found,) = distances(inputs({FILE: published(THEIRS)}, learning_rate=0.01))
    assert not found["comparable"]
    assert found["differences"] == ["training.learning_rate 0.01 instead of 0.001"]
    assert "like is not compared with like" in found["sentence"]
    unknown = inputs({FILE: published(THEIRS)})
    unknown.published.clear()
    assert not distances(unknown)[0]["comparable"]


def test_published_units_and_sparse_steps() -> None:
    kept = STEPS[::7]
    (percent,) = distances(inputs({FILE: published(THEIRS[::7], kept)}))
    (fraction,) = distances(inputs({FILE: published(THEIRS[::7], kept, percent=False)}))
    assert percent["median_absolute_difference"] == pytest.approx(fraction["median_absolute_difference"])
    assert percent["steps"] == np.searchsorted(STEPS, kept[-1]) + 1
    assert percent["inside_band"] > 0.5
    beyond = published(np.append(THEIRS, 0.8), np.append(STEPS, 10**6))
    assert distances(inputs({FILE: beyond}))[0]["steps"] == len(STEPS)


def test_only_curves_with_a_counterpart_are_taken() -> None:
    other_depth = published(THEIRS, depth=3)
    attack = published(THEIRS, series="PGD", split="adversarial", epsilon=0.06)
    complexity = published(
        2 + 9 * ramp(STEPS, 1000, 0.6) - 7 * ramp(STEPS, 9000, 0.4),
        percent=False,
        series="local complexity",
        split="train",
    )
    given = inputs(
        {FILE: pd.concat([published(THEIRS), other_depth]), "attack.csv": attack, COMPLEXITY_FILE: complexity}
    )
    found = distances(given)
    assert [one["curve"] for one in found] == ["test accuracy (depth 2)", "local complexity at train points (depth 2)"]
    assert [one["file"] for one in found] == [FILE, COMPLEXITY_FILE]
    assert found[1]["unit"] == "neurons cut"
    assert found[1]["events"]["complexity_peak"]["decades"] == pytest.approx(0, abs=0.15)
    assert "neurons cut" in found[1]["sentence"]
    assert len(list(counterparts(given, 0.05))) == 2


def test_a_radius_that_the_file_states_is_looked_for_in_every_table() -> None:
    theirs = 2 + 9 * ramp(STEPS, 1000, 0.6) - 7 * ramp(STEPS, 9000, 0.4)
    fixed = {"percent": False, "series": "local complexity", "split": "train"}
    given = inputs({COMPLEXITY_FILE: pd.concat([published(10 * theirs, radius=r, **fixed) for r in (1.0, 0.5)])})
    assert distances(given) == []  # only a radius of 0.05 is measured
    run = given.runs["r"]
    run.tables["radii"] = run.tables["local_complexity"].assign(
        radius=1.0, value=10 * run.tables["local_complexity"]["value"]
    )
    run.kinds["radii"] = "local_complexity"
    (found,) = distances(given)
    assert found["median_absolute_difference"] < 1


def test_one_seed_has_no_band_and_far_steps_no_distance() -> None:
    assert distances(inputs({FILE: published(THEIRS)}, seeds=1))[0]["inside_band"] is None
    assert distances(inputs({FILE: published(THEIRS[:2], STEPS[:2] + 10**7)})) == []


def test_the_band_is_one_for_another_seed() -> None:
    """Nineteen of twenty curves drawn like the seeds lie inside."""
    draws = np.random.default_rng(1).normal(size=(2000, 6))
    shares = [inside_share(draw[:5, None], draw[5:]) for draw in draws]
    assert np.mean(shares) == pytest.approx(0.95, abs=0.02)  # type: ignore[arg-type]

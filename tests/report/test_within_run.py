"""Seeds that have no value, on the page of their claim: sentence, plot, table and CSV have the numbers of the test."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from grokscope.analysis.claim_records import without_nan
from grokscope.analysis.effects import SeedEffect, make_effects
from grokscope.analysis.hypothesis_tests import mean
from grokscope.report.claim_plots import interval_plot, seed_plot
from grokscope.report.claims import Claim, read_claims
from grokscope.report.readme_table import _numbers as in_table
from grokscope.report.saved_numbers import _numbers as saved
from grokscope.report.seed_words import seed_csv, seed_rows
from grokscope.report.within_run import bound_of, within_run


def claim_of(folder: Path, values: list[float | None], absent: int = 0) -> Claim:
    """A claim on a lag, judged on seeds with these values, censored beyond 2.46 where None."""
    effects = make_effects(
        [
            SeedEffect(seed, "one", "not_yet" if value is None else "observed", value, 2.46 if value is None else None)
            for seed, value in enumerate(values)
        ]
        + [SeedEffect(len(values) + seed, "one", "absent", note="robustness is not lost") for seed in range(absent)]
    )
    result = mean.run_test(effects, "greater", 0.5)
    item = made_up.make_spec(folder, "quick", {"one": ""})["plan"]["claims"][0]
    item["settings"] |= {"estimand": "event_lag", "test": "mean", "unit": "decades", "smallest_effect": 0.5}
    found: dict[str, Any] = json.loads(Path(item["json"]).read_text(encoding="utf-8"))
    numbers = {"effect": result.effect, "low": result.low, "high": result.high, "p_value": result.p_value}
    found |= numbers | {"details": dict(result.details), "per_seed": effects.to_dict("records"), "seeds": len(effects)}
    made_up.write_json(Path(item["json"]), without_nan(found))
    return read_claims([item], "quick")[0]


@pytest.mark.parametrize(
    ("values", "absent", "sentence"),
    [
        (
            [1.87, 1.9, 1.92, None, None],
            0,
            "seen within the run in 3 of 5 seeds [0.15, 0.95]; median 1.92 decades, at least 1.87",
        ),
        (
            [1.9, None, None, None, None],
            0,
            "seen within the run in 1 of 5 seeds [0.0051, 0.72]; median later than 2.46",
        ),
        (
            [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, None],
            0,
            "seen within the run in 6 of 7 seeds [0.42, 1]; median 1.3 decades, at least 1",
        ),
        (
            [1.0, 1.1, 1.2, 1.3, 1.4, 1.5],
            1,
            "seen within the run in 6 of 7 seeds [0.42, 1]; median 1.2 decades, at most 1.5",
        ),
        ([1.0, 1.1, None], 0, "[0.094, 0.99]; median 1.1 decades, its interval open at either end"),
        ([1.0, 1.1], 2, "[0.068, 0.93]; no median, since it does not happen in half of the seeds"),
        ([1.0, 1.1], 0, ""),
    ],
)
def test_the_sentence_says_whether_and_when(
    values: list[float | None], absent: int, sentence: str, tmp_path: Path
) -> None:
    found = within_run(claim_of(tmp_path, values, absent))
    assert sentence in found
    assert bool(found) == bool(sentence)


def test_seeds_that_are_not_there_yet_are_later_than_their_bound(tmp_path: Path) -> None:
    claim = claim_of(tmp_path, [1.87, None], absent=1)
    assert [row["value"] for row in seed_rows(claim)] == ["1.87", "later than 2.46", "–"]
    rows = list(csv.DictReader(io.StringIO(seed_csv(claim))))
    assert [row["in_words"] for row in rows] == ["1.87", "later than 2.46", "does not happen"]
    assert [(row["value"], row["censored_at"]) for row in rows] == [("1.87", ""), ("", "2.46"), ("", "")]


def test_the_plot_has_the_median_and_its_interval_and_open_ends_run_to_the_edge(tmp_path: Path) -> None:
    plot = seed_plot(claim_of(tmp_path, [1.87, 1.9, 1.92, None, None], absent=0))
    assert plot is not None
    places = {point["title"]: point["x"] for point in plot["rows"][0]["points"]}
    later = [point for point in plot["rows"][0]["points"] if point["mark"] == "later"]
    assert [point["title"] for point in later] == ["seed 3: later than 2.46", "seed 4: later than 2.46"]
    assert plot["middle"]["x"] == places["seed 2: 1.92"]
    assert plot["middle"]["range"][0] == places["seed 0: 1.87"]
    assert plot["middle"]["range"][1] > max(places.values())
    assert plot["middle"]["range"][1] <= plot["width"]
    assert plot["middle"]["y"] < plot["base"]
    assert seed_plot(claim_of(tmp_path, [1.0, 1.1, 1.2]))["middle"] is None  # type: ignore[index]
    assert seed_plot(claim_of(tmp_path, [1.0, 1.1, 1.2], absent=2))["without_place"] == 2  # type: ignore[index]


def test_an_effect_that_is_a_bound_says_so_wherever_it_stands(tmp_path: Path) -> None:
    claim = claim_of(tmp_path, [1.9, None, None, None, None])
    assert (claim.effect, bound_of(claim)) == (2.46, "≥")
    assert math.isinf(claim.interval[1])  # type: ignore[index]
    assert interval_plot(claim) is not None
    assert in_table(saved(claim.found), "decades") == "≥ 2.46 [1.90, open] decades"
    assert bound_of(claim_of(tmp_path, [1.87, 1.9, 1.92, None, None])) == ""
    assert in_table(saved(claim_of(tmp_path, [1.0, 1.2, 1.1]).found), "decades").startswith("1.10 [")

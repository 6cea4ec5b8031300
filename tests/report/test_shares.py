"""Shares, which are tested against one half, are shown as shares wherever a reader meets them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from claims_made_up import claim, site
from grokscope.analysis.hypothesis_tests import result as results
from grokscope.analysis.verdict import Rule
from grokscope.analysis.verdict import _by_direction as decide_by
from grokscope.report.claim_plots import seed_plot
from grokscope.report.claims import Claim, verdict_named
from grokscope.report.findings import effect_in_words
from grokscope.report.other_scale import OtherScale, OtherVerdict
from grokscope.report.pages import claim as pages_of_claims
from grokscope.report.pages.views import claim_view
from grokscope.report.seed_words import seed_csv, seed_rows
from grokscope.report.thresholds import sliders

UNIT = "share of seeds with all three phases, minus one half"


def share(test: str, values: list[float], **more: Any) -> Claim:
    """A claim on a share of 0.8 in all, of seeds with these values."""
    made = claim("1", test=test, unit=UNIT, smallest_effect=0.25, interval=(-0.1, 0.5), **more)
    rows = [{"seed": seed, "run": "a", "status": "observed", "value": value} for seed, value in enumerate(values)]
    made.found["per_seed"] = rows  # type: ignore[index]
    return Claim(**{**vars(made), "effect": 0.3})


def test_effect_interval_and_smallest_effect_are_shares() -> None:
    words = effect_in_words(share("share", [1, 1, 0]))
    assert words == "0.8 [0.4, 1] share of seeds with all three phases; the smallest that matters is 0.75."
    other = OtherScale("paper", {"1": OtherVerdict(verdict_named("supported"), 0.5, (0.2, 0.5), 9, False, 0)})
    view = claim_view(share("share", [1, 1, 0]), site([], other=other))
    assert (view["effect"], view["interval"], view["unit"]) == (0.8, (0.4, 1.0), UNIT.removesuffix(", minus one half"))
    assert (view["other"].effect, view["other"].interval) == (1.0, (0.7, 1.0))
    view = claim_view(claim("1", unit="decades"), site([], other=other))
    assert (view["effect"], view["interval"], view["other"].effect) == (0.4, (0.3, 0.5), 0.5)


def test_thresholds_and_reasons_are_shares() -> None:
    made = share("share", [1, 1, 1])
    grid = [{"threshold": "smallest_effect", "value": size, "verdict": "supported"} for size in (0.125, 0.5)]
    made.found["sensitivity"] = {"grid": grid, "tried": 2, "flips": 0}  # type: ignore[index]
    made.found["verdict"] = "supported"  # type: ignore[index]
    (slider,) = sliders(made, {})
    assert [position["value"] for position in slider["positions"]] == ["0.625", "0.75", "1"]
    rows = pages_of_claims._sensitivity(made)["rows"]  # type: ignore[index]
    assert [row["value"] for row in rows] == ["0.625", "1"]
    result = results.TestResult(0.5, 0.2, 0.5, 0.001, 10)
    greater = decide_by(result, Rule("one_sided", "greater", 0.25, 2, zero=0.5))
    assert greater.why == "p = 0.001, the interval lies on the claim's side of 0.5, and the effect reaches 0.75."
    less = decide_by(replace(result, effect=-0.4, low=-0.5, high=-0.1), Rule("one_sided", "less", 0.25, 2, zero=0.5))
    assert less.why == "p = 0.001, the interval lies on the claim's side of 0.5, and the effect reaches 0.25."


@pytest.mark.parametrize(("test", "values"), [("share", [1.0, 1.0, 0.0]), ("mean", [0.5, 0.5, -0.5])])
def test_seeds_stand_where_their_shares_are(test: str, values: list[float]) -> None:
    """The exact test takes 0 and 1 from a seed, the mean a distance from one half; both are shown as 0 and 1."""
    made = share(test, values)
    assert [row["value"] for row in seed_rows(made)] == ["1", "1", "0"]
    read = list(csv.DictReader(io.StringIO(seed_csv(made))))
    assert [float(row["value"]) for row in read] == values
    assert [row["in_words"] for row in read] == ["1", "1", "0"]
    plot = seed_plot(made)
    assert plot is not None
    ticks = {tick["text"]: tick["x"] for tick in plot["ticks"]}
    assert sorted({point["x"] for point in plot["rows"][0]["points"]}) == [ticks["0"], ticks["1"]]
    assert plot["zero"] == pytest.approx((ticks["0"] + ticks["1"]) / 2, abs=0.1)
    assert plot["smallest"] == pytest.approx([ticks["0"] + 0.75 * (ticks["1"] - ticks["0"])], abs=0.1)
    assert plot["axis"] == "share of seeds with all three phases"

"""Figures and claims of fewer seeds than were asked for, and claims whose runs are not there yet."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from grokscope.config.start import load_plan
from grokscope.report.build import build_report
from grokscope.report.summary_page import SUMMARY
from grokscope.report.unfinished import made_from, seeds_in_words
from grokscope.results.wanted import load_wanted
from report_support import pages

FIRST, SECOND, _, UNTESTED = (claim[0] for claim in made_up.CLAIMS)


@pytest.mark.parametrize(
    ("seeds", "words"),
    [
        ([4], "seed 4"),
        ([0, 1], "seeds 0 and 1"),
        ([2, 1, 0], "seeds 0 to 2"),
        ([0, 1, 2, 5], "seeds 0 to 2 and 5"),
        ([0, 2, 3, 7, 8, 9], "seeds 0, 2, 3 and 7 to 9"),
    ],
)
def test_seeds_in_words(seeds: list[int], words: str) -> None:
    assert seeds_in_words(seeds) == words


def test_only_fewer_seeds_than_asked_for_are_said() -> None:
    assert made_from({"seeds": [0, 1, 2], "wanted_seeds": list(range(10))}) == "seeds 0 to 2 of 10"
    for complete in ({}, {"seeds": [0], "wanted_seeds": [0]}, {"seeds": [], "wanted_seeds": [0]}, {"seeds": [0]}):
        assert made_from(complete) == ""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("report")
    spec = made_up.make_spec(folder, "paper", {})
    plan = spec["plan"]
    plan["figures"][0] = made_up.with_seeds(plan["figures"][0], [0, 1, 2], 10)
    plan["figures"][1] = made_up.with_seeds(plan["figures"][1], [0, 1, 2], 3)
    plan["claims"][0] = made_up.with_seeds(plan["claims"][0], [0, 1, 2], 10)
    waiting = plan["claims"].pop(1)
    waiting.pop("json")
    plan["untested_claims"].append({**made_up.with_seeds(waiting, [], 10), "waits": True})
    build_report(spec, folder / "report")
    return {name: unescape(text) for name, text in pages(folder / "report").items()}


def test_a_figure_and_a_claim_say_which_seeds_they_are_made_from(report: dict[str, str]) -> None:
    words = "ade from seeds 0 to 2 of 10: the other seeds have not been measured"
    assert {name for name, text in report.items() if words in text} == {
        "figures/deep_grokking_fig1.html",
        f"claims/{FIRST}.html",
    }


def test_a_claim_whose_runs_are_not_there_says_so(report: dict[str, str]) -> None:
    page = report[f"claims/{SECOND}.html"]
    assert "Its runs have not been measured. Not one of the 10 seeds that were asked for has everything" in page
    assert "How it will be tested" in page
    assert "Its runs have not been measured" not in report[f"claims/{UNTESTED}.html"]
    assert "1 claim waits for runs" in report["index.html"]
    assert "1 more waits for runs; 1 more was not tested." in report["index.html"]
    assert "Not tested in this run: 1 claim, of which 1 waits for runs." in report[SUMMARY]


def wanted(folder: Path, **choices: Any) -> Any:
    figures = {"scale": "paper", "figures": ["always_grok_fig10"], "results_folder": str(folder / "results")}
    return load_wanted({**figures, **choices}, made_up.REPOSITORY)


def test_claims_that_are_left_out_are_known_from_those_that_nobody_asked_for(tmp_path: Path) -> None:
    asked = {"scale": "paper", "figures": ["always_grok_fig10"]}
    _, plan = load_plan(asked, made_up.REPOSITORY)
    found = wanted(tmp_path, missing="leave_out", seeds=4)
    assert plan.claims
    assert set(found.left_out_claims) == set(plan.claims)
    assert set(found.left_out_claims) < set(found.plan.untested_claims)
    item = found.plan.untested_claims[found.left_out_claims[0]]
    assert found.seeds_of_item(item) == []
    assert found.wanted_seeds_of_item(item) == [0, 1, 2, 3]
    assert wanted(tmp_path).left_out_claims == []


def test_the_seeds_asked_for_are_those_that_every_run_is_to_have(tmp_path: Path) -> None:
    found = load_wanted({"scale": "quick", "figures": "all", "results_folder": str(tmp_path)}, made_up.REPOSITORY)
    items = [*found.plan.figures.values(), *found.plan.claims.values()]
    fewest = [min(len(found.wanted_seeds(run)) for run in item.runs()) for item in items if item.runs()]
    assert [len(found.wanted_seeds_of_item(item)) for item in items if item.runs()] == fewest
    assert len(set(fewest)) > 1
    assert [found.seeds_of_item(item) for item in items] == [found.wanted_seeds_of_item(item) for item in items]


def test_saved_numbers_of_the_other_scale_are_part_of_what_a_report_is_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "repository"
    (repository / "docs" / "results").mkdir(parents=True)

    def identity() -> Any:
        found = wanted(tmp_path)
        found.repository = repository
        monkeypatch.setattr(type(found), "figure_identity", lambda *_: {})
        monkeypatch.setattr(type(found), "claim_identity", lambda *_: {})
        return found.report_identity

    first = identity()
    for scale, counts in (("smoke", False), ("paper", False), ("quick", True)):  # the report is of paper scale
        (repository / "docs" / "results" / f"{scale}.json").write_text("{}")
        assert (identity() != first) == counts, scale

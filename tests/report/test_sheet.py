"""The referee's sheet: everything about a claim on one page of A4."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from browser import one_page, require_chromium
from grokscope.report.build import build_report
from grokscope.report.pages.sheet import MOST_COLUMNS, MOST_GROUPS, data_hashes, seed_matrix
from grokscope.report.site import read_site
from report_support import RUNS, pages

CLAIM = "deep_grokking_rank_falls"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    spec = made_up.make_spec(folder, "quick", dict.fromkeys(RUNS, ""))
    build_report(spec, folder / "report")
    return folder / "report"


def test_a_sheet_says_what_the_verdict_rests_on(report: Path) -> None:
    found = pages(report)
    assert f'href="../sheets/{CLAIM}.html"' in found[f"claims/{CLAIM}.html"]
    assert not any(name.startswith("sheets/always_grok_untested") for name in found)
    assert "sheets/" not in found["claims/always_grok_untested.html"]
    text = " ".join(unescape(re.sub(r"<[^>]*>", " ", found[f"sheets/{CLAIM}.html"])).split())
    for words in (
        "Feature ranks drop when test accuracy rises",
        "Contradicted at small scale",
        "−0.6 [−0.9, −0.3]",
        "there in 2 of 3 seeds",
        "Smallest effect that matters 0.1 decades of steps",
        "definition of rank: stable rank (inconclusive)",
        "later than 4.3",
        "0123456789",
    ):
        assert words in text, words
    verdict = (report / "claims" / f"{CLAIM}.json").read_bytes()
    assert hashlib.sha256(verdict).hexdigest() in text


def rows(groups: int, seeds: int) -> list[dict[str, Any]]:
    return [
        {"run": f"run {g}", "group_label": f"depth {g}", "seed": s, "status": "observed", "value": 10 * g + s}
        for g in range(groups)
        for s in range(seeds)
    ]


def test_every_seed_has_its_place_or_is_counted(tmp_path: Path) -> None:
    claim = read_site(made_up.make_spec(tmp_path, "quick", {})).claims[0]
    full = seed_matrix(replace(claim, found={**claim.found, "per_seed": rows(2, 3)}, settings={"estimand": "x"}))
    assert full["seeds"] == [0, 1, 2]
    assert [row["cells"] for row in full["rows"]] == [["0", "1", "2"], ["10", "11", "12"]]
    many = seed_matrix(replace(claim, found={**claim.found, "per_seed": rows(MOST_GROUPS + 1, 3)}))
    assert many["rows"] == []
    assert many["told"] == f"{MOST_GROUPS + 1} groups, 3 seeds: {3 * MOST_GROUPS + 3} observed"


def test_hashes_of_the_data_come_from_the_trainings(tmp_path: Path) -> None:
    site = read_site(made_up.make_spec(tmp_path, "quick", {made_up.EVIL_RUN: ""}))
    run = replace(site.runs[0], trainings=({"identity": {"data": {"name": "mnist", "train_images": "ab"}}}, {}))
    assert data_hashes([run, run]) == [("the training images of mnist", "ab")]
    made_from = [{"name": "shakespeare_characters", "text": "cd", "code": "12"}, {"name": "modular_arithmetic"}]
    of_tokens = replace(run, trainings=tuple({"identity": {"data": data}} for data in made_from))
    assert data_hashes([of_tokens]) == [("the text of shakespeare_characters", "cd")]


@pytest.mark.browser
@pytest.mark.slow
def test_a_full_sheet_prints_on_one_page(tmp_path: Path, opened: Any) -> None:
    """With as many groups and seeds as have a place, and texts as long as those of the longest claims."""
    require_chromium()
    spec = made_up.make_spec(tmp_path, "quick", dict.fromkeys(RUNS, ""))
    item = spec["plan"]["claims"][1]
    item["settings"]["statement"] = "The statement of a claim that takes more words than others do. " * 3
    found = made_up.make_verdict("contradicted", -0.6, [-0.9, -0.3], 0.93, collapsed=1)
    found |= {"why": "A long reason in several words. " * 8, "family": "f", "scale": "quick", "variant": "as_code"}
    grid = [{"threshold": "a_long_threshold", "value": i, "verdict": "inconclusive"} for i in range(20)]
    found["sensitivity"] = {"tried": 20, "flips": 20, "grid": grid}
    made_up.write_json(Path(item["json"]), {**found, "per_seed": rows(MOST_GROUPS, MOST_COLUMNS)})
    build_report(spec, tmp_path / "report")
    with one_page(opened, tmp_path / "report" / "sheets" / f"{item['name']}.html") as (page, wrong):
        printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
        assert wrong == []

"""A dot on the page of a claim leads to the curve of that seed, with the claim's events drawn in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from browser import accessibility_findings, one_page, require_chromium
from grokscope.report.build import build_report
from grokscope.report.seed_links import events_of
from grokscope.report.site import read_site
from report_support import pages

RUN = "mnist-mlp-d12"
SEEN = """() => {
  const box = document.querySelector("[data-panels] figure:has(.uncertain)").getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight;
}"""
"""Whether the curve on which the event is dated is in the window."""
PAGE = "claims/deep_grokking_deeper_generalises_later.html"


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    made = made_up.make_spec(tmp_path_factory.mktemp("made"), "quick", dict.fromkeys((made_up.EVIL_RUN, RUN), ""))
    made["plan"]["claims"][0]["settings"]["parameters"] = {
        "event": {"event": "fit", "curve": "x"},
        "events": ["onset", "no event", "fit"],
        "axis": "depth",
    }
    return made


@pytest.fixture(scope="module")
def report(spec: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "report"
    build_report(spec, folder)
    return folder


def test_events_are_found_wherever_a_parameter_names_them(spec: dict[str, Any]) -> None:
    assert [events_of(claim) for claim in read_site(spec).claims[:2]] == [("fit", "onset"), ()]


def test_an_estimand_has_its_usual_events_where_a_claim_names_none(spec: dict[str, Any]) -> None:
    claim = read_site(spec).claims[1]

    def of(estimand: str, **parameters: Any) -> tuple[str, ...]:
        return events_of(replace(claim, settings={**claim.settings, "estimand": estimand, "parameters": parameters}))

    assert of("change_during_rise", curve="hidden_probe") == ("generalisation",)
    assert of("change_during_rise", curve="hidden_probe", rise="fit") == ("fit",)
    assert of("onset_after_complexity_peak", since="migration") == ("migration", "generalisation")
    assert of("curve_level", curve="complexity") == ()


def test_dots_and_rows_have_the_same_address(report: Path) -> None:
    found = pages(report)
    for seed in made_up.SEEDS:
        # the row, the dot, and the larger circle around it that a finger finds
        assert found[PAGE].count(f'href="../runs/{RUN}.html#seeds={seed}&amp;event=fit,onset"') == 3
    assert f'href="../runs/{RUN}.html#seeds=1"' in found["claims/deep_grokking_rank_falls.html"]


@pytest.mark.browser
@pytest.mark.slow
def test_a_dot_opens_its_curve(report: Path, opened: Any) -> None:
    require_chromium()
    with one_page(opened, report / PAGE) as (page, wrong):
        assert accessibility_findings(page) == []
        page.locator(f'.seed-plot a[href*="{RUN}.html#seeds=1&"]').last.click()
        page.wait_for_url(f"**/runs/{RUN}.html#*")
        page.locator("[data-panels] .uncertain").first.wait_for(state="attached")
        page.wait_for_function(SEEN)
        assert page.locator("[data-seed]:checked").count() == 1
        assert "training set fitted" in page.locator("[data-told]").inner_text()
        assert wrong == []

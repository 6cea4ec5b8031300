"""Sliders of thresholds show the verdict that was computed for each position, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from browser import accessibility_findings, one_page, require_chromium
from grokscope.report.build import build_report
from grokscope.report.site import read_site
from grokscope.report.thresholds import sliders

DETECTORS = {"fit_accuracy": 0.99, "rank_definition": "relative_1e-3"}
PAGE = "claims/deep_grokking_rank_falls.html"


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    made = made_up.make_spec(tmp_path_factory.mktemp("made"), "quick", {})
    made["config"]["detectors"] = DETECTORS
    return made


def test_positions_are_in_order_with_the_judged_one_among_them(spec: dict[str, Any]) -> None:
    fit, definition = sliders(read_site(spec).claims[1], DETECTORS)
    assert [position["value"] for position in fit["positions"]] == ["0.95", "0.99", "0.999"]
    assert [position["verdict"].kind for position in fit["positions"]] == [
        *("contradicted", "contradicted", "inconclusive"),
    ]
    assert fit["own"] == 1
    assert [position["value"] for position in definition["positions"]] == [
        *("above 1/1000 of the largest", "effective rank", "stable rank")
    ]
    assert definition["own"] == 0


def test_a_reading_whose_own_value_has_no_number_is_as_judged(spec: dict[str, Any]) -> None:
    (fit, definition) = sliders(read_site(spec).claims[1], {})
    assert [position["value"] for position in fit["positions"]] == ["as judged", "0.95", "0.999"]
    assert definition["positions"][0]["value"] == "as judged"
    assert sliders(read_site(spec).claims[3], DETECTORS) == []  # it was not tested


@pytest.mark.browser
@pytest.mark.slow
def test_the_verdict_follows_the_slider(spec: dict[str, Any], opened: Any, tmp_path: Path) -> None:
    require_chromium()
    build_report(spec, tmp_path / "report")
    with one_page(opened, tmp_path / "report" / PAGE) as (page, wrong):
        said = page.locator("[data-thresholds-said]")
        assert said.inner_text() == "Every threshold is as judged."
        fit = page.get_by_role("slider", name="train accuracy that counts as fitted")
        fit.press("ArrowRight")
        assert "With train accuracy that counts as fitted: 0.999:" in said.inner_text()
        assert "Inconclusive" in said.inner_text()
        assert "try=fit_accuracy~2" in page.url
        page.get_by_role("slider", name="definition of rank").press("ArrowRight")
        assert "With definition of rank: effective rank:" in said.inner_text()
        assert fit.input_value() == "1"  # one change at a time
        assert accessibility_findings(page) == []
        page.reload()
        assert "With definition of rank: effective rank:" in said.inner_text()
        assert wrong == []

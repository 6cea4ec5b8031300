"""What a reader does with the charts of a run: read values, zoom, smooth, take away, send addresses."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import report_made_up as made_up
from browser import accessibility_findings, one_page, require_chromium
from grokscope.report.build import build_report
from report_support import explored

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RUN = "mnist-mlp-d12"
CHART = "[data-panels] .panel"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_chromium()
    folder = tmp_path_factory.mktemp("report")
    spec = made_up.make_spec(folder, "quick", dict.fromkeys((made_up.EVIL_RUN, RUN), ""))
    spec["config"]["detectors"] = {"fit_accuracy": 0.99, "onset_share": 0.5}
    build_report(spec, folder / "report")
    return folder / "report"


@pytest.fixture
def page(report: Path, opened: Any) -> Any:
    with one_page(opened, report / "runs" / f"{RUN}.html", accept_downloads=True) as (found, wrong):
        found.locator(f"{CHART} svg path.line").first.wait_for()
        yield found
        assert wrong == []


def at_rest(page: Any) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def saved(page: Any, kind: str, chart: str = "Accuracy") -> bytes:
    words = {"CSV": "numbers", "SVG": "drawing", "PNG": "picture"}[kind]
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"{kind} {words} of {chart}", exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def test_a_pointer_and_the_arrow_keys_read_the_same_values(page: Any, report: Path) -> None:
    (panel,) = (panel for panel in explored(report / "runs" / f"{RUN}.html")["panels"] if panel["id"] == "accuracy")
    means = [np.mean(series["values"], axis=0) for series in panel["series"]]
    first = page.locator(CHART).first
    box = first.locator("svg").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 90)
    words = first.locator(".readout").inner_text()
    found = re.fullmatch(r"step (\S+)\s*train (\S+) %\s*test (\S+) %\s*", words.replace("\u202f", ""))
    assert found, words
    place = panel["steps"].index(int(found[1]))
    for said, mean in zip(found.groups()[1:], means, strict=True):
        assert float(said) == pytest.approx(100 * mean[place], abs=0.051)
    first.locator(".holder").focus()
    page.keyboard.press("ArrowRight")
    assert f"step {panel['steps'][place + 1]}" in first.locator(".readout").inner_text().replace("\u202f", "")
    assert first.locator(".readout").get_attribute("aria-live") == "polite"
    page.keyboard.press("Escape")
    assert first.locator(".readout").inner_text().strip() == ""


def test_a_finger_reads_values_too(report: Path, opened: Any) -> None:
    with one_page(opened, report / "runs" / f"{RUN}.html", 390, has_touch=True) as (page, wrong):
        first = page.locator(CHART).first
        first.locator("svg path.line").first.wait_for()
        first.scroll_into_view_if_needed()
        box = first.locator("svg").first.bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + 90)
        assert first.locator(".readout").inner_text().startswith("step ")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert wrong == []


def test_zoom_by_dragging_keys_and_buttons_goes_into_the_address(page: Any) -> None:
    first = page.locator(CHART).first
    first.scroll_into_view_if_needed()
    whole = first.locator("svg path.line").last.get_attribute("d")
    box = first.locator("svg").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 90)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 90, steps=5)
    page.mouse.up()
    at_rest(page)
    low, high = map(float, page.url.split("zoom=")[1].split("&")[0].split(".."))
    assert 10 < low < high < 20_000
    assert first.locator("svg path.line").last.get_attribute("d") != whole
    assert "step=" not in page.url  # dragging chooses no checkpoint
    first.locator(".holder").focus()
    page.keyboard.press("+")
    at_rest(page)
    closer = list(map(float, page.url.split("zoom=")[1].split("..")))
    assert low <= closer[0] < closer[1] < high
    page.get_by_role("button", name="Whole run").click()
    at_rest(page)
    assert "zoom" not in page.url
    assert first.locator("svg path.line").last.get_attribute("d") == whole
    page.get_by_role("button", name="Zoom in").click()
    assert "zoom=" in page.url


def test_scales_are_chosen(page: Any) -> None:
    first = page.locator(CHART).first
    log = page.get_by_role("button", name="log scale of Accuracy", exact=True)
    linear = first.locator("svg path.line").last.get_attribute("d")
    assert log.get_attribute("aria-pressed") == "false"
    log.click()
    assert log.get_attribute("aria-pressed") == "true"
    assert first.locator("svg path.line").last.get_attribute("d") != linear
    assert "scale=accuracy" in page.url
    log.click()
    assert "scale" not in page.url
    page.get_by_label("Time axis").select_option("linear")
    at_rest(page)
    ticks = first.locator("svg .middle").all_text_contents()
    assert {"5000", "10000", "15000", "20000"} <= set(ticks)


def test_smoothing_is_a_running_mean_over_decades(page: Any, report: Path) -> None:
    (panel,) = (panel for panel in explored(report / "runs" / f"{RUN}.html")["panels"] if panel["id"] == "accuracy")
    page.get_by_label("Smoothing").select_option("0.5")
    rows = list(csv.DictReader(saved(page, "CSV").decode().splitlines()))
    places = np.log10(np.array(panel["steps"]) + 1.0)
    assert len(rows) == 2 * len(places)
    for row in rows:
        near = np.abs(places - places[panel["steps"].index(int(row["step"]))]) <= 0.25 + 1e-9
        series = panel["series"][("train", "test").index(row["curve"])]["values"]
        wanted = [np.mean(np.array(values)[near]) for values in series]
        assert [float(row[f"seed {seed}"]) for seed in made_up.SEEDS] == pytest.approx(wanted, rel=1e-6)
        assert float(row["mean"]) == pytest.approx(np.mean(wanted), rel=1e-4)


def test_pictures_stand_alone(page: Any, opened: Any, tmp_path: Path) -> None:
    drawing = saved(page, "SVG").decode()
    assert "var(" not in drawing
    assert "class=" not in drawing
    assert "Accuracy" in drawing
    assert ">train</text>" in drawing
    (tmp_path / "chart.svg").write_text(drawing, encoding="utf-8")
    with one_page(opened, tmp_path / "chart.svg") as (alone, wrong):
        assert alone.evaluate("document.documentElement.tagName") == "svg"
        assert wrong == []
    assert saved(page, "PNG").startswith(b"\x89PNG")


def test_an_address_that_is_sent_shows_the_same(page: Any, report: Path) -> None:
    page.get_by_label("1", exact=True).uncheck()
    page.get_by_label("Smoothing").select_option("0.1")
    page.get_by_role("slider", name="Checkpoint").press("Home")
    page.get_by_role("group", name="Lines of: Accuracy", exact=True).get_by_role("button", name="train").click()
    at_rest(page)
    sent, shown = page.url, page.locator("[data-panels]").inner_html()
    page.goto("about:blank")
    page.goto(sent)
    page.locator(f"{CHART} svg path.line").first.wait_for()
    at_rest(page)
    assert page.locator("[data-panels]").inner_html() == shown
    assert page.locator("output").inner_text() == "step 0"
    page.get_by_role("link", name="Runs", exact=True).first.click()
    page.wait_for_url("**/runs.html")
    page.go_back()
    page.locator(f"{CHART} svg path.line").first.wait_for()
    at_rest(page)
    assert page.locator("[data-panels]").inner_html() == shown


def test_without_a_seed_the_charts_say_so(page: Any) -> None:
    page.get_by_label("all", exact=True).uncheck()
    at_rest(page)
    assert "No seed is picked." in page.locator(CHART).first.locator("svg").first.text_content()
    assert "seeds=none" in page.url


def test_a_date_is_drawn_with_its_uncertainty_and_threshold(report: Path, opened: Any) -> None:
    """As the link of a seed's dot on the page of a claim asks for."""
    where = report / "runs" / f"{RUN}.html"
    with one_page(opened, where) as (page, wrong):
        page.goto("about:blank")
        page.goto(f"{where.as_uri()}#seeds=1&event=fit,onset")
        first = page.locator(CHART).first
        first.locator("svg path.line").first.wait_for()
        at_rest(page)
        assert first.locator(".uncertain").count() == 2
        assert first.locator(".level-label").all_text_contents()[0] == "A: 99.0 %"
        assert first.locator(".level-label").all_text_contents()[1].startswith("B: dated here, at ")
        told = page.locator("[data-told]").inner_text()
        assert "B: delayed onset (accuracy 0.99, dated at 0.5 of the change)." in told
        assert accessibility_findings(page) == []
        assert wrong == []

"""Readers without a mouse, with a phone, with a screen reader, and with hundreds of claims."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from browser import accessibility_findings, one_page, require_chromium, with_many_rows
from grokscope.report.build import build_report

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RUN = "mnist-mlp-d12"
MANY = 600
GRID = 70


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two papers, experiments of our own with a large grid, one claim in a second variant, verdicts of two scales."""
    require_chromium()
    folder = tmp_path_factory.mktemp("report")
    spec = made_up.make_spec(folder, "quick", dict.fromkeys((made_up.EVIL_RUN, RUN), ""))
    names = [claim[0] for claim in made_up.CLAIMS]
    verdicts = dict(zip(names, map(made_up.saved_verdict, ("contradicted", "inconclusive")), strict=False))
    made_up.at_the_other_scale(spec, verdicts)
    build_report(made_up.beyond_the_papers(made_up.in_second_variant(spec, folder), folder, GRID), folder / "report")
    return folder / "report"


def seen(page: Any) -> int:
    """How many claims are shown."""
    return int(page.locator("#verdict-table tbody tr:not([hidden])").count())


def test_filters_by_variant_and_for_experiments_of_our_own(report: Path, opened: Any) -> None:
    with one_page(opened, report / "index.html") as (page, wrong):
        assert seen(page) == 5
        page.get_by_role("combobox", name="Variant").select_option("as_text")
        assert seen(page) == 1
        page.get_by_role("button", name="Show all").click()
        page.wait_for_function("document.querySelectorAll('#verdict-table tbody tr:not([hidden])').length === 6")
        page.get_by_role("combobox", name="Paper").select_option(label="Beyond the papers")
        assert page.locator("#verdict-table tbody tr:not([hidden]) th").all_inner_texts() == [
            "Wide networks grok less. as_code"
        ]
        page.get_by_role("link", name="Wide networks grok less.").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Wide networks grok less."
        assert wrong == []


def test_ids_of_a_grid_unfold(report: Path, opened: Any) -> None:
    with one_page(opened, report / "figures" / "extensions_map.html") as (page, wrong):
        ids = page.get_by_role("list", name="Runs without a page").get_by_role("listitem")
        assert ids.count() == 0
        page.get_by_text(f"{GRID} runs without a page").click()
        assert ids.count() == GRID
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert accessibility_findings(page) == []
        assert wrong == []


def test_hundreds_of_claims_filter_and_sort(report: Path, opened: Any) -> None:
    """benchmarks/report_pages.py measures how long that takes with thousands."""
    path = with_many_rows(report / "index.html", MANY)
    with one_page(opened, path) as (page, wrong):
        everything = seen(page)
        assert everything == MANY * 5 // 6
        assert f"of {MANY} claims shown" in page.inner_text("form.filters")
        page.locator("#verdict-table th button").first.click()
        assert seen(page) == everything
        page.locator("#filter-verdict").select_option("supported")
        supported = seen(page)
        assert 0 < supported < everything
        assert f"{supported} of {MANY} claims shown" in page.inner_text("form.filters")
        assert wrong == []
    path.unlink()


def test_everything_works_by_keyboard(report: Path, opened: Any) -> None:
    with one_page(opened, report / "index.html") as (page, wrong):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        page.get_by_role("combobox", name="Verdict").focus()
        page.keyboard.press("c")  # the choice that begins so
        page.keyboard.press("Enter")
        assert seen(page) == 1
        assert wrong == []
    with one_page(opened, report / "runs" / f"{RUN}.html") as (page, wrong):
        slider = page.get_by_role("slider", name="Checkpoint")
        slider.focus()
        page.keyboard.press("ArrowLeft")
        assert int(slider.input_value()) == int(str(slider.get_attribute("max"))) - 1
        line = page.get_by_role("group", name="Lines of: Accuracy", exact=True).get_by_role("button", name="test")
        line.focus()
        page.keyboard.press("Space")
        assert line.get_attribute("aria-pressed") == "false"
        page.get_by_text("Values at this checkpoint").focus()
        page.keyboard.press("Enter")
        assert page.get_by_role("cell").filter(has_text="%").first.is_visible()
        assert wrong == []


def test_a_screen_reader_hears_names(report: Path, opened: Any) -> None:
    with one_page(opened, report / "index.html") as (page, _):
        for role, name in (
            ("navigation", "Pages"),
            ("table", "Verdicts"),
            ("region", "Short answer"),
            ("searchbox", "Search claims, figures and runs"),
        ):
            assert page.get_by_role(role, name=name).count() == 1, role
        assert page.get_by_role("rowheader").count() == seen(page)
        assert page.get_by_role("status").filter(has_text="claims shown").count() == 1
    with one_page(opened, report / "runs" / f"{RUN}.html") as (page, _):
        page.locator("[data-panels] svg.chart").first.wait_for()
        named = page.locator("[data-panels] svg.chart").evaluate_all(
            "all => all.map(one => one.getAttribute('aria-label'))"
        )
        assert named
        assert all("by training step: " in name and "ends at" in name for name in named)
    with one_page(opened, report / "figures" / "deep_grokking_fig1.html") as (page, _):
        assert page.get_by_role("img", name=re.compile("A curve that rises")).count() == 1


@pytest.mark.parametrize("page_name", ["index.html", "deep_grokking.html", "summary.html", "distances.html"])
@pytest.mark.parametrize("width", [1280, 390])
def test_verdicts_of_two_scales_and_distances_fit(report: Path, opened: Any, page_name: str, width: int) -> None:
    """Neither the page nor a table scrolls sideways, no badge leaves its cell, and both verdicts are seen."""
    with one_page(opened, report / page_name, width) as (page, wrong):
        wide = "[...document.querySelectorAll('.scroll')].filter(one => one.querySelector('.verdicts'))"
        assert page.evaluate(f"{wide}.map(one => one.scrollWidth - one.clientWidth).every(more => more === 0)")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        inside = """[...document.querySelectorAll('.verdicts td .badge')].every(badge => {
          const [own, cell] = [badge.getBoundingClientRect(), badge.closest('td').getBoundingClientRect()];
          return own.right <= cell.right + 1;
        })"""
        assert page.evaluate(inside)
        if page_name != "distances.html":
            first = page.locator(".verdicts tbody tr").first
            assert first.get_by_text("Contradicted").is_visible()
            assert first.get_by_text("3 seeds").is_visible()
        assert accessibility_findings(page) == []
        assert wrong == []


def test_a_phone_reaches_everything(report: Path, opened: Any) -> None:
    with one_page(opened, report / "index.html", 390, has_touch=True, is_mobile=True) as (page, wrong):
        last = page.get_by_role("navigation").get_by_role("link", name="Provenance")
        assert page.get_by_role("navigation").bounding_box()["height"] < 60
        assert page.locator(".strip").bounding_box()["height"] < 420
        last.scroll_into_view_if_needed()
        last.tap()
        assert page.get_by_role("heading", level=1).inner_text() == "Provenance"
        page.get_by_role("searchbox").fill("d12")
        page.locator(".results a").first.tap()
        page.wait_for_url(f"**/runs/{RUN}.html")
        slider = page.get_by_role("slider", name="Checkpoint")
        box = slider.bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        assert 0 < int(slider.input_value()) < int(str(slider.get_attribute("max")))
        page.get_by_label("0", exact=True).tap()
        assert page.evaluate("document.querySelector('[data-all-seeds]').indeterminate")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert accessibility_findings(page) == []
        assert wrong == []


def test_a_figure_can_be_read_on_a_phone_and_moved_with_a_finger(report: Path, opened: Any) -> None:
    with one_page(opened, report / "figures" / "deep_grokking_fig1.html", 390, has_touch=True, is_mobile=True) as (
        page,
        wrong,
    ):
        picture, frame = page.locator("figure.main img"), page.locator("figure.main > a")
        size = picture.bounding_box()
        assert size["width"] == pytest.approx(0.45 * 1400)
        assert size["height"] == pytest.approx(0.45 * 800, abs=1)
        assert page.get_by_text("Wide figures can be moved sideways.").is_visible()
        assert frame.evaluate("one => [one.scrollLeft = 1000, one.scrollLeft][1]") > 250
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert accessibility_findings(page) == []
        assert wrong == []
    with one_page(opened, report / "figures" / "deep_grokking_fig1.html") as (page, wrong):
        assert not page.get_by_text("Wide figures can be moved sideways.").is_visible()
        assert page.locator("figure.main > a").evaluate("one => one.scrollWidth - one.clientWidth") == 0
        assert wrong == []


def test_no_page_moves_sideways_at_400_percent(report: Path, opened: Any) -> None:
    """A window of 1280 pixels at 400 % zoom has 320 pixels of the page."""
    with one_page(opened, report / "index.html", 320) as (page, wrong):
        too_wide = {}
        for path in sorted(report.rglob("*.html")):
            page.goto(path.resolve().as_uri())
            if path.parent.name == "runs":
                page.locator("[data-panels] svg.chart").first.wait_for()
            too_wide[path.name] = page.evaluate("document.documentElement.scrollWidth - 320")
        assert {name: more for name, more in too_wide.items() if more > 0} == {}
        assert wrong == []


@pytest.mark.parametrize(("width", "height"), [(390, 844), (844, 390), (1280, 900)])
def test_the_slider_stays_beside_what_it_drives(report: Path, opened: Any, width: int, height: int) -> None:
    with one_page(opened, report / "runs" / f"{RUN}.html", width) as (page, _):
        page.set_viewport_size({"width": width, "height": height})
        page.locator("[data-layer-panels] svg.chart").first.wait_for()
        page.locator("[data-layer-panels]").evaluate("one => one.scrollIntoView()")
        box = page.get_by_role("slider", name="Checkpoint").bounding_box()
        assert 0 <= box["y"] < height / 2
        stuck = page.locator(".controls" if width > 1000 else ".slide").bounding_box()
        assert stuck["y"] == pytest.approx(0, abs=1)
        assert stuck["height"] <= height / 5


@pytest.mark.parametrize("name", ["index.html", "runs.html", "power.html", "methods.html", "provenance.html"])
def test_a_phone_shows_which_page_it_is_on(report: Path, opened: Any, name: str) -> None:
    with one_page(opened, report / name, 390) as (page, wrong):
        row, current = page.locator(".bar nav").bounding_box(), page.locator("[aria-current]").bounding_box()
        assert row["x"] - 4 <= current["x"]
        assert current["x"] + current["width"] <= row["x"] + row["width"] + 4
        assert wrong == []


def test_a_finger_hits_the_dot_of_a_seed(report: Path, opened: Any) -> None:
    with one_page(opened, report / "claims" / "deep_grokking_deeper_generalises_later.html", 390) as (page, _):
        assert all(one.bounding_box()["width"] >= 24 for one in page.locator(".seed-plot .hit").all())
        page.locator(".seed-plot").scroll_into_view_if_needed()
        box = page.locator(".seed-plot .dot").first.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 9)
        page.wait_for_url("**/runs/*.html*")


def test_long_cells_hide_no_column(report: Path, opened: Any) -> None:
    """Words beside numbers fold, and the link to the run is the first column, which stays in sight."""
    with one_page(opened, report / "figures" / "deep_grokking_fig1.html") as (page, _):
        box = page.locator(".scroll:has([data-tick])").first
        longer = "all => all.forEach(one => one.append(' (2 of 5; 3 still rising at the end)'))"
        box.locator("td.number").evaluate_all(longer)
        assert box.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
        assert box.locator("tbody th a").count() == box.locator("tbody tr").count()
        page.set_viewport_size({"width": 390, "height": 844})
        assert box.evaluate("one => [one.scrollLeft = 1000, one.scrollLeft][1]") > 0
        assert box.locator("tbody th a").first.bounding_box()["x"] >= 0

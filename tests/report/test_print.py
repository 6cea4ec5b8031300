"""Pages on paper: what is folded is read, what needs a hand is left out, and heads of tables come again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from browser import one_page, require_chromium
from grokscope.report.build import build_report

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RUN = "mnist-mlp-d12"
CLAIM = "claims/deep_grokking_rank_falls.html"
FIGURE = "figures/deep_grokking_fig1.html"
PAGES = ("index.html", CLAIM, FIGURE, f"runs/{RUN}.html", "power.html")
FOLDED = "details:not([open], .says-again)"
A4 = 680  # pixels between margins of 15 mm


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Claims with thresholds to move, figures with tables, a run with curves."""
    require_chromium()
    folder = tmp_path_factory.mktemp("report")
    spec = made_up.make_spec(folder, "quick", dict.fromkeys((made_up.EVIL_RUN, RUN), ""))
    build_report(made_up.beyond_the_papers(spec, folder), folder / "report")
    return folder / "report"


@pytest.mark.parametrize("name", PAGES)
def test_folded_texts_are_read_on_paper(report: Path, opened: Any, name: str) -> None:
    """By style sheet, and by a script where a browser cannot do it so."""
    with one_page(opened, report / name, A4) as (page, wrong):
        folded = page.locator(FOLDED)
        inside = """all => all.map(one => [...one.children].filter(part => part.tagName !== 'SUMMARY'
          && part.checkVisibility({contentVisibilityAuto: true}) && part.getBoundingClientRect().height > 0).length)"""
        before = folded.evaluate_all(inside)
        assert set(before) <= {0}
        page.emulate_media(media="print")
        # the next frame shows what was skipped until now
        page.wait_for_function(f"({inside})([...document.querySelectorAll('{FOLDED}')]).every(parts => parts > 0)")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert folded.count() == 0
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert folded.count() == len(before)
        assert wrong == []


def test_a_figure_does_not_say_everything_twice_on_paper(report: Path, opened: Any) -> None:
    with one_page(opened, report / FIGURE, A4) as (page, _):
        assert page.get_by_text("The same in sentences").count() == 2
        page.emulate_media(media="print")
        assert not any(one.is_visible() for one in page.get_by_text("The same in sentences").all())


@pytest.mark.parametrize("name", PAGES)
def test_nothing_to_move_or_to_tick_is_printed(report: Path, opened: Any, name: str) -> None:
    with one_page(opened, report / name, A4) as (page, _):
        page.emulate_media(media="print")
        shown = [one for one in page.locator("input, select, [data-thresholds]").all() if one.is_visible()]
        assert shown == []


@pytest.mark.parametrize("name", PAGES)
def test_heads_of_tables_come_again_on_the_next_page(report: Path, opened: Any, name: str) -> None:
    """Chromium repeats a head that may not be torn and has no buttons as boxes of their own in it."""
    with one_page(opened, report / name, A4) as (page, _):
        page.emulate_media(media="print")
        looks = "all => all.map(one => [getComputedStyle(one).display, getComputedStyle(one).breakInside])"
        assert page.locator("thead").evaluate_all(looks)
        assert {tuple(look) for look in page.locator("thead").evaluate_all(looks)} == {("table-header-group", "avoid")}
        displays = page.locator("thead button").evaluate_all("all => all.map(one => getComputedStyle(one).display)")
        assert set(displays) <= {"contents"}


def test_texts_of_charts_stay_on_paper(report: Path, opened: Any) -> None:
    """The boxes to tick go, the numbers at the axes, which have the same class, stay."""
    with one_page(opened, report / "runs" / f"{RUN}.html", A4) as (page, _):
        page.locator("[data-panels] svg.chart").first.wait_for()
        page.emulate_media(media="print")
        assert page.locator("svg.chart text.tick").first.is_visible()

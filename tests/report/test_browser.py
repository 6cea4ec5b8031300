"""The report in a browser: every page from file://, at the width of a desktop and of a phone, in light and dark."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import report_made_up as made_up
from browser import WIDTHS, Visit, require_chromium, visit_all
from grokscope.report.build import build_report
from grokscope.report.card_execute import execute_card

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHEETS = sum(claim[3] is not None for claim in made_up.CLAIMS)
PAGES = (
    13 + 2 * 2 + 1 + len(made_up.CLAIMS) + 1 + SHEETS + 1 + len(made_up.FIGURES) + 1 + 1
)  # the last is the summary, one file to send
"""Whole pages, a page and a card for each of two runs, a card alone, claims, sheets of those that were tested, and
figures, one of each of them of our own.
"""
HEAVIEST = 2_000_000  # bytes; benchmarks/report_pages.py measures how long pages take to open
DARK = {"dark desktop": 1280, "dark phone": 390}


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> list[Visit]:
    require_chromium()
    folder = tmp_path_factory.mktemp("report")
    page = folder / "card.html"
    parameters = {
        **made_up.write_run(folder, made_up.EVIL_RUN, "run"),
        "data_path": made_up.write_data(folder),
        "scale": "smoke",
    }
    notebook = made_up.REPOSITORY / "workflow" / "notebooks" / "run_card.ipynb"
    execute_card(notebook, folder / "card.ipynb", page, parameters, made_up.REPOSITORY / "report")
    runs = {made_up.EVIL_RUN: str(page), "mnist-mlp-d12-w400-n5000-init8-wd0.01-as_text": str(page)}
    build_report(made_up.beyond_the_papers(made_up.make_spec(folder, "smoke", runs), folder), folder / "report")
    (folder / "report" / "alone.html").write_bytes(page.read_bytes())  # a card as a file of its own
    look = os.environ.get("GROKSCOPE_SCREENSHOTS")
    light = visit_all(folder / "report", Path(look) if look else None)
    return light + visit_all(folder / "report", Path(look) / "dark" if look else None, DARK, dark=True)


def test_every_page_was_opened_at_every_width(visits: list[Visit]) -> None:
    assert len(visits) == PAGES * (len(WIDTHS) + len(DARK))


def test_nothing_goes_wrong_and_nothing_is_asked_of_a_network(visits: list[Visit]) -> None:
    assert [(visit.page, visit.errors) for visit in visits if visit.errors] == []
    outside = [
        (visit.page, url) for visit in visits for url in visit.requests if not url.startswith(("file:", "data:"))
    ]
    assert outside == []


def test_no_page_is_wider_than_the_window(visits: list[Visit]) -> None:
    assert [(visit.page, visit.width, visit.overflow) for visit in visits if visit.overflow > 0] == []


def test_links_lead_somewhere(visits: list[Visit]) -> None:
    assert [(visit.page, visit.dead_links) for visit in visits if visit.dead_links] == []


def test_axe_finds_nothing_serious(visits: list[Visit]) -> None:
    assert [(visit.page, visit.width, visit.accessibility) for visit in visits if visit.accessibility] == []


def test_pages_have_headings_in_order_and_named_pictures(visits: list[Visit]) -> None:
    for visit in visits:
        headings = visit.contents["headings"]
        assert headings[0] == 1, visit.page
        assert headings.count(1) == 1, visit.page
        assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(headings)), visit.page
        assert visit.contents["unlabelled_images"] == 0, visit.page
        assert visit.contents["header_cells_without_scope"] == 0, visit.page
        assert visit.contents["language"] == "en"
        assert visit.contents["title"]


def test_pages_are_light(visits: list[Visit]) -> None:
    """What a browser reads before a page can be used: the page, its style sheets and its scripts."""
    weights = {}
    for visit in visits:
        read = {unquote(urlsplit(url).path) for url in visit.requests if url.startswith("file:")}
        weights[visit.page] = sum(
            Path(path).stat().st_size for path in read if path.endswith((".html", ".css", ".js", ".json"))
        )
    assert {page: weight for page, weight in weights.items() if not 0 < weight < HEAVIEST} == {}


def test_the_banner_and_the_verdicts_are_seen(visits: list[Visit]) -> None:
    for visit in visits:
        assert "Smoke scale: these numbers mean nothing" in visit.contents["text"], visit.page
        if visit.page == "index.html":
            for words in ("Supported", "Contradicted", "Inconclusive", "4 of 5 claims shown", "[0.31, 0.55]"):
                assert words in visit.contents["text"]

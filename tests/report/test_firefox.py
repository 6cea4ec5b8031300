"""Every kind of page in Firefox, from file://: no error of a script, nothing wider than the window, charts drawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

import report_made_up as made_up
from firefox import FIREFOX, Firefox, firefox
from grokscope.report.build import build_report

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(FIREFOX is None, reason="Firefox is not installed"),
]
RUN = "mnist-mlp-d12"
WIDTHS = (1280, 500)  # pixels; Firefox has no narrower window
OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    spec = made_up.make_spec(folder, "quick", dict.fromkeys((made_up.EVIL_RUN, RUN), ""))
    build_report(made_up.beyond_the_papers(spec, folder), folder / "report")
    return folder / "report"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with firefox(tmp_path_factory.mktemp("firefox") / "profile") as found:
        yield found


def test_no_page_is_wider_than_the_window_and_no_script_fails(report: Path, opened: Firefox) -> None:
    pages = sorted(report.rglob("*.html"))
    assert len(pages) > 20
    wide = {}
    for width in WIDTHS:
        for page in pages:
            opened.open(page, width)
            if opened.run(OVERFLOW) > 0:
                wide[page.name, width] = opened.run(OVERFLOW)
    assert wide == {}
    assert opened.errors() == []


@pytest.mark.parametrize(("page", "chosen"), [(f"runs/{RUN}.html", ()), ("compare.html", (RUN, made_up.EVIL_RUN))])
def test_charts_are_drawn(report: Path, opened: Firefox, page: str, chosen: tuple[str, ...]) -> None:
    opened.open(report / page, chosen=urlencode([("run", run) for run in chosen]))
    opened.wait_for("document.querySelectorAll('svg path').length > 3")
    assert opened.errors() == []


def test_the_table_of_verdicts_is_filtered(report: Path, opened: Firefox) -> None:
    opened.open(report / "index.html")
    rows = "document.querySelectorAll('#verdict-table tbody tr:not([hidden])').length"
    everything = opened.run(f"return {rows}")
    opened.run(
        "const choice = document.getElementById('filter-verdict'); choice.value = 'supported';"
        " choice.dispatchEvent(new Event('change', {bubbles: true}));"
    )
    assert 0 < opened.run(f"return {rows}") < everything
    assert opened.errors() == []

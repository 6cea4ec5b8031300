"""Filters and order of tables stand in the address: Back and a link that was sent show the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from browser import one_page, require_chromium
from grokscope.report.build import build_report

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROWS = "#verdict-table tbody tr:not([hidden])"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One claim has an effect in another unit, which is larger as a number."""
    require_chromium()
    folder = tmp_path_factory.mktemp("report")
    spec = made_up.make_spec(folder, "quick", dict.fromkeys(("mnist-mlp-d4", "mnist-mlp-d12"), ""))
    spec["plan"]["claims"][2]["settings"]["unit"] = "correlation"
    build_report(spec, folder / "report")
    return folder / "report"


def effects(page: Any) -> list[str]:
    return [str(cell.get_attribute("data-sort")) for cell in page.locator(f"{ROWS} td[data-unit]").all()]


def open_anew(page: Any, address: str) -> None:
    page.goto("about:blank")
    page.goto(address)


def test_a_view_is_sent_and_comes_back(report: Path, opened: Any) -> None:
    with one_page(opened, report / "index.html") as (page, wrong):
        page.get_by_role("combobox", name="Paper").select_option(label="Deep Grokking")
        header = page.get_by_role("columnheader", name="Effect")
        header.get_by_role("button").click()
        header.get_by_role("button").click()
        seen, sent = effects(page), page.url
        assert seen == ["0.42", "-0.6"]
        open_anew(page, sent)
        assert effects(page) == seen
        assert header.get_attribute("aria-sort") == "descending"
        assert page.get_by_role("combobox", name="Paper").input_value() == "deep_grokking"
        page.locator(f"{ROWS} th a").first.click()
        page.wait_for_url("**/claims/*.html")
        page.go_back()
        assert effects(page) == seen
        assert page.get_by_role("combobox", name="Paper").input_value() == "deep_grokking"
        page.get_by_role("button", name="Show all").click()
        assert page.locator(ROWS).count() == 4
        shown = page.url
        assert "sort" not in shown
        assert "verdict=all" in shown
        open_anew(page, shown)
        assert page.locator(ROWS).count() == 4
        open_anew(page, (report / "index.html").as_uri() + "#paper=unknown&sort=99")
        assert page.locator(ROWS).count() == 3
        assert wrong == []


def test_effects_are_sorted_within_one_unit(report: Path, opened: Any) -> None:
    """0.2 of a correlation stands neither between 0.42 and -0.6 decades nor above them because it is larger."""
    with one_page(opened, report / "index.html") as (page, wrong):
        button = page.get_by_role("columnheader", name="Effect").get_by_role("button")
        button.click()
        assert effects(page) == ["0.2", "-0.6", "0.42"]
        button.click()
        assert effects(page) == ["0.2", "0.42", "-0.6"]
        assert wrong == []


def test_each_table_of_a_page_has_an_order_of_its_own(report: Path, opened: Any) -> None:
    with one_page(opened, report / "runs.html") as (page, wrong):
        for table in page.locator("table.runs").all():
            table.get_by_role("columnheader", name="Seeds").get_by_role("button").click()
        assert "sort=" in page.url
        assert "sort1=" in page.url
        open_anew(page, page.url)
        assert page.locator("th[aria-sort=ascending]").count() == 2
        assert wrong == []

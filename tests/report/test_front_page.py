"""The first page on a desk, on a phone and on paper, with three findings of either kind and a long table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from browser import accessibility_findings, one_page, require_chromium
from grokscope.report.build import build_report

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCREEN, MOST_SCREENS = 844, 6
MANY = 40
LONG = "With a large initialisation, the highest local complexity at the training points grows with depth"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOP = "one => one.getBoundingClientRect().top"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every verdict in turn, with statements as long as those of the papers."""
    require_chromium()
    folder = tmp_path_factory.mktemp("report")
    spec = made_up.make_spec(folder, "quick", {})
    first, second, third = spec["plan"]["claims"]
    made = []
    for i in range(MANY):
        item = json.loads(json.dumps((first, second, third)[i % 3]))
        item["settings"]["statement"] = f"{LONG}, in the case of number {i}."
        made.append({**item, "name": f"{item['name']}_{i}", "id": f"{item['name']}_{i}"})
    spec["plan"]["claims"] = made
    build_report(spec, folder / "report")
    return folder / "report"


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, SCREEN)])
def test_the_first_screen_answers(report: Path, opened: Any, width: int, height: int) -> None:
    with one_page(opened, report / "index.html", width) as (page, wrong):
        page.set_viewport_size({"width": width, "height": height})
        answer = page.locator(".gist")
        box = answer.bounding_box()
        assert box["y"] + box["height"] < height
        assert page.get_by_role("heading", name="What stands").evaluate(TOP) < height
        assert page.locator(".findings li").count() == 6
        first = page.locator(".findings li").first.bounding_box()
        assert first["y"] < height - 40
        if width > 1000:
            assert page.get_by_role("heading", name="What does not stand").evaluate(TOP) < height
        else:
            assert page.evaluate("document.documentElement.scrollHeight") <= MOST_SCREENS * SCREEN
        assert page.evaluate(OVERFLOW) == 0
        assert accessibility_findings(page) == []
        assert wrong == []


def test_a_phone_unfolds_the_table(report: Path, opened: Any) -> None:
    with one_page(opened, report / "index.html", 390) as (page, wrong):
        rows = page.locator("#verdict-table tbody tr")
        assert sum(row.is_visible() for row in rows.all()) == 3
        page.get_by_label("Show all rows").check()
        assert sum(row.is_visible() for row in rows.all()) == MANY
        page.get_by_label("Show all rows").uncheck()
        page.get_by_role("combobox", name="Verdict").select_option("inconclusive")
        shown = [row.get_attribute("data-verdict") for row in rows.all() if row.is_visible()]
        assert shown == ["inconclusive"] * 3
        assert wrong == []
    with one_page(opened, report / "index.html") as (page, _):
        assert not page.get_by_label("Show all rows").is_visible()
        assert sum(row.is_visible() for row in rows_of(page)) == MANY


def rows_of(page: Any) -> list[Any]:
    """Rows of the table of verdicts."""
    found: list[Any] = page.locator("#verdict-table tbody tr").all()
    return found


@pytest.mark.parametrize(
    "name", ["index.html", "deep_grokking.html", "claims/{}.html", "figures/deep_grokking_fig1.html"]
)
def test_nothing_is_cut_off_on_paper(report: Path, opened: Any, name: str) -> None:
    """On A4 with margins of 15 mm no page is too wide, and no badge leaves its cell."""
    claim = sorted(path.stem for path in (report / "claims").glob("*.html"))[0]
    with one_page(opened, report / name.format(claim), 680) as (page, _):
        page.emulate_media(media="print")
        assert page.evaluate(OVERFLOW) == 0
        assert page.evaluate("""[...document.querySelectorAll('td .badge')].every(badge => {
          const [own, cell] = [badge.getBoundingClientRect(), badge.closest('td').getBoundingClientRect()];
          return own.width === 0 || own.right <= cell.right + 1;
        })""")

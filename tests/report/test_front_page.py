"""The first page on a desk, on a phone and on paper, with three findings of either kind and a long table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import report_made_up as made_up
from browser import accessibility_findings, one_page, require_chromium
from grokscope.report.build import build_report

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCREEN, MOST_SCREENS = 844, 6
PAPERS = ("deep_grokking", "always_grok", "extensions")
UNITS = (
    "change of mean test accuracy of the probes on the hidden layers (fraction) during generalisation",
    "decades from fit to generalisation per layer",
    "difference of decades of local complexity around embedded sequences",
)
"""As long as those of the estimands."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOP = "one => one.getBoundingClientRect().top"
VERDICTS = 3
WAITING = 5
"""Every so many-th claim has no verdict."""


def real_claims(paper: str) -> list[dict[str, Any]]:
    """What the experiments of this project state of a paper, or of themselves: statement, where, kind and family."""
    folder = made_up.REPOSITORY / "experiments" / paper
    found = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
    return [
        {
            "statement": claim["statement"],
            "where": claim.get("where") or "extension",
            "kind": claim.get("kind") or "result",
            "family": claim.get("family") or paper,
        }
        for one in found
        for claim in (one.get("claims") or {}).values()
    ]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All claims of this project in all their families, with every verdict in turn and verdicts of the other scale, and
    papers with their titles and authors.
    """
    require_chromium()
    folder = tmp_path_factory.mktemp("report")
    spec = made_up.beyond_the_papers(made_up.make_spec(folder, "quick", dict.fromkeys(("one", "two"), "")), folder)
    for paper in spec["papers"]:
        written = yaml.safe_load((made_up.REPOSITORY / "experiments" / paper["id"] / "paper.yaml").read_text("utf-8"))
        paper |= {key: written[key] for key in ("title", "authors") if written.get(key)}
    judged, waiting = spec["plan"]["claims"][:VERDICTS], []
    made: list[dict[str, Any]] = []
    for paper in PAPERS:
        for i, claim in enumerate(real_claims(paper)):
            item = json.loads(json.dumps(judged[i % VERDICTS]))
            item["settings"] |= claim | {"unit": UNITS[i % len(UNITS)]}
            name = f"{paper}_{i}"
            item |= {"name": name, "id": name, "paper": paper}
            if i % WAITING == WAITING - 1:
                waiting.append({key: value for key, value in item.items() if key != "json"})
            else:
                made.append(item)
    spec["plan"] |= {"claims": made, "untested_claims": waiting}
    kinds = ("supported", "contradicted", "inconclusive")
    saved = {item["name"]: made_up.saved_verdict(kinds[i % 3], seeds=10) for i, item in enumerate(made)}
    build_report(made_up.at_the_other_scale(spec, saved), folder / "report")
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
            assert max(box["y"] + box["height"] for box in boxes(page.locator(".findings li"))) < height
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
        assert sum(row.is_visible() for row in rows.all()) == with_verdict(page) > 100
        page.get_by_label("Show all rows").uncheck()
        page.get_by_role("combobox", name="Verdict").select_option("inconclusive")
        shown = [row.get_attribute("data-verdict") for row in rows.all() if row.is_visible()]
        assert shown == ["inconclusive"] * 3
        assert wrong == []
    with one_page(opened, report / "index.html") as (page, _):
        assert not page.get_by_label("Show all rows").is_visible()
        assert sum(row.is_visible() for row in rows_of(page)) == with_verdict(page)


def with_verdict(page: Any) -> int:
    """How many claims have a verdict; the others wait behind "Show all"."""
    return int(page.locator("#verdict-table tbody tr:not([data-verdict=not_tested])").count())


def boxes(found: Any) -> list[dict[str, float]]:
    """Places and sizes of elements."""
    return [one.bounding_box() for one in found.all()]


def rows_of(page: Any) -> list[Any]:
    """Rows of the table of verdicts."""
    found: list[Any] = page.locator("#verdict-table tbody tr").all()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bars_and_badges_are_seen_in_forced_colours(report: Path, opened: Any, scheme: str) -> None:
    """Where a system takes colours away, a bar still has a size and an edge that differs from the page."""
    with one_page(opened, report / "index.html", color_scheme=scheme, forced_colors="active") as (page, wrong):
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        bars = page.locator(".stack span")
        assert bars.count() >= 2 * VERDICTS
        assert all(box["width"] >= 3 and box["height"] >= 8 for box in boxes(bars))
        edges = """all => all.map(one => {
          const {borderTopWidth, borderTopStyle, borderTopColor} = getComputedStyle(one);
          return [parseFloat(borderTopWidth) > 0 && borderTopStyle !== 'none', borderTopColor];
        })"""
        for seen, colour in bars.evaluate_all(edges) + page.locator("main .badge").evaluate_all(edges):
            assert seen
            assert colour != ground
        # kinds of verdicts must differ without their colours
        fills = "all => all.map(one => {const look = getComputedStyle(one); return look.background + look.border})"
        kinds = set(bars.evaluate_all("all => all.map(one => one.className)"))
        assert len(set(bars.evaluate_all(fills))) == len(kinds)
        under = "all => all.map(one => getComputedStyle(one).borderBottomColor)"
        assert page.locator(".bar nav a[aria-current]").evaluate_all(under) != [ground]
        assert set(page.locator(".bar nav a:not([aria-current])").evaluate_all(under)) == {ground}
        assert wrong == []


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

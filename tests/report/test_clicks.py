"""What a reader does on the pages: filter, sort, search, pick seeds, move the slider, download, print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from browser import accessibility_findings, one_page, require_chromium
from grokscope.report.build import build_report
from grokscope.report.wording import file_name

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROWS = "#verdict-table tbody tr"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_chromium()
    folder = tmp_path_factory.mktemp("report")
    spec = made_up.make_spec(folder, "quick", dict.fromkeys((made_up.EVIL_RUN, "mnist-mlp-d12"), ""))
    build_report(spec, folder / "report")
    return folder / "report"


def verdicts(page: Any) -> list[str]:
    """Verdicts of the rows that are seen, from above."""
    return [str(row.get_attribute("data-verdict")) for row in page.locator(ROWS).all() if row.is_visible()]


def test_filters(report: Path, opened: Any) -> None:
    with one_page(opened, report / "index.html") as (page, wrong):
        assert verdicts(page) == ["supported", "contradicted", "inconclusive"]
        assert "3 of 4 claims shown" in page.inner_text("form.filters")
        page.get_by_role("combobox", name="Paper").select_option(label="Deep Grokking")
        assert verdicts(page) == ["supported", "contradicted"]
        page.get_by_role("combobox", name="Verdict").select_option("contradicted")
        assert verdicts(page) == ["contradicted"]
        assert "1 of 4 claims shown" in page.inner_text("form.filters")
        page.get_by_role("button", name="Show all").click()
        page.wait_for_function("document.querySelectorAll('#verdict-table tbody tr:not([hidden])').length === 4")
        assert wrong == []


def test_sorting_by_keyboard_says_how(report: Path, opened: Any) -> None:
    with one_page(opened, report / "index.html") as (page, wrong):
        page.get_by_role("button", name="Show all").click()
        header = page.get_by_role("columnheader", name="Effect")
        header.get_by_role("button").focus()
        page.keyboard.press("Enter")
        assert header.get_attribute("aria-sort") == "ascending"
        assert verdicts(page) == ["contradicted", "inconclusive", "supported", "not_tested"]
        page.keyboard.press("Enter")
        assert header.get_attribute("aria-sort") == "descending"
        assert verdicts(page) == ["supported", "inconclusive", "contradicted", "not_tested"]
        page.get_by_role("columnheader", name="Verdict").get_by_role("button").click()
        assert verdicts(page) == ["supported", "contradicted", "inconclusive", "not_tested"]
        assert header.get_attribute("aria-sort") is None
        assert wrong == []


def test_a_phone_sorts_too(report: Path, opened: Any) -> None:
    with one_page(opened, report / "index.html", 390) as (page, wrong):
        page.get_by_role("combobox", name="Sort by").select_option(label="Effect, 95 % interval")
        assert verdicts(page)[0] == "contradicted"
        page.get_by_role("combobox", name="Verdict").select_option("inconclusive")
        assert verdicts(page) == ["inconclusive"]
        assert wrong == []


def test_without_scripts_everything_is_a_plain_table(report: Path, opened: Any) -> None:
    with one_page(opened, report / "index.html", java_script_enabled=False) as (page, _):
        assert page.locator(ROWS).count() == 4
        assert not page.locator("form.filters").is_visible()
        assert not page.locator("input[type=search]").is_visible()
        assert page.locator("#verdict-table button").count() == 0


def test_search_finds_claims_figures_and_runs(report: Path, opened: Any) -> None:
    start = report / "claims" / "deep_grokking_rank_falls.html"
    with one_page(opened, start) as (page, wrong):
        page.keyboard.press("/")
        page.keyboard.type("feature rank")
        links = page.locator(".results a")
        assert {link.inner_text().split()[0] for link in links.all()} == {"Claim", "Figure"}
        assert "found" in page.locator("#search-status").inner_text()
        assert accessibility_findings(page) == []
        page.get_by_role("searchbox").fill("mnist script")
        assert links.count() == 1
        assert made_up.EVIL_RUN in links.first.inner_text()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/runs/{file_name(made_up.EVIL_RUN)}.html")
        page.get_by_role("searchbox").fill("no such thing")
        assert "0 found" in page.locator("#search-status").inner_text()
        page.keyboard.press("Escape")
        assert page.get_by_role("searchbox").input_value() == ""
        assert wrong == []


def drawn(page: Any, place: str) -> list[str]:
    """The paths of all lines of the charts at a place."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return [
        str(path)
        for path in page.eval_on_selector_all(
            f"{place} path.line", "paths => paths.map(path => path.getAttribute('d'))"
        )
    ]


def test_slider_moves_spectra_and_complexity(report: Path, opened: Any) -> None:
    with one_page(opened, report / "runs" / "mnist-mlp-d12.html") as (page, wrong):
        slider = page.get_by_role("slider", name="Checkpoint")
        last = drawn(page, "[data-layer-panels]")
        assert page.locator("output").inner_text() == f"step {made_up.STEPS[-1] // 1000}\u202f000"
        slider.press("Home")
        first = drawn(page, "[data-layer-panels]")
        assert len(first) == len(last) == 4 + 3 * (1 + len(made_up.SEEDS))
        assert first[4:] != last[4:]
        assert page.locator("output").inner_text() == "step 0"
        assert slider.get_attribute("aria-valuetext") == "step 0"
        assert "at step 0" in page.locator("[data-layer-panels]").inner_text()
        page.get_by_text("Values at this checkpoint").click()
        assert "Accuracy: train" in page.locator("[data-values]").inner_text()
        page.locator("[data-panels] svg").first.click(position={"x": 200, "y": 100})
        assert page.locator("output").inner_text() != "step 0"
        assert accessibility_findings(page) == []
        assert wrong == []


def test_seeds_are_picked(report: Path, opened: Any) -> None:
    with one_page(opened, report / "runs" / "mnist-mlp-d12.html") as (page, wrong):
        every = drawn(page, "[data-panels]")
        assert page.locator("[data-panels] .panel").count() >= 7
        letters = page.locator("[data-panels] svg").first.locator(".mark-letter")
        assert letters.all_text_contents() == ["A", "B 2/3"]  # two of three seeds show the onset
        page.get_by_label("all", exact=True).uncheck()
        assert drawn(page, "[data-panels]") == []
        page.get_by_label("0", exact=True).check()
        one = drawn(page, "[data-panels]")
        assert 0 < len(one) < len(every)
        assert page.locator("[data-panels] svg").first.locator(".mark-letter").all_text_contents() == [
            "A"
        ]  # this seed has no onset
        assert page.evaluate("document.querySelector('[data-all-seeds]').indeterminate")
        page.get_by_role("button", name="train").first.click()
        assert len(drawn(page, "[data-panels]")) == len(one) - 1
        assert wrong == []


def downloads_of(page: Any, link: Any) -> list[Any]:
    """What a click on `link` saves."""
    saved: list[Any] = []
    page.on("download", lambda download: saved.append(download))  # a function of ours: Playwright marks it
    link.click()
    page.wait_for_timeout(300)
    return saved


def test_downloads_are_files(report: Path, opened: Any) -> None:
    """From disk a browser may show a file instead of saving it: either way what was offered is there."""
    offered = {
        "claims/deep_grokking_rank_falls": ("JSON", "seeds as CSV"),
        "figures/deep_grokking_fig1": ("PDF", "PNG", "JSON"),
        "runs/mnist-mlp-d12": ("data",),
    }
    for name, words in offered.items():
        for word in words:
            with one_page(opened, report / f"{name}.html", accept_downloads=True) as (page, _):
                link = page.get_by_role("link", name=word, exact=True)
                assert link.get_attribute("download") is not None
                target = (report / "claims" / str(link.get_attribute("href"))).resolve()
                saved = downloads_of(page, link)
                there = Path(saved[0].path()) if saved else target
                assert there.read_bytes() == target.read_bytes()
                assert saved or page.url == target.as_uri(), word
                assert target.stat().st_size > 20


def test_a_page_prints(report: Path, opened: Any) -> None:
    with one_page(opened, report / "runs" / "mnist-mlp-d12.html") as (page, wrong):
        page.emulate_media(media="print")
        assert not page.locator(".controls").is_visible()
        assert not page.locator("[data-search]").is_visible()
        page.locator("[data-panels] svg").first.wait_for(state="visible")
        assert len(page.pdf()) > 20_000
        assert wrong == []

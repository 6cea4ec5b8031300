"""Runs side by side: what the page says is held against scipy and pandas, and every choice stands in the address."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from scipy import stats

import report_made_up as made_up
from browser import accessibility_findings, one_page, require_chromium
from grokscope.report.build import build_report
from grokscope.report.figures import Figure, read_figure
from grokscope.report.pages.compare import quantiles
from grokscope.report.side_by_side import compare_address, in_other_variants
from report_support import explored, pages

ONE, TWO, EVIL = "mnist-mlp-d4", "mnist-mlp-d8", made_up.EVIL_RUN
SAME = 1e-3  # numbers of pages have four significant digits
FILE = "compare.html"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs; the second has its curves and dates moved, so that there are differences between them."""
    folder = tmp_path_factory.mktemp("report")
    spec = made_up.make_spec(folder, "quick", dict.fromkeys((ONE, TWO, EVIL), ""))
    tables = made_up.tables(TWO)
    late = tables["events"]["event"] == "fit"
    tables["events"].loc[late, "step"] = 400.0 + 150.0 * tables["events"].loc[late, "seed"] ** 2
    tables["accuracy"]["accuracy"] *= 0.8 + 0.05 * tables["accuracy"]["seed"]
    for name in ("events", "accuracy"):
        made_up.write_table(Path(spec["plan"]["runs"][1]["tables_folder"]) / f"{name}.parquet", tables[name])
    build_report(spec, folder / "report")
    return folder / "report"


def address(report: Path, runs: tuple[str, ...] = (ONE, TWO), **choices: str) -> str:
    """The address of a comparison."""
    return (report / FILE).as_uri() + "#" + urlencode([*(("run", run) for run in runs), *choices.items()])


def visit(page: Any, where: str, charts: bool = True) -> None:
    """Open an address anew; a mere change after the # would not load the page again."""
    page.goto("about:blank")
    page.goto(where)
    if charts:
        page.locator("[data-charts] svg.chart path.line").first.wait_for()


def numbers_of(page: Any, title: str) -> list[dict[str, str]]:
    """The CSV that a chart offers."""
    with page.expect_download() as saved:
        page.get_by_role("button", name=f"CSV numbers of {title}", exact=True).click()
    return list(csv.DictReader(Path(saved.value.path()).read_text(encoding="utf-8").splitlines()))


def test_points_of_students_t() -> None:
    """As printed tables have them, and between its own places as scipy has them."""
    inverses = np.linspace(0, 1, len(quantiles()))
    known = {1.0: 12.70620, 0.5: 4.30265, 0.25: 2.77645, 0.0: 1.95996}
    for inverse, point in known.items():
        assert np.interp(inverse, inverses, quantiles()) == pytest.approx(point, abs=1e-5)
    for degrees in (1.01, 1.51, 2.9, 7.3, 55.5, 1000.0):
        assert np.interp(1 / degrees, inverses, quantiles()) == pytest.approx(stats.t.ppf(0.975, degrees), rel=1e-3)


def test_the_page_offers_every_run_and_other_pages_lead_to_it(report: Path) -> None:
    found = pages(report)
    assert found[FILE].count('value="mnist-&lt;script&gt;alert(1)&lt;/script&gt;"') == 4
    assert found["runs.html"].count("data-tick>") == 3
    assert found["figures/deep_grokking_fig1.html"].count("data-tick>") == 3
    assert f"../compare.html#run={ONE}" in found[f"runs/{ONE}.html"]


def test_a_report_without_runs_has_no_such_page(tmp_path: Path) -> None:
    build_report(made_up.make_spec(tmp_path, "quick", {}), tmp_path / "report")
    assert not (tmp_path / "report" / FILE).exists()


@pytest.mark.browser
@pytest.mark.slow
def test_intervals_and_differences_are_those_of_scipy(report: Path, opened: Any) -> None:
    require_chromium()
    curves = {run: explored(report / f"runs/{run}.html") for run in (ONE, TWO)}
    with one_page(opened, report / FILE, accept_downloads=True) as (page, wrong):
        visit(page, address(report))
        test = {}
        for run, data in curves.items():
            (panel,) = (panel for panel in data["panels"] if panel["id"] == "accuracy")
            test[run] = np.array(panel["series"][1]["values"], dtype=float)
        for row in numbers_of(page, "Accuracy"):
            place = panel["steps"].index(round(float(row["training step"])))
            values = test[row["run"]][:, place]
            low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
            wanted = [values.mean(), max(low, 0), min(high, 1)]
            assert [float(row[name]) for name in ("mean", "low_95", "high_95")] == pytest.approx(wanted, rel=SAME)
        rows = numbers_of(page, "Difference: Accuracy")
        assert len(rows) == len(panel["steps"])
        for row in rows:
            place = panel["steps"].index(round(float(row["training step"])))
            welch = stats.ttest_ind(test[TWO][:, place], test[ONE][:, place], equal_var=False)
            interval = welch.confidence_interval(0.95)
            found = [float(row[name]) for name in ("mean", "low_95", "high_95")]
            mean = test[TWO][:, place].mean() - test[ONE][:, place].mean()
            assert found == pytest.approx([mean, interval.low, interval.high], abs=2e-4)
        dates = {run: np.log10(np.array(data["events"][0]["steps"]) + 1) for run, data in curves.items()}
        later = stats.ttest_ind(dates[TWO], dates[ONE], equal_var=False).confidence_interval(0.95)
        told = page.locator("[data-events] tbody tr").first.inner_text()
        assert f"{dates[TWO].mean() - dates[ONE].mean():.2f}" in told
        assert all(f"{abs(end):.2f}" in told for end in later)
        assert wrong == []


@pytest.mark.browser
@pytest.mark.slow
def test_aligned_curves_have_their_event_at_one_place(report: Path, opened: Any) -> None:
    """In decades after the fit, and in multiples of the fit step, every seed is moved by its own date."""
    data = explored(report / f"runs/{TWO}.html")
    (panel,) = (panel for panel in data["panels"] if panel["id"] == "accuracy")
    (fit,) = (event["steps"] for event in data["events"] if event["name"] == "fit")
    moved = [np.log10((np.array(panel["steps"]) + 1) / (step + 1)) for step in fit]
    values = np.array(panel["series"][1]["values"], dtype=float)
    with one_page(opened, report / FILE, accept_downloads=True) as (page, wrong):
        for choices, column, decades in (
            ({"align": "fit"}, "decades of steps after: training set fitted", lambda x: x),
            ({"axis": "fit"}, "multiples of the fit step", np.log10),
        ):
            visit(page, address(report, **choices))
            rows = [row for row in numbers_of(page, "Accuracy") if row["run"] == TWO]
            assert len(rows) > 20
            for row in rows:
                place = decades(float(row[column]))
                mean = np.mean([np.interp(place, at, curve) for at, curve in zip(moved, values, strict=True)])
                assert float(row["mean"]) == pytest.approx(mean, rel=SAME)
            assert float(rows[0][column]) == pytest.approx(max(at[0] for at in moved), abs=0.01) or choices != {
                "align": "fit"
            }
        visit(page, address(report, axis="epochs"))
        rows = [row for row in numbers_of(page, "Accuracy") if row["run"] == TWO]
        steps = panel["steps"][1:]  # step 0 has no place on a logarithmic axis; 200 images in batches of 100
        assert [float(row["epochs"]) for row in rows] == pytest.approx([step / 2 for step in steps])
        assert wrong == []


@pytest.mark.browser
@pytest.mark.slow
def test_what_is_chosen_stands_in_the_address(report: Path, opened: Any) -> None:
    with one_page(opened, report / FILE) as (page, wrong):
        assert "Choose two to four runs." in page.inner_text("[data-problem]")
        page.get_by_role("combobox", name="Run 1").select_option(ONE)
        page.get_by_role("combobox", name="Run 2").select_option(EVIL)
        page.locator("[data-charts] svg.chart").first.wait_for()
        page.get_by_label("Axis", exact=True).select_option("epochs")
        page.get_by_label("Aligned at").select_option("fit")
        page.get_by_label("Smoothing").select_option("0.2")
        page.get_by_label("Line").first.select_option("train")
        page.get_by_label("1", exact=True).uncheck()
        page.get_by_role("button", name="log scale of Accuracy", exact=True).click()
        sent = page.url
        shown = page.locator("[data-charts]").inner_html()
        assert accessibility_findings(page) == []
        visit(page, sent)
        assert page.locator("[data-charts]").inner_html() == shown
        assert page.get_by_role("combobox", name="Run 2").input_value() == EVIL
        assert page.get_by_label("Axis", exact=True).input_value() == "epochs"
        assert page.get_by_label("Aligned at").input_value() == "fit"
        assert not page.get_by_label("1", exact=True).is_checked()
        page.get_by_role("link", name=ONE, exact=True).click()
        page.wait_for_url(f"**/runs/{ONE}.html")
        page.go_back()
        page.locator("[data-charts] svg.chart").first.wait_for()
        assert page.locator("[data-charts]").inner_html() == shown
        visit(page, address(report, (ONE, "gone")), charts=False)
        page.get_by_text("This report has no run gone.").wait_for()
        assert wrong == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("start", ["runs.html", "figures/deep_grokking_fig1.html"])
def test_ticks_lead_there(report: Path, opened: Any, start: str) -> None:
    with one_page(opened, report / start, 390) as (page, wrong):
        link = page.get_by_role("link", name="Compare side by side")
        assert not link.is_visible()
        page.get_by_label(f"Compare {ONE}", exact=True).check()
        assert not link.is_visible()
        page.get_by_label(f"Compare {EVIL}", exact=True).check()
        assert "2 runs ticked." in page.inner_text("[data-compare-bar]")
        assert accessibility_findings(page) == []
        link.click()
        page.locator("[data-charts] svg.chart").first.wait_for()
        assert page.locator("[data-chosen] li").count() == 2
        page.go_back()
        assert page.get_by_label(f"Compare {EVIL}", exact=True).is_checked()
        assert wrong == []


def test_addresses_of_two_to_four_runs() -> None:
    assert compare_address(["a b", "a b", "<c>"]) == "compare.html#run=a+b&run=%3Cc%3E"
    assert compare_address(["a", "a"]) == ""
    assert compare_address("abcde") == ""


def test_a_figure_leads_to_the_same_runs_in_other_variants() -> None:
    """Those at the same place of the same sweep, whatever they are called."""

    def figure(variant: str, runs: dict[int, str], paper: str = "p") -> Figure:
        members = [{"run": run, "sweep": "sizes", "axes": {"train_size": size}} for size, run in runs.items()]
        item = {"name": f"f_{variant}", "id": "f", "paper": paper, "variant": variant, "members": members}
        return read_figure({**item, "settings": {"title": "t", "where": "Fig 1"}})

    code, text = figure("as_code", {100: "a", 200: "b"}), figure("as_text", {200: "c", 300: "d"})
    others = [code, text, figure("as_text", {200: "x"}, "another")]
    found = [{"words": "train size 200: as_code and as_text", "href": "compare.html#run=b&run=c"}]
    assert in_other_variants(code, others, {"a", "b", "c", "d", "x"}) == found
    assert in_other_variants(code, others, {"a", "b", "d"}) == []

"""Experiments of our own beside the papers, points of grids without pages, and what a paper leaves open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from grokscope.report.build import build_report

RUN = "mnist-mlp-d12"
GRID = 70


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    build_report(made_up.beyond_the_papers(spec_with_a_run(folder), folder, GRID), folder / "report")
    return folder / "report"


def spec_with_a_run(folder: Path) -> dict[str, Any]:
    spec = made_up.make_spec(folder, "quick", {RUN: ""})
    return spec


def read(report: Path, page: str) -> str:
    return (report / page).read_text(encoding="utf-8")


def part(text: str, begin: str, end: str) -> str:
    """What stands between two pieces of a page."""
    return text.split(begin, 1)[1].split(end, 1)[0]


def test_the_question_names_the_papers_alone(report: Path) -> None:
    front = read(report, "index.html")
    hero = part(front, '<div class="hero front">', "</div>")
    assert "“Deep Grokking” and “Deep Networks Always Grok” hold up?" in hero
    assert "Beyond" not in hero
    assert "None" not in hero
    assert "3 figures from 1 run " in hero
    answer = part(front, '<section class="answer"', "</section>")
    assert "Of 4 statements of the papers, 3 were tested: 1 is supported and 1 is contradicted" in answer
    assert "Beyond the papers: 1 claim of our own was tested: 1 supported." in answer


def test_filter_and_navigation_name_them(report: Path) -> None:
    front = read(report, "index.html")
    assert '<option value="extensions">Beyond the papers</option>' in front
    assert 'data-paper="extensions"' in front
    assert '<a href="extensions.html">Beyond the papers</a>' in part(front, "<nav", "</nav>")
    assert '"page":"extensions.html"' in read(report, "search-index.js")


def test_their_pages_do_not_speak_of_a_paper(report: Path) -> None:
    own = read(report, "extensions.html")
    assert "Experiments of our own, not of a paper" in own
    assert "1 figure drawn." in own
    figure = read(report, "figures/extensions_map.html")
    assert "our experiment, quick scale" in figure
    assert ">Our experiment</h2>" in figure
    for words in ("What the paper shows", "How they differ", "figure of the paper", "extension<", "extension "):
        assert words not in part(figure, "<main", "</main>"), words
    for page in ("extensions.html", "index.html", "claims/extensions_wide.html"):
        text = read(report, page)
        assert "arxiv.org/abs/None" not in text
        assert "None" not in part(text, "<main", "</main>").replace("None is contradicted", "")
    assert "extensions_map" not in read(report, "methods.html")
    assert "Beyond the papers" not in part(read(report, "variants.html"), "<main", "</main>")


def test_points_of_grids_are_ids_without_pages(report: Path) -> None:
    figure = read(report, "figures/extensions_map.html")
    assert f'<a href="../runs/{RUN}.html">{RUN}</a>' in figure
    assert f"<summary>{GRID} runs without a page" in figure
    assert figure.count("<li>mnist-mlp-grid-") == GRID
    claim = read(report, "claims/extensions_wide.html")
    assert "<details><summary>All 210 rows</summary>" in claim
    assert 'class="seed-plot"' not in claim
    assert "mnist-mlp-grid-7-&lt;script&gt;" in claim
    assert "runs/mnist-mlp-grid" not in figure + claim
    assert not list((report / "runs").glob("*grid*"))
    assert f"{GRID} small runs of grids have no page of their own" in read(report, "runs.html")
    assert f"Beside them {GRID} small runs of grids" in read(report, "provenance.html")


def test_few_points_are_not_folded(tmp_path: Path) -> None:
    build_report(made_up.beyond_the_papers(spec_with_a_run(tmp_path), tmp_path, 3), tmp_path / "report")
    figure = read(tmp_path / "report", "figures/extensions_map.html")
    assert figure.count("<li>mnist-mlp-grid-") == 3
    assert "without a page, points" not in figure
    assert 'class="seed-plot"' in read(tmp_path / "report", "claims/extensions_wide.html")


def test_what_a_paper_leaves_open_has_a_section(tmp_path: Path) -> None:
    spec = spec_with_a_run(tmp_path)
    spec["plan"]["figures"][0]["settings"]["unknown"] = f"The layers are not stated {made_up.EVIL}; five are taken."
    spec["plan"]["figures"][1]["settings"]["unknown"] = ""
    build_report(spec, tmp_path / "report")
    first, *others = (read(tmp_path / "report", f"figures/{figure[0]}.html") for figure in made_up.FIGURES)
    assert "What the paper leaves open</h2>\n<p>The layers are not stated &lt;script&gt;" in first
    assert all("leaves open" not in text for text in others)


def test_only_experiments_of_our_own_make_a_report_too(tmp_path: Path) -> None:
    spec = made_up.beyond_the_papers(spec_with_a_run(tmp_path), tmp_path)
    for kind in ("figures", "claims", "untested_claims"):
        spec["plan"][kind] = [item for item in spec["plan"][kind] if item["paper"] == "extensions"]
    spec["papers"] = spec["papers"][-1:]
    spec["plan"]["runs"] = []
    build_report(spec, tmp_path / "report")
    assert "Claims of our own, judged one by one on 1 figure" in read(tmp_path / "report", "index.html")

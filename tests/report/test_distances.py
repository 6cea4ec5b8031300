"""The page, the file and the document of how far the authors' curves lie from ours."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import report_made_up as made_up
from grokscope.files import read_json, write_json
from grokscope.report import distances_table
from grokscope.report.build import build_report
from grokscope.report.distance_rows import distance_csv, distance_rows, what_to_see
from report_made_up.written import DISTANCE
from report_support import RUNS, card, pages

REPOSITORY = made_up.REPOSITORY


def curve(name: str, comparable: bool = False, inside: float | None = 0.5, **more: Any) -> dict[str, Any]:
    differences = [] if comparable else ["model.width 100 instead of 400"]
    known = {"curve": name, "comparable": comparable, "inside_band": inside, "differences": differences}
    return {**DISTANCE, **known, **more}


def figure(name: str, *curves: dict[str, Any]) -> dict[str, Any]:
    paper = next(paper for paper in ("deep_grokking", "always_grok") if name.startswith(paper))
    about = {"name": name, "paper": paper, "variant": "as_code", "where": f"Fig {name[-1]}", "title": name}
    return {**about, "scale": "paper", "distances": list(curves)}


FIGURES = [
    figure("always_grok_fig10", curve("late"), curve("like", comparable=True, inside=0.9)),
    figure("always_grok_fig2", curve("a|b", median_absolute_difference=0.5, unit="neurons")),
    figure(
        "deep_grokking_fig1", curve("also like", comparable=True, inside=None), curve("d", comparable=True, inside=1)
    ),
    {"name": "extensions_map", "scale": "paper"},
]


def test_comparable_curves_come_first_and_figures_in_order() -> None:
    rows = distance_rows(FIGURES)
    assert [(row["figure"], row["curve"]) for row in rows] == [
        ("always_grok_fig10", "like"),
        ("deep_grokking_fig1", "also like"),
        ("deep_grokking_fig1", "d"),
        ("always_grok_fig2", "a|b"),
        ("always_grok_fig10", "late"),
    ]


def test_the_sentence_says_what_can_be_compared() -> None:
    rows = distance_rows(FIGURES)
    assert what_to_see(rows).startswith(
        "3 of 5 published curves were made with the settings of our runs, as far as they are known; over these,"
    )
    assert "one more seed is 95\u202f%, and about" in what_to_see(rows)  # the median of 0.9 and 1
    assert what_to_see(rows[3:]).startswith(
        "None of the 2 published curves below was made with the settings of our runs"
    )
    assert "cannot be said from a single seed" in what_to_see(rows[1:2])


def test_the_file_has_every_digit() -> None:
    rows = list(csv.DictReader(io.StringIO(distance_csv(distance_rows(FIGURES)))))
    assert len(rows) == 5
    assert (rows[0]["comparable"], rows[3]["comparable"]) == ("yes", "no")
    assert (float(rows[0]["median_absolute_difference"]), rows[1]["inside_band"]) == (0.031, "")
    assert rows[3]["differences"] == "model.width 100 instead of 400"


def test_the_page_has_every_curve_and_says_where_settings_differ(tmp_path: Path) -> None:
    spec = made_up.make_spec(tmp_path, "quick", {run: card(tmp_path, run) for run in RUNS})
    first = spec["plan"]["figures"][1]
    facts = read_json(first["json"])
    write_json(Path(first["json"]), {**facts, "distances": [curve("the same settings", comparable=True)]})
    build_report(spec, tmp_path / "report")
    found = pages(tmp_path / "report")
    text = unescape(found["distances.html"])
    body = text.split('<tbody role="rowgroup">')[1]
    assert body.index("the same settings") < body.index('test <script>alert("x")</script>')
    assert "&lt;script&gt;" in found["distances.html"]
    assert text.count('data-label="Settings">differ</td>') == 2
    assert text.count('data-label="Settings">the same, as far as known</td>') == 1
    assert 'data-label="Median difference" data-sort="0.031">3.1 percentage points</td>' in text
    assert text.count('data-label="Inside our band">50\u202f%</td>') == 1
    assert f'<a href="runs/{RUNS[1]}.html">' in text
    assert "1 of 3 published curves was made with the settings of our runs" in text
    differing = text.split('id="settings"')[1]
    assert len(re.findall(r"<td class=\"text\">x</td>", differing)) == 2
    assert (tmp_path / "report" / "distances.csv").read_text().count("\n") == 4
    for page in ("index.html", "methods.html"):
        assert '<a href="distances.html">' in found[page]
    assert '<a href="../distances.html">' in found["figures/deep_grokking_fig1.html"]
    assert '"Distances to the authors"' in (tmp_path / "report" / "search-index.js").read_text()


def test_no_page_where_nothing_was_compared(tmp_path: Path) -> None:
    spec = made_up.make_spec(tmp_path, "quick", {})
    spec["plan"] = {"runs": [], "figures": [], "claims": []}
    build_report(spec, tmp_path / "report")
    assert not (tmp_path / "report" / "distances.html").exists()
    assert "distances.html" not in "".join(pages(tmp_path / "report").values())


# the document


def results(folder: Path, scale: str = "paper") -> Path:
    for one in FIGURES:
        write_json(folder / "figures" / f"{one['name']}.json", {**one, "scale": scale})
    record = {"seeds": [0], "provenance": {"device_name": "Some processor", "git_commit": "0123456789abcdef"}}
    for run in {str(row["run"]) for row in distance_rows(FIGURES)}:
        write_json(folder / "runs" / run / "seeds_0/training.json", record)
    return folder


def test_the_document_says_what_the_saved_numbers_say() -> None:
    """Nobody edits it by hand: `python -m grokscope.report.distances_table` writes it."""
    assert distances_table.saved_block(REPOSITORY) in (REPOSITORY / "docs/distances.md").read_text(encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    made = tmp_path / "repository"
    (made / "docs" / "results").mkdir(parents=True)
    for name in ("distances.md", "results/table.yaml"):
        (made / "docs" / name).write_text((REPOSITORY / "docs" / name).read_text(encoding="utf-8"), encoding="utf-8")
    return made


def test_the_command_writes_numbers_and_document(repository: Path, tmp_path: Path) -> None:
    assert distances_table.main([str(results(tmp_path / "paper"))], repository) == 0
    text = (repository / "docs/distances.md").read_text(encoding="utf-8")
    assert distances_table.NONE_YET not in text
    assert "Trained at commit 0123456789, on Some processor." in text
    assert "| Always Grok Fig 2 | a\\|b | differ | 0.5 neurons | 50\u202f% | 40 | 3 | `mnist-" in text
    assert text.count("| the same, as far as known |") == 3
    assert "- Always Grok Fig 2: model.width 100 instead of 400" in text
    saved = read_json(repository / "docs/results/distances_paper.json")
    assert saved["rows"] == distance_rows(FIGURES)
    assert distances_table.main([], repository) == 0
    assert (repository / "docs/distances.md").read_text(encoding="utf-8") == text
    assert distances_table.main([str(results(tmp_path / "quick", "quick"))], repository) == 0
    both = (repository / "docs/distances.md").read_text(encoding="utf-8")
    assert both.index("## At the papers' settings") < both.index("## At quick scale")


def test_what_cannot_be_written_is_said_in_one_line(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (repository / "docs/distances.md").read_text(encoding="utf-8")
    for folder, words in (
        (results(tmp_path / "smoke", "smoke"), "numbers of smoke scale mean nothing"),
        (tmp_path / "nothing", "no figures/*.json compares with a published curve"),
    ):
        assert distances_table.main([str(folder)], repository) == 2
        message = capsys.readouterr().err
        assert words in message
        assert message.count("\n") == 1
    assert (repository / "docs/distances.md").read_text(encoding="utf-8") == before
    assert list((repository / "docs/results").glob("*.json")) == []

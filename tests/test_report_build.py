"""The whole report from made-up inputs: pages, escaping, banner, no request to anything outside, size."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.iocontainers import Wildcards

import report_made_up as made_up
from grokscope.report import build
from grokscope.report.build import BUDGET_BYTES, build_report, folder_bytes
from grokscope.report.wording import SMOKE_BANNER, file_name

RUNS = (made_up.EVIL_RUN, "mnist-mlp-d12-w400-n5000-init8-wd0.01")
LOADED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data", "use": "href"}


class Resources(HTMLParser):
    """Collects what a page loads, the scripts in it, and its elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.elements: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.loaded += [value or "" for key, value in attributes if LOADED.get(tag) == key]


def card(folder: Path, run: str, scale: str) -> str:
    """A card's page without running a notebook."""
    from markupsafe import escape

    from grokscope.report.card_execute import BEGIN, END

    path = folder / f"{file_name(run)}.html"
    path.write_text(f"<html>{BEGIN}<h1>{escape(run)}</h1>{END}</html>", encoding="utf-8")
    return str(path)


@pytest.fixture(params=["smoke", "quick"])
def report(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    scale: str = request.param
    build_report(made_up.make_spec(tmp_path, scale, {run: card(tmp_path, run, scale) for run in RUNS}), tmp_path / "made" / "report")
    return scale, tmp_path / "made" / "report"


def pages(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}


def test_report(report: tuple[str, Path]) -> None:
    scale, folder = report
    found = pages(folder)
    cards = {f"cards/{file_name(run)}.html" for run in RUNS}
    assert set(found) == {"index.html", "deep_grokking.html", "always_grok.html", "runs.html", "provenance.html"} | cards
    assert folder_bytes(folder) < BUDGET_BYTES / 10
    assert list(folder.parent.iterdir()) == [folder]
    for name, text in found.items():
        resources = Resources(text)
        assert "<script" not in text, name
        assert (SMOKE_BANNER in text) == (scale == "smoke"), name
        for address in resources.loaded:
            assert not re.match(r"(https?:)?//", address), (name, address)
        assert not re.search(r"url\(\s*['\"]?(https?:)?//", text)
        assert {"nav", "main", "title", "h1"} <= set(resources.elements)
    for text in (path.read_text(encoding="utf-8") for path in (folder / "static").iterdir()):
        assert "http" not in text
        assert "@import" not in text


def test_markup_in_the_inputs_shows_as_text(report: tuple[str, Path]) -> None:
    found = pages(report[1])
    for name in ("index.html", "deep_grokking.html", "always_grok.html", "provenance.html"):
        assert "&lt;script&gt;" in found[name], name
        assert "script" not in Resources(found[name]).elements
    assert "mnist-&lt;script&gt;alert(1)&lt;/script&gt;" in found["runs.html"]
    assert f'href="cards/{file_name(made_up.EVIL_RUN)}.html"' in found["runs.html"]


def test_what_the_pages_say(report: tuple[str, Path]) -> None:
    found = pages(report[1])
    for verdict in ("Supported", "Contradicted", "Inconclusive", "Not tested"):
        assert f"</span> {verdict}</span>" in found["index.html"]
    assert "<strong>0.42</strong>" in found["index.html"]
    assert "[0.31, 0.55]" in found["index.html"]
    assert "[−∞, 0.9]" in found["index.html"]
    paper = found["deep_grokking.html"]
    assert "snakemake --cores all deep_grokking_fig1" in paper
    assert 'src="figures/deep_grokking_fig1.svg"' in paper
    assert 'alt="A curve that rises' in paper
    assert "model.width 100 instead of 400" in paper
    assert "The meaning of contradicted" in paper
    assert 'href="https://arxiv.org/abs/2405.19454"' in paper
    assert "1500 (2 of 3)" in found["runs.html"]
    assert "98.0\u202f%" in found["runs.html"]
    assert "Made-up CPU" in found["provenance.html"]


def test_variants_are_named_only_where_there_are_several(tmp_path: Path) -> None:
    spec = made_up.make_spec(tmp_path, "quick", {})
    build_report(spec, tmp_path / "one")
    other = {**spec["plan"]["figures"][0], "name": "deep_grokking_fig1-as_text", "variant": "as_text"}
    spec["plan"]["figures"].append(other)
    build_report(spec, tmp_path / "two")
    assert 'class="tag"' not in pages(tmp_path / "one")["deep_grokking.html"]
    text = pages(tmp_path / "two")["deep_grokking.html"]
    assert '<span class="tag">as_text</span>' in text
    assert text.count('id="claim-deep_grokking_rank_falls"') == 1


def test_a_plan_as_the_workflow_makes_it(tmp_path: Path) -> None:
    """Runs may name a settings file, as the summary writes it, instead of holding their settings."""
    spec = made_up.make_spec(tmp_path, "quick", {RUNS[1]: card(tmp_path, RUNS[1], "quick")})
    run = spec["plan"]["runs"][0]
    whole = {"id": run["id"], "paper": run.pop("paper"), "variant": run.pop("variant"), **run.pop("settings"), "metrics": run.pop("metrics")}
    run["settings_json"] = made_up.write_json(tmp_path / "whole.json", whole)
    build_report(spec, tmp_path / "report")
    assert RUNS[1] in pages(tmp_path / "report")["runs.html"]


def test_an_empty_plan_still_gives_a_report(tmp_path: Path) -> None:
    spec = made_up.make_spec(tmp_path, "quick", {})
    spec["plan"] = {"runs": [], "figures": [], "claims": []}
    build_report(spec, tmp_path / "report")
    assert "No claim was tested" in pages(tmp_path / "report")["index.html"]


def test_a_failure_leaves_the_old_report_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = made_up.make_spec(tmp_path, "quick", {})
    target = tmp_path / "made" / "report"
    build_report(spec, target)
    before = pages(target)
    spec["plan"]["claims"][0]["settings"].pop("where")
    with pytest.raises(KeyError):
        build_report(spec, target)
    assert pages(target) == before
    assert list(target.parent.iterdir()) == [target]


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    spec = made_up.make_spec(tmp_path, "quick", {run: card(tmp_path, run, "quick") for run in RUNS})
    for name in ("one", "two", "two"):
        build_report(spec, tmp_path / name)
    assert pages(tmp_path / "one") == pages(tmp_path / "two")


def test_a_large_report_is_warned_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(build, "BUDGET_BYTES", 1000)
    build_report(made_up.make_spec(tmp_path, "quick", {}), tmp_path / "report")
    assert "more than its budget" in capsys.readouterr().err


def test_no_torch() -> None:
    code = "import sys, grokscope.report.build, grokscope.report.card, grokscope.report.card_execute; sys.exit('torch' in sys.modules)"
    environment = {"PYTHONPATH": str(made_up.REPOSITORY / "src"), "OMP_NUM_THREADS": "1"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


@pytest.mark.parametrize("scale", ["smoke", "quick"])
def test_captions_of_snakemakes_own_report(scale: str) -> None:
    """They render with what Snakemake hands them, whichever wildcards a rule has."""
    import docutils.core
    from jinja2 import Environment, StrictUndefined

    job = SimpleNamespace(wildcards=Wildcards(fromdict={"run": "mnist_x", "figure": "fig_", "claim": "claim_"}), config={"scale": scale})
    files = [made_up.REPOSITORY / "report" / "workflow.rst", *sorted((made_up.REPOSITORY / "report" / "captions").glob("*.rst"))]
    assert {path.stem for path in files} >= {"workflow", "figure", "claim", "table", "card", "report"}
    for path in files:
        text = Environment(undefined=StrictUndefined).from_string(path.read_text(encoding="utf-8")).render(snakemake=job)
        html = docutils.core.publish_parts(text, writer="html5", settings_overrides={"report_level": 1, "halt_level": 2})["body"]
        assert len(html) > 40
        assert path.stem != "workflow" or (SMOKE_BANNER in html) == (scale == "smoke")

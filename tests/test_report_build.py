"""The whole report from made-up inputs: pages, escaping, banner, no request to anything outside, size."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from snakemake.iocontainers import Wildcards

import report_made_up as made_up
from grokscope.report import build
from grokscope.report.build import BUDGET_BYTES, build_report, folder_bytes
from grokscope.report.render import script_json
from grokscope.report.wording import SMOKE_BANNER, file_name

RUNS = (made_up.EVIL_RUN, "mnist-mlp-d12-w400-n5000-init8-wd0.01")
LOADED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data", "use": "href"}


class Resources(HTMLParser):
    """Collects what a page loads, the scripts in it with their content, and its elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.elements: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.inside = tag
        self.loaded += [value or "" for key, value in attributes if LOADED.get(tag) == key]
        if tag == "script":
            self.scripts.append({**dict(attributes), "content": ""})

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts[-1]["content"] = (self.scripts[-1]["content"] or "") + data


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


def expected_pages() -> set[str]:
    whole = {"index.html", "deep_grokking.html", "always_grok.html", "runs.html", "variants.html", "power.html", "methods.html", "provenance.html"}
    runs = {f"{kind}/{file_name(run)}.html" for run in RUNS for kind in ("cards", "runs")}
    return whole | runs | {f"claims/{claim[0]}.html" for claim in made_up.CLAIMS} | {f"figures/{figure[0]}.html" for figure in made_up.FIGURES}


def test_report(report: tuple[str, Path]) -> None:
    scale, folder = report
    found = pages(folder)
    assert set(found) == expected_pages()
    assert folder_bytes(folder) < BUDGET_BYTES[scale] / 10
    assert list(folder.parent.iterdir()) == [folder]
    for name, text in found.items():
        resources = Resources(text)
        assert (SMOKE_BANNER in text) == (scale == "smoke"), name
        for address in resources.loaded:
            assert not re.match(r"(https?:)?//", address), (name, address)
            assert address.startswith("data:") or (folder / name).parent.joinpath(address).is_file(), (name, address)
        assert not re.search(r"url\(\s*['\"]?(https?:)?//", text)
        assert "loading=" not in text
        assert {"nav", "main", "title", "h1"} <= set(resources.elements)
        assert "grokscope 0.1, commit <code>0123456789</code>" in text, name
    for text in (path.read_text(encoding="utf-8") for path in (folder / "static").iterdir()):
        assert "http://" not in text
        assert "https://" not in text
        assert "@import" not in text
        assert "fetch(" not in text


def test_markup_in_the_inputs_shows_as_text(report: tuple[str, Path]) -> None:
    found = pages(report[1])
    assert sum("&lt;script&gt;" in text for text in found.values()) > 10
    for name, text in found.items():
        for script in Resources(text).scripts:
            data = script.get("type") == "application/json"
            assert data or str(script.get("src")).endswith(".js"), name
            assert data or not script["content"], name
    assert "mnist-&lt;script&gt;alert(1)&lt;/script&gt;" in found["runs.html"]
    assert f'href="runs/{file_name(made_up.EVIL_RUN)}.html"' in found["runs.html"]
    index = (report[1] / "search-index.js").read_text(encoding="utf-8")
    assert made_up.EVIL_RUN in [entry["title"] for entry in json.loads(index.removeprefix("window.grokscopeIndex = ").rstrip(";\n"))]


def test_data_in_a_page_can_not_end_its_script() -> None:
    text = script_json({"a": "</script><!--<script>&\u2028", "b": [1.5, None]})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"a": "</script><!--<script>&\u2028", "b": [1.5, None]}
    with pytest.raises(ValueError, match="JSON"):
        script_json(float("nan"))


def test_front_page(report: tuple[str, Path]) -> None:
    front = pages(report[1])["index.html"]
    for verdict in ("Supported", "Contradicted", "Inconclusive", "Not tested"):
        assert f"</span> {verdict}</span>" in front
    assert "<strong>0.42</strong>" in front
    assert "[0.31, 0.55]" in front
    assert "[−∞, 0.9]" in front
    assert front.count('class="strip-title"') == len(made_up.FIGURES)
    assert 'data-verdict="not_tested"' in front


def test_claim_pages(report: tuple[str, Path]) -> None:
    folder = report[1]
    found = pages(folder)
    contradicted = found["claims/deep_grokking_rank_falls.html"]
    assert "The meaning of contradicted" in contradicted
    assert "Because &lt;script&gt;" in contradicted
    assert 'src="../figures/deep_grokking_fig1.svg"' in contradicted
    assert contradicted.count('<circle class="dot"') == 5  # two seeds of each of two groups, and the effect
    assert contradicted.count('<path class="later"') == 2
    assert contradicted.count('<line class="whisker"') == 2
    assert "≥ 4.3" in contradicted
    assert "<td class=\"number\">2 to 3</td>" in contradicted
    assert "1 of 2 other thresholds" in contradicted
    assert re.search(r"Seeds needed for a clear verdict</dt><dd>7; the verdict to expect is supported<", contradicted)
    assert re.search(r"Share</dt><dd>0.8<", contradicted)
    untested = found["claims/always_grok_untested.html"]
    assert "No experiment of this project tests it." in untested
    assert "Seeds one by one" not in untested
    verdict = json.loads((folder / "claims/deep_grokking_rank_falls.json").read_text(encoding="utf-8"))
    assert verdict["verdict_corrected"] == "contradicted"
    seeds = pd.read_csv(folder / "claims/deep_grokking_rank_falls.csv")
    assert list(seeds["seed"]) == made_up.SEEDS * 2
    assert seeds["note"][0] == f"a note {made_up.EVIL}"
    assert not (folder / "claims/always_grok_untested.csv").exists()


def test_figure_pages(report: tuple[str, Path]) -> None:
    folder = report[1]
    text = pages(folder)["figures/deep_grokking_fig1.html"]
    assert "snakemake --cores all deep_grokking_fig1" in text
    assert 'alt="A curve that rises' in text
    assert "model.width 100 instead of 400" in text
    assert "Ours is 3.1 points off" in text
    assert "3.1 percentage points" in text
    assert "35\u202f% of steps" in text
    assert "peak of complexity: 4000 / 5200 (0.11 decades later)" in text
    assert "start of migration: " not in text
    assert "1500 (2 of 3)" in text
    assert "Never seen: rank collapse." in text
    assert re.search(r'<td class="number">9\d\.\d\u202f% \(9\d\.\d to 9\d\.\d\)</td>', text)
    accuracy = pd.read_csv(folder / "figures/deep_grokking_fig1.accuracy.csv")
    assert set(accuracy["run"]) == set(RUNS)
    assert "deep_grokking_fig1.rank.csv" in text
    assert not list((folder / "figures").glob("*spectra*"))


def test_other_pages(report: tuple[str, Path]) -> None:
    found = pages(report[1])
    assert 'href="https://arxiv.org/abs/2405.19454"' in found["deep_grokking.html"]
    assert "98.0\u202f%" in found["runs.html"]
    assert "Made-up CPU" in found["provenance.html"]
    variants = found["variants.html"]
    assert "<td>adam</td>" in variants
    assert "<td>adamw</td>" in variants
    assert variants.count('<span class="absent">not run</span>') == 3
    assert found["power.html"].count('<td class="number">7</td>') == 3
    assert "Drawn again &lt;script&gt;" in found["power.html"]
    methods = found["methods.html"]
    for words in ("At quick scale", "Holm", "gradient", "<code>collapsed</code>", "model.width 100 instead of 400"):
        assert words in methods


def test_run_pages(report: tuple[str, Path]) -> None:
    text = pages(report[1])[f"runs/{file_name(made_up.EVIL_RUN)}.html"]
    data = next(json.loads(script["content"] or "") for script in Resources(text).scripts if script.get("type") == "application/json")
    assert data["seeds"] == made_up.SEEDS
    known = {"accuracy", "loss", "rank_relative_1e-3", "weight_norm", "probes_ridge", "complexity_0.05", "adversarial_none"}
    assert {panel["id"] for panel in data["panels"]} >= known
    assert [event["letter"] for event in data["events"]] == ["A", "B"]
    assert data["events"][1]["steps"] == [None, 1500.0, 1500.0]
    assert len(data["spectra"]["values"]) == len(data["spectra"]["steps"]) == len(made_up.STEPS)
    assert data["complexity"]["layers"] == [1, 2, 3, 4]
    assert "No seed shows: rank collapse." in text


def test_variants_are_named_only_where_there_are_several(tmp_path: Path) -> None:
    spec = made_up.make_spec(tmp_path, "quick", {})
    build_report(spec, tmp_path / "one")
    other = {**spec["plan"]["figures"][0], "name": "deep_grokking_fig1-as_text", "variant": "as_text"}
    spec["plan"]["figures"].append(other)
    build_report(spec, tmp_path / "two")
    assert 'class="tag"' not in pages(tmp_path / "one")["deep_grokking.html"]
    text = pages(tmp_path / "two")["deep_grokking.html"]
    assert '<span class="tag">as_text</span>' in text
    assert text.count('href="claims/deep_grokking_rank_falls.html"') == 1


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
    monkeypatch.setattr(build, "BUDGET_BYTES", {"quick": 1000})
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

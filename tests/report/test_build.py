"""The whole report from made-up inputs: pages, escaping, banner, no request to anything outside, size."""

from __future__ import annotations

import base64
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.iocontainers import Wildcards

import report_made_up as made_up
from grokscope.report import build
from grokscope.report.budget import BUDGET_BYTES
from grokscope.report.build import build_report, folder_bytes
from grokscope.report.pages import cards
from grokscope.report.render import packed_json
from grokscope.report.summary_page import SUMMARY
from grokscope.report.wording import SMOKE_BANNER, file_name
from report_support import RUNS, Resources, card, pages


@pytest.fixture(params=["smoke", "quick"])
def report(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    scale: str = request.param
    build_report(
        made_up.make_spec(tmp_path, scale, {run: card(tmp_path, run) for run in RUNS}), tmp_path / "made" / "report"
    )
    return scale, tmp_path / "made" / "report"


def expected_pages() -> set[str]:
    whole = {
        "index.html",
        "deep_grokking.html",
        "always_grok.html",
        "runs.html",
        "variants.html",
        "power.html",
        "rank-definitions.html",
        "attacks.html",
        "compare.html",
        "distances.html",
    }
    whole |= {"methods.html", "provenance.html", SUMMARY}
    runs = {f"{kind}/{file_name(run)}.html" for run in RUNS for kind in ("cards", "runs")}
    return (
        whole
        | runs
        | {f"claims/{claim[0]}.html" for claim in made_up.CLAIMS}
        | {f"sheets/{claim[0]}.html" for claim in made_up.CLAIMS if claim[3] is not None}
        | {f"figures/{figure[0]}.html" for figure in made_up.FIGURES}
    )


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
        assert {"main", "title", "h1"} <= set(resources.elements)
        assert ("nav" in resources.elements) == (name != SUMMARY)  # it is sent alone
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
            data = script.get("type") == "application/octet-stream"
            assert data or str(script.get("src")).endswith(".js"), name
            assert data or not script["content"], name
    assert "mnist-&lt;script&gt;alert(1)&lt;/script&gt;" in found["runs.html"]
    assert f'href="runs/{file_name(made_up.EVIL_RUN)}.html"' in found["runs.html"]
    index = (report[1] / "search-index.js").read_text(encoding="utf-8")
    assert made_up.EVIL_RUN in [
        entry["title"] for entry in json.loads(index.removeprefix("window.grokscopeIndex = ").rstrip(";\n"))
    ]


def test_data_in_a_page_can_not_end_its_script() -> None:
    value = {"a": "</script><!--<script>&\u2028", "b": [1.5, None]}
    text = packed_json(value)
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", text)
    assert json.loads(gzip.decompress(base64.b64decode(text))) == value
    with pytest.raises(ValueError, match="JSON"):
        packed_json(float("nan"))


def test_a_plan_as_the_workflow_makes_it(tmp_path: Path) -> None:
    """Runs may name a settings file, as the summary writes it, instead of holding their settings."""
    spec = made_up.make_spec(tmp_path, "quick", {RUNS[1]: card(tmp_path, RUNS[1])})
    run = spec["plan"]["runs"][0]
    whole = {
        "id": run["id"],
        "paper": run.pop("paper"),
        "variant": run.pop("variant"),
        **run.pop("settings"),
        "metrics": run.pop("metrics"),
    }
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
    spec = made_up.make_spec(tmp_path, "quick", {run: card(tmp_path, run) for run in RUNS})
    for name in ("one", "two", "two"):
        build_report(spec, tmp_path / name)
    assert pages(tmp_path / "one") == pages(tmp_path / "two")


def test_a_large_report_is_warned_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "BUDGET_BYTES", {"quick": 1000})
    build_report(made_up.make_spec(tmp_path, "quick", {}), tmp_path / "report")
    assert "more than its budget" in capsys.readouterr().err


def test_cards_leave_pictures_out_where_they_would_fill_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plots = (
        '<div class="plots"><figure><img src="data:x"><figcaption>Rank &amp;'
        " layer.</figcaption></figure></div><p>after</p>"
    )
    spec = made_up.make_spec(tmp_path, "quick", {run: card(tmp_path, run, plots) for run in RUNS})
    build_report(spec, tmp_path / "small")
    monkeypatch.setattr(cards, "BUDGET_BYTES", {"quick": 400})
    build_report(spec, tmp_path / "large")
    name = f"cards/{file_name(RUNS[1])}.html"
    small, large = pages(tmp_path / "small")[name], pages(tmp_path / "large")[name]
    assert plots in small
    assert "data:x" not in large
    assert "<li>Rank &amp; layer.</li></ul><p>after</p>" in large
    assert f"{RUNS[1]}.html</code>" in large


def test_no_torch() -> None:
    code = (
        "import sys, grokscope.report.build, grokscope.report.card, grokscope.report.card_execute; sys.exit('torch' in"
        " sys.modules)"
    )
    environment = {"PYTHONPATH": str(made_up.REPOSITORY / "src"), "OMP_NUM_THREADS": "1"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


# the wildcards of the jobs whose outputs carry a caption; one job judges all claims of a paper and has none
WILDCARDS_OF_CAPTIONS = {
    "card": {"run": "mnist_x"},
    "figure": {"figure": "fig_"},
    "claim": {},
    "report": {},
    "workflow": {},
}


@pytest.mark.parametrize("scale", ["smoke", "quick"])
@pytest.mark.parametrize("caption", WILDCARDS_OF_CAPTIONS)
def test_captions_of_snakemakes_own_report(caption: str, scale: str) -> None:
    """They render with what Snakemake hands them; tests/workflow/test_captions.py has Snakemake do it for every
    result.
    """
    import docutils.core
    from jinja2 import Environment, StrictUndefined

    folder = made_up.REPOSITORY / "report"
    assert {path.stem for path in (folder / "captions").iterdir()} == set(WILDCARDS_OF_CAPTIONS) - {"workflow"}
    path = folder / "workflow.rst" if caption == "workflow" else folder / "captions" / f"{caption}.rst"
    job = SimpleNamespace(wildcards=Wildcards(fromdict=WILDCARDS_OF_CAPTIONS[caption]), config={"scale": scale})
    text = Environment(undefined=StrictUndefined).from_string(path.read_text(encoding="utf-8")).render(snakemake=job)
    html = docutils.core.publish_parts(text, writer="html5", settings_overrides={"report_level": 1, "halt_level": 2})[
        "body"
    ]
    assert len(html) > 40
    assert caption != "workflow" or (SMOKE_BANNER in html) == (scale == "smoke")

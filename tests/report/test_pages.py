"""What each kind of page says, from made-up inputs."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.colors import to_hex

import report_made_up as made_up
from grokscope.figures.parts.style import ordered_colours
from grokscope.report.build import build_report
from grokscope.report.run_curves import thinned
from grokscope.report.run_layers import MOST_CHECKPOINTS
from grokscope.report.seed_dates import SeedDate, over_seeds
from grokscope.report.wording import file_name
from report_support import RUNS, card, explored, pages


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    build_report(made_up.make_spec(folder, "quick", {run: card(folder, run) for run in RUNS}), folder / "report")
    return folder / "report"


def test_front_page(report: Path) -> None:
    front = pages(report)["index.html"]
    for verdict in ("Supported", "Contradicted", "Inconclusive", "Not tested"):
        assert f"</span> {verdict}</span>" in front
    assert "<strong>0.42</strong>" in front
    assert "[0.31, 0.55]" in front
    assert "[−∞, 0.9]" in front
    assert front.count('class="strip-title"') == len(made_up.FIGURES)
    assert 'data-verdict="not_tested"' in front


def test_claim_pages(report: Path) -> None:
    folder = report
    found = pages(folder)
    contradicted = found["claims/deep_grokking_rank_falls.html"]
    assert "The meaning of contradicted" in contradicted
    assert "Because &lt;script&gt;" in contradicted
    assert 'src="../figures/deep_grokking_fig1.png"' in contradicted
    assert contradicted.count('<circle class="dot"') == 5  # two seeds of each of two groups, and the effect
    assert contradicted.count('<path class="later"') == 2
    assert contradicted.count('<line class="whisker"') == 2
    assert '<td class="number" data-sort="4.3">later than 4.3 (step 19\u202f952)</td>' in contradicted
    assert '<td class="number">2 to 3</td>' in contradicted
    assert "2 of 4 other readings" in contradicted
    assert "Needs</dt><dd>a rise &lt;script&gt;" in contradicted
    assert "there in 2 of 3 seeds" in contradicted
    assert "Trained in " in contradicted
    assert re.search(
        r"Seeds needed for a clear verdict</dt><dd>7; the verdict to expect is supported, in 84\.0\u202f% \[80",
        contradicted,
    )
    assert "<dt>Share</dt>" not in contradicted, "the effect says it"
    untested = found["claims/always_grok_untested.html"]
    assert "No experiment of this project tests it." in untested
    assert "Seeds one by one" not in untested
    verdict = json.loads((folder / "claims/deep_grokking_rank_falls.json").read_text(encoding="utf-8"))
    assert verdict["verdict"] == "contradicted"
    seeds = pd.read_csv(folder / "claims/deep_grokking_rank_falls.csv")
    assert list(seeds["seed"]) == made_up.SEEDS * 2
    assert seeds["note"][0] == f"a note {made_up.EVIL}"
    assert not (folder / "claims/always_grok_untested.csv").exists()


def test_figure_pages(report: Path) -> None:
    folder = report
    text = re.sub(r'<a class="term"[^>]*>(.*?)</a>', r"\1", pages(folder)["figures/deep_grokking_fig1.html"])
    assert "snakemake --cores all deep_grokking_fig1" in text
    assert 'alt="A curve that rises' in text
    assert "width: 100 instead of 400" in text
    assert "Ours is 3.1 points off" in text
    assert "3.1 percentage points" in text
    assert "35\u202f% of steps" in text
    assert "peak of complexity: 4000 / 5200 (0.11 decades later)" in text
    assert "start of migration: " not in text
    assert "1500 (2 of 3; 1 still rising at the end)" in text
    assert "Never seen: rank collapse." in text
    assert re.search(r'<td class="number">9\d\.\d\u202f% \(9\d\.\d to 9\d\.\d\)</td>', text)
    for run in RUNS:
        assert f'href="../runs/{file_name(run)}.zip" download' in text
        assert (folder / f"runs/{file_name(run)}.zip").is_file()


def test_other_pages(report: Path) -> None:
    found = pages(report)
    assert 'href="https://arxiv.org/abs/2405.19454"' in found["deep_grokking.html"]
    assert "2 statements of the paper: 1 supported and 1 contradicted." in found["deep_grokking.html"]
    assert "98.0\u202f%" in found["runs.html"]
    assert "Made-up CPU" in found["provenance.html"]
    variants = found["variants.html"]
    assert "<td>adam</td>" in variants
    assert "<td>adamw</td>" in variants
    assert "Only as_code was run, so there is nothing to compare." in variants
    assert found["power.html"].count('data-label="Seeds needed">7</td>') == 3
    assert "Drawn again &lt;script&gt;" in found["power.html"]
    definitions = found["rank-definitions.html"]
    assert "1 of 1 claims about rank get another verdict" in definitions
    assert 'columnheader">effective rank</th><th scope="col" role="columnheader">stable rank</th>' in definitions
    assert definitions.count("Contradicted") == 2
    methods = found["methods.html"]
    for words in ("At quick scale", "Holm", "gradient", "<code>collapsed</code>", "width: 100 instead of 400"):
        assert words in methods


def test_run_pages(report: Path) -> None:
    path = f"runs/{file_name(made_up.EVIL_RUN)}.html"
    text = pages(report)[path]
    data = explored(report / path)
    assert data["seeds"] == made_up.SEEDS
    known = {
        "accuracy",
        "loss",
        "rank_relative_1e-3",
        "weight_norm",
        "probes_ridge",
        "complexity_0.05",
        "adversarial_none",
    }
    assert {panel["id"] for panel in data["panels"]} >= known
    assert [event["letter"] for event in data["events"]] == ["A", "B"]
    assert data["events"][1]["steps"] == [None, 1500.0, 1500.0]
    steps = data["spectra"]["steps"]
    assert steps == thinned(made_up.STEPS, MOST_CHECKPOINTS)
    assert len(data["spectra"]["values"]) == len(steps)
    assert data["complexity"]["layers"] == [1, 2, 3, 4]
    assert "No seed shows: rank collapse." in text
    assert text.count('<td class="number">still rising at the end</td>') == 1 + len(made_up.SEEDS)
    assert "<small>1350 to 1650</small>" in text
    assert '<td class="number">40.0\u202f%</td>' in text  # sharpness


def test_events_over_seeds_say_how_many_are_under_way() -> None:
    seen = SeedDate(1500.0, 20000, "seen", 1400.0, 1600.0, 0.4, True)
    rising, unseen = (SeedDate(math.nan, 20000, state, *[math.nan] * 3, False) for state in ("under way", "not seen"))
    assert over_seeds("onset", [seen, seen]) == "1500"
    assert over_seeds("onset", [seen, unseen]) == "1500 (1 of 2)"
    assert over_seeds("onset", [seen, rising, unseen]) == "1500 (1 of 3; 1 still rising at the end)"
    assert over_seeds("onset", [rising, rising]) == "still rising at the end"
    assert over_seeds("rank_collapse", [rising, unseen]) == "still falling at the end (1 of 2)"
    assert over_seeds("onset", [unseen]) == "never"


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


def test_verdicts_that_hang_on_the_variant_are_marked(tmp_path: Path) -> None:
    spec = made_up.in_second_variant(made_up.make_spec(tmp_path, "quick", {}), tmp_path)
    first = spec["plan"]["claims"][0]
    build_report(spec, tmp_path / "report")
    variants = pages(tmp_path / "report")["variants.html"]
    assert "1 of 2 claims has a different verdict in another variant." in variants
    assert variants.count('<tr class="differ">') == 1
    assert variants.count('<span class="absent">not run</span>') == 1
    assert "In other variants: " in pages(tmp_path / "report")[f"claims/{first['name']}.html"]


def test_lines_have_the_colours_of_the_figures(report: Path) -> None:
    """Layers the shades of the usual map; split and all layers a name that the style sheet gives a colour to."""
    panels = {panel["id"]: panel for panel in explored(report / f"runs/{file_name(RUNS[1])}.html")["panels"]}
    shades = [to_hex(colour) for colour in ordered_colours(made_up.LAYERS)]
    assert [one["colour"] for one in panels["weight_norm"]["series"]] == ["all", *shades]
    assert [one["colour"] for one in panels["probes_ridge"]["series"]] == shades
    assert [one["colour"] for one in panels["accuracy"]["series"]] == ["train", "test"]

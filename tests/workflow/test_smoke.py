"""Everything at smoke scale, built once by the real workflow from real data: what is there afterwards, file by file."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from browser import WIDTHS, Visit, visit_all
from grokscope.analysis.summary import EVENTS_SCHEMA
from grokscope.metrics.tables import SCHEMAS, key_columns_of, read_table
from grokscope.report.wording import SMOKE_BANNER
from grokscope.training.checkpoints import CheckpointStore
from report_support import links_to_nowhere, pages
from workflow_support import PLAN, RUNS, Workplace

pytestmark = pytest.mark.slow

SEEDS = [0, 1]
VERDICTS = {"supported", "contradicted", "not seen", "inconclusive", "not tested"}


@pytest.fixture(scope="module")
def results(smoke: Workplace) -> Path:
    return smoke.folder / "results" / "smoke"


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def test_the_published_figures_of_both_papers_are_there(results: Path) -> None:
    assert {path.stem for path in (results / "figures").glob("*.svg")} == set(PLAN.selected_figures)
    assert {
        "deep_grokking_fig1",
        "deep_grokking_fig2",
        "always_grok_fig2",
        "always_grok_fig6_left",
        "always_grok_fig10",
    } <= set(PLAN.selected_figures)


@pytest.mark.parametrize("figure", PLAN.selected_figures)
def test_figure(results: Path, figure: str) -> None:
    start = results / "figures" / figure
    assert start.with_suffix(".svg").read_text().rstrip().endswith("</svg>")
    assert start.with_suffix(".png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    description = read(start.with_suffix(".json"))
    assert description["title"]
    assert len(description["alt"]) > 40
    assert description["seed_list"] == SEEDS
    assert set(description["runs"]) == set(PLAN.figures[figure].runs())


@pytest.mark.parametrize("claim", PLAN.claims)
def test_verdict_of_smoke_scale_is_marked_as_meaningless(results: Path, claim: str) -> None:
    verdict = read(results / "claims" / f"{claim}.json")
    assert verdict["verdict"] in VERDICTS
    assert verdict["meaningful"] is False
    assert verdict["why"]


def test_headline_claims_are_judged() -> None:
    assert {
        "deep_grokking_deeper_generalises_later",
        "deep_grokking_rank_falls_with_generalisation",
        "always_grok_robustness_is_delayed",
        "always_grok_migration_before_generalisation",
    } <= set(PLAN.claims)


@pytest.mark.parametrize("run", RUNS)
def test_tables_of_a_run_hold_every_seed_at_every_step(results: Path, run: str) -> None:
    training = read(results / "runs" / run / "seeds_0-1" / "training.json")
    for name in sorted(PLAN.metrics_needed()[run]):
        settings = PLAN.runs[run].metrics[name]
        metric = settings.metric
        table = read_table(results / "runs" / run / "tables" / f"{name}.parquet", metric)
        assert list(table.columns) == SCHEMAS[metric].names, name
        assert set(table["run"]) == {run}
        steps, every = set(table["step"]), set(training["checkpoint_steps"])
        if getattr(settings, "rows", "all") == "last":
            every = {max(every)}
        assert steps == every or (settings.at_most and len(steps) <= settings.at_most and steps < every), name
        # every seed has the rows that every other seed has
        others = [column for column in key_columns_of(metric) if column not in ("run", "seed")]
        keys = [set(map(tuple, part[others].to_numpy().tolist())) for _, part in table.groupby("seed")]
        assert list(table["seed"].unique()) == SEEDS
        assert keys[0] == keys[1]
        # the seeds are different networks
        measured = table.drop(
            columns=[column for column in [*key_columns_of(metric), "points"] if column in table]
        ).map(str)
        assert measured[table["seed"] == 0].to_numpy().tolist() != measured[table["seed"] == 1].to_numpy().tolist(), (
            metric
        )


@pytest.mark.parametrize("run", RUNS)
def test_derived_tables_and_card_of_a_run(results: Path, run: str) -> None:
    folder = results / "runs" / run
    events = pd.read_parquet(folder / "tables" / "events.parquet")
    assert list(events.columns) == EVENTS_SCHEMA.names
    assert set(events["seed"]) == set(SEEDS)
    if "spectra" in PLAN.runs[run].metrics.names():
        assert set(read_table(folder / "tables" / "rank.parquet", "rank")["seed"]) == set(SEEDS)
    assert "Smoke scale" in (folder / "card.html").read_text()
    cells = [cell for cell in read(folder / "card.ipynb")["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert all(cell["execution_count"] for cell in cells), "the card was not executed to its end"


@pytest.mark.parametrize("run", RUNS)
def test_settings_and_provenance_of_a_run(results: Path, smoke: Workplace, run: str) -> None:
    settings = read(results / "runs" / run / "settings.json")
    assert settings["id"] == run
    assert settings["training"] == PLAN.runs[run].settings.training.model_dump(mode="json")
    training = read(results / "runs" / run / "seeds_0-1" / "training.json")
    assert training["seeds"] == SEEDS
    assert training["finite"] == [True, True]
    assert training["settings"] == PLAN.runs[run].settings.model_dump(mode="json")
    assert {"git_commit", "torch", "numpy", "python", "cpu", "platform", "threads", "grokscope"} <= set(
        training["provenance"]
    )
    assert training["wall_seconds"] > 0
    kept = CheckpointStore(smoke.folder / "results" / "checkpoints" / "smoke" / run / "seeds_0-1").steps()
    assert kept == training["checkpoint_steps"]


def test_record_of_the_data(smoke: Workplace) -> None:
    record = read(smoke.folder / "results" / "data" / "mnist.json")
    assert Path(record["path"]).is_file()
    assert set(record["content_sha256"]) == {"train_images", "train_labels", "test_images", "test_labels"}
    assert record["source"] == "package"


@pytest.fixture(scope="module")
def visits(results: Path) -> list[Visit]:
    """What axe-core finds is asked of the made-up report, which has every kind of page."""
    return visit_all(results / "report", axe=False)


@pytest.mark.browser
def test_report_in_a_browser(visits: list[Visit]) -> None:
    pages = {visit.page for visit in visits}
    assert {"index.html", "deep_grokking.html", "always_grok.html", "runs.html", "provenance.html"} <= pages
    assert {page for page in pages if page.startswith("cards/")} == {f"cards/{run}.html" for run in RUNS}
    assert len(visits) == len(pages) * len(WIDTHS)
    assert [(visit.page, visit.errors) for visit in visits if visit.errors] == []
    assert [url for visit in visits for url in visit.requests if not url.startswith(("file:", "data:"))] == []
    assert [(visit.page, visit.dead_links) for visit in visits if visit.dead_links] == []
    assert [visit.page for visit in visits if "Smoke scale" not in visit.contents["text"]] == []


def test_every_page_of_the_report_says_what_it_is_and_its_links_lead_somewhere(results: Path, smoke: Workplace) -> None:
    for name, text in pages(results / "report").items():
        assert f'"{smoke.folder}' not in text, name
        assert SMOKE_BANNER in text, name
    assert links_to_nowhere(results / "report") == []


def test_a_second_call_has_nothing_to_do(smoke: Workplace) -> None:
    before = smoke.files()
    assert "Nothing to be done" in smoke.make().text
    assert smoke.files() == before


def test_snakemakes_own_report(smoke: Workplace, tmp_path: Path) -> None:
    smoke.make("--report", str(tmp_path / "report.zip"))
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        names = archive.namelist()
        page = archive.read(next(name for name in names if name.endswith("/report.html"))).decode()
    for category in ("Figures", "Verdicts", "Run cards", "Report"):
        assert f'"{category}"' in page, category
    for figure in PLAN.selected_figures:
        assert f'"results/smoke/figures/{figure}.svg"' in page, figure
        assert sum(Path(name).name == f"{figure}.svg" for name in names) >= 1, figure
    assert "Smoke scale: these numbers mean nothing" in page

"""Figures and verdicts made from an archive are those made from the results that were packed into it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grokscope.archive.format import INDEX
from workflow_support import PLAN, REPOSITORY, Workplace

pytestmark = pytest.mark.slow

FIGURES = ["always_grok_fig10", "deep_grokking_fig1"]
"""One with local complexity, one with ranks from spectra."""


@pytest.fixture(scope="module")
def archive(smoke: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that the smoke run measured, published."""
    target = tmp_path_factory.mktemp("published") / "smoke"
    smoke.make("publish", publish_to=target)
    return target


@pytest.fixture(scope="module")
def drawn(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """Figures and claims made from the archive in a folder that has neither results nor data."""
    workplace = Workplace(tmp_path_factory.mktemp("drawn"))
    empty = tmp_path_factory.mktemp("no data")
    outcome = workplace.make(
        *FIGURES, "claims", results_from=archive, missing="leave_out", data=f"{{source: folder, folder: {empty}}}",
        environment={"GROKSCOPE_DATA": str(empty)},
    )  # fmt: skip
    assert "seeds missing" not in outcome.text
    return workplace


def test_nothing_is_trained_measured_or_got(archive: Path, tmp_path: Path) -> None:
    rules = {job.rule for job in Workplace(tmp_path).plan(results_from=archive)}
    assert rules & {"training", "metric"} == set()


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("ending", ["svg", "json"])
def test_figures_are_equal_to_the_byte(smoke: Workplace, drawn: Workplace, figure: str, ending: str) -> None:
    name = f"results/smoke/figures/{figure}.{ending}"
    assert (drawn.folder / name).read_bytes() == (smoke.folder / name).read_bytes()


def test_verdicts_are_equal_to_the_byte(smoke: Workplace, drawn: Workplace) -> None:
    found = {path.name: path.read_bytes() for path in (drawn.folder / "results/smoke/claims").glob("*.json")}
    assert len(found) == len(PLAN.claims)
    assert found == {name: (smoke.folder / "results/smoke/claims" / name).read_bytes() for name in found}


def test_seeds_that_are_missing_are_listed_and_left_out(archive: Path, tmp_path: Path) -> None:
    outcome = Workplace(tmp_path).call(
        "--dry-run", FIGURES[0], results_from=archive, missing="leave_out", seeds="[0,1,7]"
    )
    assert outcome.code == 0, outcome.text
    lines = [line.split() for line in outcome.errors.splitlines() if line.startswith(FIGURES[0])]
    assert lines
    assert all(line[-3:] == ["0-1", "7", "all"] for line in lines)
    assert {job.rule for job in outcome.jobs()} & {"training", "metric"} == set()


def test_missing_seeds_alone_are_trained(archive: Path, tmp_path: Path) -> None:
    jobs = Workplace(tmp_path).plan(FIGURES[0], results_from=archive, seeds="[0,1,7]")
    trained = {job.wildcards["block"] for job in jobs if job.rule == "training"}
    assert trained == {"seeds_7"}


def test_a_figure_without_any_seed_is_refused(archive: Path, tmp_path: Path) -> None:
    outcome = Workplace(tmp_path).call("--dry-run", FIGURES[0], results_from=archive, missing="leave_out", seeds="[7]")
    assert outcome.code != 0
    [line] = [line for line in outcome.text.splitlines() if line.startswith("error: ")]
    assert FIGURES[0] in line


def test_an_archive_of_another_scale_is_refused_before_anything_starts(archive: Path, tmp_path: Path) -> None:
    outcome = Workplace(tmp_path).call("--dry-run", results_from=archive, scale="quick")
    assert outcome.code != 0
    assert "results_from" in outcome.text
    assert "scale smoke" in outcome.text


def test_a_damaged_archive_is_refused_before_anything_starts(archive: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    shutil.copytree(archive, bad)
    table = next(bad.glob("runs/*/*/accuracy.parquet"))
    table.write_bytes(table.read_bytes()[:-10])
    outcome = Workplace(tmp_path / "work").call("--dry-run", results_from=bad)
    assert outcome.code != 0
    [line] = [line for line in outcome.text.splitlines() if line.startswith("error: ")]
    assert "accuracy.parquet" in line


def test_publishing_again_changes_nothing(smoke: Workplace, archive: Path) -> None:
    before = json.loads((archive / INDEX).read_text())
    smoke.make("publish", publish_to=archive)
    assert json.loads((archive / INDEX).read_text()) == before


def test_two_halves_merge_into_the_whole(archive: Path, smoke: Workplace, tmp_path: Path) -> None:
    for figure in FIGURES:
        smoke.make("publish", publish_to=tmp_path / figure, figures=f"[{figure}]")
    sources = f"[{','.join(str(tmp_path / figure) for figure in FIGURES)}]"
    smoke.make("merge", archives=sources, publish_to=tmp_path / "merged")
    found = json.loads((tmp_path / "merged" / INDEX).read_text())
    whole = json.loads((archive / INDEX).read_text())
    assert set(found["blocks"]) <= set(whole["blocks"])
    assert len(found["blocks"]) >= len(FIGURES)


def test_a_figure_of_a_grid_comes_from_the_archive_though_not_all_is_measured(tmp_path: Path) -> None:
    """Runs of grids are measured only as their figures need it; these tables are enough."""
    made = Workplace(tmp_path / "made")
    made.make("extensions_phase_map", figures="[extensions_phase_map]")
    made.make("publish", figures="[extensions_phase_map]", publish_to=tmp_path / "archive")
    jobs = Workplace(tmp_path / "drawn").plan(
        "extensions_phase_map", figures="[extensions_phase_map]", results_from=tmp_path / "archive"
    )
    assert {job.rule for job in jobs} <= {"extensions_phase_map", "figure"}


def test_a_training_that_has_begun_does_not_stop_what_is_drawn_with_the_seeds_that_are_there(
    archive: Path, tmp_path: Path
) -> None:
    run = PLAN.figures[FIGURES[0]].runs()[0]
    (tmp_path / "results/smoke/runs" / run / "seeds_7/metrics").mkdir(parents=True)
    jobs = Workplace(tmp_path).plan(results_from=archive, missing="leave_out", seeds="[0,1,7]")
    assert {job.rule for job in jobs} & {"training", "metric"} == set()


def test_nothing_is_trained_by_force_where_it_is_left_out(smoke: Workplace) -> None:
    outcome = smoke.call("--dry-run", "--forceall", missing="leave_out")
    assert outcome.code != 0
    assert "while missing is leave_out" in outcome.text


def test_a_published_seed_is_trained_again_and_compared(archive: Path, tmp_path: Path) -> None:
    block = next(path for path in sorted(archive.glob("runs/*/*")) if "cnn" not in str(path))
    done = subprocess.run(
        [sys.executable, "-m", "grokscope.verify", str(archive), "--run", block.parent.name, "--seed", "0"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The seed agrees with the archive" in done.stdout
    [verdicts] = [line for line in done.stdout.splitlines() if "verdicts that rest on this seed stay" in line]
    assert not verdicts.startswith("0 of 0")

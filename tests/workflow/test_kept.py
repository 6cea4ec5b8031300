"""Finished work is kept: whatever is copied, moved, unpacked, touched or deleted where docs allow it, nothing is
planned and nothing is lost.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from workflow_support import PLAN, Workplace

pytestmark = pytest.mark.slow

FIGURE = "always_grok_fig10"
METRIC_RUN = PLAN.figures[FIGURE].runs()[0]


def copied(smoke: Workplace, folder: Path) -> Workplace:
    """The results alone, without checkpoints, in another folder; links to files take no room."""
    target = folder / "results"
    for name in ("smoke", "data"):
        shutil.copytree(smoke.folder / "results" / name, target / name)
    return Workplace(folder)


def whole_copy(smoke: Workplace, folder: Path) -> Workplace:
    shutil.copytree(smoke.folder, folder, dirs_exist_ok=True)
    return Workplace(folder)


def zipped(smoke: Workplace, folder: Path) -> Workplace:
    """Through a ZIP file, which has times of two seconds and is unpacked without them."""
    archive = shutil.make_archive(str(folder.parent / "packed"), "zip", smoke.folder, "results/smoke")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return Workplace(folder)


def tarred(smoke: Workplace, folder: Path) -> Workplace:
    archive = shutil.make_archive(str(folder.parent / "packed"), "gztar", smoke.folder, "results/smoke")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return Workplace(folder)


def synchronised(smoke: Workplace, folder: Path) -> Workplace:
    """Files arrive in any order: the inputs are newer than what was made from them."""
    workplace = copied(smoke, folder)
    files = sorted((folder / "results").rglob("*"), key=lambda path: ("metrics" in path.parts, path.name))
    for place, path in enumerate(path for path in files if path.is_file()):
        os.utime(path, (1.6e9 + place, 1.6e9 + place))
    return workplace


def all_touched_now(smoke: Workplace, folder: Path) -> Workplace:
    workplace = copied(smoke, folder)
    for path in (folder / "results").rglob("*.parquet"):
        path.touch()
    return workplace


def without_records(smoke: Workplace, folder: Path) -> Workplace:
    """Metric tables and what was made from them, without records of trainings and data."""
    workplace = copied(smoke, folder)
    shutil.rmtree(folder / "results/data")
    for path in (folder / "results").rglob("training.json"):
        path.unlink()
    return workplace


def in_a_folder_with_a_space(smoke: Workplace, folder: Path) -> Workplace:
    return copied(smoke, folder / "My grok é #1")


WAYS: dict[str, Callable[[Workplace, Path], Workplace]] = {
    "cp -r of everything": whole_copy,
    "copy of the results without checkpoints": copied,
    "unzip": zipped,
    "tar": tarred,
    "sync in any order": synchronised,
    "touch": all_touched_now,
    "tables without records": without_records,
    "a folder with a space": in_a_folder_with_a_space,
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_planned_after(smoke: Workplace, tmp_path: Path, way: str) -> None:
    workplace = WAYS[way](smoke, tmp_path / "place")
    before = workplace.files()
    outcome = workplace.make("--dry-run")
    assert "Nothing to be done" in outcome.text, outcome.text[-3000:]
    assert workplace.files() == before


def test_checkpoints_may_be_deleted_and_what_still_needs_them_is_said_first(smoke: Workplace, tmp_path: Path) -> None:
    workplace = copied(smoke, tmp_path)
    table = tmp_path / f"results/smoke/runs/{METRIC_RUN}/seeds_0-1/metrics/accuracy.parquet"
    table.unlink()
    for path in (tmp_path / "results/smoke/figures").glob(f"{FIGURE}.*"):
        path.unlink()
    before = workplace.files()
    refused = workplace.call(FIGURE)
    assert refused.code != 0
    (line,) = [line for line in refused.errors.splitlines() if line.startswith("error: ")]
    assert f"{METRIC_RUN}/seeds_0-1: " in line
    assert "accuracy.parquet has to be measured" in line
    assert "train_again=missing" in line
    assert "Traceback" not in refused.text
    assert workplace.files() == before
    jobs = workplace.plan(FIGURE, train_again="missing")
    assert [(job.rule, job.wildcards.get("run")) for job in jobs if job.rule in ("training", "metric")] == [
        ("training", METRIC_RUN),
        ("metric", METRIC_RUN),
    ]
    # without the record of the training, the block is new
    (table.parents[1] / "training.json").unlink()
    assert [job.rule for job in workplace.plan(FIGURE) if job.rule in ("training", "metric")] == ["training", "metric"]


def test_a_table_that_is_measured_again_leaves_the_old_one_aside(smoke: Workplace, tmp_path: Path) -> None:
    workplace = whole_copy(smoke, tmp_path / "copy")
    root = workplace.folder / "results/smoke"
    table = root / f"runs/{METRIC_RUN}/seeds_0-1/metrics/weight_norm.parquet"
    old = table.read_bytes()
    damaged = old[:-200]
    table.write_bytes(damaged)
    outcome = workplace.make(str(table.relative_to(workplace.folder)))
    assert "weight_norm.parquet is made again: " in outcome.text
    assert "damaged" in outcome.text
    assert table.read_bytes() == old
    (aside,) = (root / "aside").rglob("weight_norm.parquet")
    assert aside.read_bytes() == damaged
    assert "Nothing to be done" in workplace.make("--dry-run").text


def test_earlier_code_can_be_kept(smoke: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `code_changes: keep` nothing is made again when fingerprints differ; here those on disk are those of a
    made-up change.
    """
    from grokscope.results import standing

    wanted, known = {"code": "new", "settings": {"steps": 3}}, {"code": "old", "settings": {"steps": 3}}
    monkeypatch.setattr(standing, "_identity", lambda path: known)
    assert standing.standing_of("x.json", wanted).reason == "code: 'old', now 'new'"
    assert standing.standing_of("x.json", wanted, code_counts=False).finished

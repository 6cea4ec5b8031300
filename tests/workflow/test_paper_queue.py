"""The queue that fills published/paper: its steps name figures that there are, and its calls say where they run."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from snakemake.cli import parse_args

from grokscope.config.start import load_plan
from workflow_support import REPOSITORY


@pytest.fixture(scope="module")
def queue() -> ModuleType:
    spec = importlib.util.spec_from_file_location("paper_queue", REPOSITORY / "workflow/paper_queue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


STEP = {"figures": ["always_grok_fig2", "always_grok_fig10"], "seeds": 3}


def test_every_step_names_figures_and_every_figure_of_a_paper_has_its_step() -> None:
    steps = yaml.safe_load((REPOSITORY / "workflow/paper_queue.yaml").read_text())["steps"]
    figures = set(load_plan({"scale": "paper", "figures": "all"}, REPOSITORY)[1].figures)
    queued = {figure for step in steps for figure in step["figures"]}
    assert queued <= figures, sorted(queued - figures)
    lacking = {name for name in figures if "_fig" in name or "_table_" in name} - queued
    # without new runs, a sweep of settings, images that no package has, and a variant of Fig 17 on the same runs
    assert lacking == {
        *("deep_grokking_fig3", "deep_grokking_fig4", "deep_grokking_fig5", "always_grok_fig8_settings"),
        *("always_grok_fig6_middle", "always_grok_fig6_right", "always_grok_fig17_epochs"),
    }


def test_a_processor_trains_one_seed_at_a_time_and_starts_from_the_archive(queue: ModuleType, tmp_path: Path) -> None:
    train, publish = queue.commands(STEP, "paper", "2", tmp_path)
    assert train[:5] == [sys.executable, "-m", "snakemake", "--cores", "2"]
    assert {"scale=paper", "figures=[always_grok_fig2,always_grok_fig10]", "seeds=3", "block_size=1"} <= set(train)
    assert publish[-1] == f"publish_to={tmp_path}"
    assert not any("results_from" in word or "cuda" in word for word in train)
    (tmp_path / "index.json").write_text("{}")
    assert queue.commands(STEP, "paper", "2", tmp_path)[0][-1] == f"results_from={tmp_path}"


@pytest.mark.parametrize("gpu_jobs", [0, 8])
def test_snakemake_understands_the_calls(
    queue: ModuleType, tmp_path: Path, gpu_jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(REPOSITORY)
    for command, target in zip(
        queue.commands(STEP, "paper", "2", tmp_path, gpu_jobs), ("measurements", "publish"), strict=True
    ):
        _, parsed = parse_args(command[3:])
        assert parsed.targets == [target]
        assert parsed.cores == 2
        assert (parsed.quiet is not None) == (target == "publish")


def test_a_card_trains_all_seeds_together(queue: ModuleType, tmp_path: Path) -> None:
    train, publish = queue.commands(STEP, "paper", "16", tmp_path, 8)
    for command in (train, publish):
        assert {"block_size=3", "device=cuda"} <= set(command)
        assert command[command.index("--resources") + 1] == "gpu=8"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a commit that has a file of code and one of an archive."""
    for name in ("code.py", "more.py", "published/paper/index.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1\n")
    who = ["-c", "user.name=someone", "-c", "user.email=someone@example.org"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def test_what_is_in_no_commit_is_found_but_for_the_archive_that_grows(queue: ModuleType, checkout: Path) -> None:
    archive = checkout / "published/paper"
    assert queue.uncommitted(checkout, archive) == []
    (archive / "index.json").write_text("2\n")
    (checkout / "notes").write_text("in no commit and in no result")
    assert queue.uncommitted(checkout, archive) == []
    assert queue.uncommitted(checkout, Path("/elsewhere")) == ["published/paper/index.json"]
    (checkout / "code.py").write_text("2\n")
    (checkout / "more.py").unlink()
    assert queue.uncommitted(checkout, archive) == ["code.py", "more.py"]


def test_a_folder_without_a_commit_has_nothing_to_compare_with(queue: ModuleType, tmp_path: Path) -> None:
    assert queue.uncommitted(tmp_path, tmp_path / "published/paper") == []


@pytest.mark.parametrize("insists", [False, True])
def test_the_queue_starts_with_changes_only_where_one_insists(
    queue: ModuleType, checkout: Path, insists: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "code.py").write_text("2\n")
    started: list[object] = []
    monkeypatch.setattr(queue, "REPOSITORY", checkout)
    monkeypatch.setattr(queue.os, "nice", started.append)
    monkeypatch.setattr(queue, "commands", lambda *_: [])
    monkeypatch.setattr(sys, "argv", ["paper_queue.py", *(["--uncommitted"] if insists else [])])
    if insists:
        queue.main()
        assert started
        return
    with pytest.raises(SystemExit) as caught:
        queue.main()
    assert str(caught.value).startswith("error: code.py: not committed, while the commit is published")
    assert "--uncommitted" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not started

"""Calls of snakemake that name a target or start in a folder of their own. All by dry runs or refused at once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from grokscope.files import write_json
from grokscope.results.wanted import load_wanted
from workflow_support import REPOSITORY, SMOKE, Outcome, Workplace


def snakemake(
    folder: Path, *arguments: str, snakefile: Path = REPOSITORY / "Snakefile", work: str = "--directory"
) -> Outcome:
    """Call the workflow from elsewhere as a user does, with no config file but those that lie there."""
    where = ["--directory", str(folder)] if work == "--directory" else []
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(snakefile), *where, "--cores", "1", *arguments]
    start = folder.parent if where else folder
    done = subprocess.run(
        command, cwd=start, env={**os.environ}, capture_output=True, text=True, timeout=600, check=False
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def error_of(outcome: Outcome) -> str:
    """The one line with which a call was refused."""
    assert outcome.code != 0
    assert "Traceback" not in outcome.text
    (line,) = [line for line in outcome.errors.splitlines() if line.startswith("error: ")]
    assert outcome.errors.rstrip().endswith(line)
    return line


@pytest.mark.parametrize("target", ["deep_grokking_fig77", "results/smoke/figures/deep_grokking_fig77.svg"])
def test_a_target_that_nothing_makes_is_one_line_with_the_nearest(tmp_path: Path, target: str) -> None:
    line = error_of(Workplace(tmp_path).call(target))
    assert "deep_grokking_fig7" in line.replace(target, "")
    assert "snakemake list" in line
    assert not (tmp_path / "results").exists()


def test_targets_that_there_are_pass(tmp_path: Path) -> None:
    """All in one call, because each takes seconds; it is refused when there is no such target among them."""
    targets = ["deep_grokking_fig2", "results/smoke/figures/deep_grokking_fig2.pdf", "claims", "results/smoke/report"]
    assert Workplace(tmp_path).call("--dry-run", *targets).code == 0


def test_the_list_is_printed_alone_and_starts_nothing(tmp_path: Path) -> None:
    outcome = Workplace(tmp_path).make("list", figures="all")
    lines = outcome.output.splitlines()
    assert lines[0] == "Figures at smoke scale, in results/smoke/figures"
    assert [line for line in lines if line.startswith("* deep_grokking_fig7 ") and "not made yet" in line]
    assert not (tmp_path / "results").exists()
    figures = tmp_path / "results" / "smoke" / "figures"
    figures.mkdir(parents=True)
    for suffix in ("svg", "pdf", "png", "json"):
        (figures / f"deep_grokking_fig7.{suffix}").touch()
    finished = re.compile(r"deep_grokking_fig7 +finished")
    assert not finished.search(Workplace(tmp_path).make("list").output), "empty files count as a figure"
    config = {**yaml.safe_load((REPOSITORY / "config.yaml").read_text()), **SMOKE}
    write_json(
        figures / "deep_grokking_fig7.json",
        {"identity": load_wanted(config, REPOSITORY).figure_identity("deep_grokking_fig7")},
    )
    assert finished.search(Workplace(tmp_path).make("list").output)


@pytest.mark.parametrize("work", ["--directory", "elsewhere"])
def test_a_folder_without_a_config_has_the_choices_of_the_repository(tmp_path: Path, work: str) -> None:
    (tmp_path / "mine").mkdir()
    outcome = snakemake(tmp_path / "mine", "--dry-run", "deep_grokking_fig2", work=work)
    assert outcome.code == 0, outcome.text
    assert "results/quick/figures/deep_grokking_fig2.svg" in outcome.text
    assert not list((tmp_path / "mine").glob("results"))


def test_choices_of_the_folder_lie_over_those_of_the_repository_and_the_command_over_both(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "config.yaml").write_text("scale: smoke\nresults_folder: made\n")
    (mine / "other.yaml").write_text("results_folder: other\n")
    assert "made/smoke/figures/deep_grokking_fig2.svg" in snakemake(mine, "--dry-run", "deep_grokking_fig2").text
    assert (
        "other/smoke/figures/deep_grokking_fig2.svg"
        in snakemake(mine, "--dry-run", "deep_grokking_fig2", "--configfile", "mine/other.yaml").text
    )
    asked = snakemake(mine, "--dry-run", "deep_grokking_fig2", "--config", "scale=paper").text
    assert "made/paper/figures/deep_grokking_fig2.svg" in asked

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
    where += [] if {"--cores", "--jobs"} & set(arguments) else ["--cores", "1"]
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(snakefile), *where, *arguments]
    start = folder.parent if work == "--directory" else folder
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cores", "0"], "error: --cores 0: nothing could ever start"),
        (["--cores", "-2", "deep_grokking_fig2"], "error: --cores -2: nothing could ever start"),
        (["--jobs", "0"], "error: --jobs 0: nothing could ever start"),
        (["figure"], "error: figure is a kind of job and no target: snakemake figures does all that is chosen"),
        (["deep_grokking_fig2", "card"], "error: card is a kind of job and no target: snakemake all does"),
    ],
)
def test_what_could_never_run_is_refused_at_once(tmp_path: Path, arguments: list[str], message: str) -> None:
    assert error_of(snakemake(tmp_path, *arguments)).startswith(message)
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("text", ["", "# scale: paper\n"])
def test_a_config_without_a_choice_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.yaml").write_text(text)
    listed = snakemake(tmp_path, "list", "--config", "figures=always_grok_fig10", work="here")
    assert listed.code == 0, listed.errors
    assert listed.output.startswith("Figures at quick scale")
    assert [line.split()[1] for line in listed.output.splitlines() if line.startswith("*")] == ["always_grok_fig10"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- quick\n", "error: config.yaml: expected keys and values"),
        ("scale: [quick\n", "error: config.yaml: line 2: not valid YAML"),
        ("sclae: quick\n", "error: config.yaml or --config: sclae: unknown key"),
    ],
)
def test_a_config_that_cannot_be_read_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "config.yaml").write_text(text)
    assert error_of(snakemake(tmp_path, "list", work="here")).startswith(message)


def test_an_archive_of_the_clone_serves_a_working_folder(tmp_path: Path) -> None:
    """`published/paper` lies in the clone, as the files of experiments do; one of this name here comes first."""
    chosen = [
        "--config",
        "scale=paper",
        "figures=deep_grokking_fig2",
        "results_from=published/paper",
        "missing=leave_out",
    ]
    found = snakemake(tmp_path, "--dry-run", "deep_grokking_fig2", *chosen, work="here")
    assert found.code == 0, found.errors
    assert "rule training" not in found.text
    (tmp_path / "published/paper").mkdir(parents=True)
    line = error_of(snakemake(tmp_path, "--dry-run", "deep_grokking_fig2", *chosen, work="here"))
    assert "published/paper/index.json: not there" in line

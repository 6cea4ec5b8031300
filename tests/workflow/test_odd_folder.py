"""A clone in a folder whose path holds spaces, quotes and other signs that a shell, make or YAML takes for its own."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import pytest

import conda_stand_in
from workflow_support import REPOSITORY, copy_repository

ODD = 'My "grok" it\'s #1 é & %41'
ODD_BUT_FOR_QUOTES = "My grok #1 é & %41"
FIGURE = "always_grok_fig2"
ENVIRONMENTS = [REPOSITORY / "envs" / f"{name}.yaml" for name in ("analysis", "report", "training")]

pytestmark = pytest.mark.slow


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The repository with an environment of its own that has the packages of the tests' one."""
    return make_clone(tmp_path / ODD)


def make_clone(folder: Path) -> Path:
    copy_repository(folder)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ".venv"], cwd=folder, check=True)
    (packages,) = (folder / ".venv/lib").glob("*/site-packages")
    (packages / "finished.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    (folder / ".venv/share").symlink_to(Path(sysconfig.get_paths()["data"]) / "share")
    (folder / ".venv/.ready").touch()
    return folder


def call(folder: Path, *command: str, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    return done.stdout + done.stderr


def test_make_report_ends_with_a_report(clone: Path) -> None:
    # as a user calls it: without what the tests add to the import path
    shown = call(
        clone, "make", "report", "SCALE=smoke", f"FIGURES=[{FIGURE}]", "CORES=1", environment={"PYTHONPATH": ""}
    )
    assert "Report: results/smoke/report/index.html" in shown
    assert (clone / "results/smoke/report/index.html").is_file()
    assert (clone / "results/smoke/report.zip").is_file()
    assert "Nothing to be done" in call(clone, "make", "report", "SCALE=smoke", f"FIGURES=[{FIGURE}]", "CORES=1")


def test_jobs_run_in_conda_environments_there(tmp_path: Path) -> None:
    pytest.importorskip("rattler", reason="py-rattler, which the stand-in for conda needs, is not installed")
    clone = make_clone(tmp_path / ODD_BUT_FOR_QUOTES)
    packages = {name: version for file in ENVIRONMENTS for name, version in conda_stand_in.packages_of(file).items()}
    conda_stand_in.make_channel(clone / "channel", packages)
    environment = conda_stand_in.install_stand_in(tmp_path / "conda", clone / "channel")
    file = f"results/smoke/figures/{FIGURE}.svg"
    call(
        clone,
        ".venv/bin/python",
        "-m",
        "snakemake",
        "--use-conda",
        "--cores",
        "1",
        file,
        "--config",
        "scale=smoke",
        environment=environment,
    )
    assert (clone / file).is_file()
    assert list((clone / ".snakemake/conda").glob(f"*/{conda_stand_in.STARTED}"))


def test_a_folder_in_which_conda_cannot_work_is_refused_at_once(clone: Path) -> None:
    command = [".venv/bin/python", "-m", "snakemake", "--cores", "1", "--use-conda", "--config", "scale=smoke"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert "--conda-prefix" in line
    assert not (clone / "results").exists()

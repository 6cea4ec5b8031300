"""`make` with pretended Pythons: what an environment lacks is said in a line, an interrupted installation goes on the
next time, and nothing is deleted that was not clearly meant.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
SOUND = """#!/bin/sh
case "$*" in
  *version_info*) {version} ;;
  *ensurepip*) {venv} ;;
  "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  "-m uv "*) echo "$*" >> installed; [ ! -e no_network ] && [ ! -e no_uv ] ;;
  *"results.aside"*|*paper_queue.py*) echo "$*" >> called ;;
  *"pip install"*) echo "$*" >> installed; [ ! -e no_network ] ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, tmp_path / name)
    return tmp_path


def make(folder: Path, *, version: str = "exit 0", venv: str = "exit 0") -> subprocess.CompletedProcess[str]:
    python = folder / "python"
    python.write_text(SOUND.format(version=version, venv=venv))
    python.chmod(0o755)
    return subprocess.run(
        ["make", "environment", f"PYTHON={python}"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("options", "words"), [({"version": "exit 1"}, "Python 3.11 or newer"), ({"venv": "exit 1"}, "has no venv module")]
)
def test_what_python_lacks_is_said(folder: Path, options: dict[str, str], words: str) -> None:
    done = make(folder, **options)
    assert done.returncode != 0
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert words in line
    assert not (folder / ".venv").exists()


def test_no_python_at_all(folder: Path) -> None:
    done = subprocess.run(
        ["make", "environment", "PYTHON=no-such-python"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stderr


def test_an_installation_that_broke_off_goes_on(folder: Path) -> None:
    (folder / "no_network").touch()
    broken = make(folder)
    assert broken.returncode != 0
    assert "error: not all packages are installed" in broken.stderr
    assert not (folder / ".venv/.ready").exists()
    (folder / "no_network").unlink()
    assert make(folder).returncode == 0
    assert (folder / ".venv/.ready").exists()
    calls = [line.split() for line in (folder / "installed").read_text().splitlines()]
    uv = calls[0][-1]
    assert uv.startswith("uv==")
    assert [(call[1], call[-1]) for call in calls] == [
        ("pip", uv),
        ("uv", "requirements.txt"),
        ("pip", "requirements.txt"),
        ("pip", uv),
        ("uv", "requirements.txt"),
        ("pip", "."),
    ]


def test_pip_takes_over_where_uv_fails(folder: Path) -> None:
    (folder / "no_uv").touch()
    assert make(folder).returncode == 0
    calls = [line.split()[1] for line in (folder / "installed").read_text().splitlines()]
    assert calls == ["pip", "uv", "pip", "pip"]


def test_a_second_call_does_nothing_and_other_pins_install_again(folder: Path) -> None:
    make(folder)
    assert "Nothing to be done" in make(folder).stdout
    (folder / "requirements.txt").write_text("click==8.5.1\n")
    assert "Nothing to be done" not in make(folder).stdout
    assert len((folder / "installed").read_text().splitlines()) == 6


def called(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("value", ["maybe", "no", "0", "YES", "yes no", "$(touch made)", "it's"])
def test_nothing_but_yes_deletes_what_was_moved_aside(folder: Path, value: str) -> None:
    make(folder)
    done = called(folder, "aside", f"DELETE={value.replace('$', '$$')}")
    assert done.returncode != 0
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert line.startswith(f"error: DELETE={value}: only DELETE=yes deletes")
    assert not (folder / "called").exists()
    assert not (folder / "made").exists()


def test_yes_deletes_what_was_moved_aside_and_nothing_lists_it(folder: Path) -> None:
    make(folder)
    for choices in ([], ["DELETE="], ["DELETE=yes"]):
        assert called(folder, "aside", *choices).returncode == 0
    listed = "-m grokscope.results.aside results"
    assert (folder / "called").read_text().splitlines() == [listed, listed, f"{listed} --delete"]


def test_the_queue_is_told_to_start_with_changes_by_yes_alone(folder: Path) -> None:
    make(folder)
    done = called(folder, "queue", "UNCOMMITTED=1")
    assert done.returncode != 0
    assert "error: UNCOMMITTED=1: only UNCOMMITTED=yes" in done.stderr
    assert not (folder / "called").exists()
    for choices in ([], ["UNCOMMITTED=yes"]):
        assert called(folder, "queue", "CORES=2", *choices).returncode == 0
    start = "workflow/paper_queue.py --cores 2"
    assert (folder / "called").read_text().splitlines() == [start, f"{start} --uncommitted"]

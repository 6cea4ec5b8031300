"""A result says at which commit its code was, and whether that code had changes that are in no commit."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the module that asks for the commit, and published measurements."""
    for name in ("src/grokscope/machine.py", "published/paper/README.md"):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copyfile(REPOSITORY / name, tmp_path / name)
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "All"]):
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@b.c", *command], cwd=tmp_path, check=True)
    return tmp_path


def commit_of(checkout: Path) -> str:
    spec = importlib.util.spec_from_file_location("machine_of_checkout", checkout / "src/grokscope/machine.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.machine()["git_commit"])


def test_published_measurements_are_no_changes_of_code(checkout: Path) -> None:
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=checkout, capture_output=True, text=True, check=True)
    assert commit_of(checkout) == head.stdout.strip()
    (checkout / "published/paper/README.md").write_text("more")
    assert commit_of(checkout) == head.stdout.strip()
    (checkout / "src/grokscope/machine.py").open("a").write("\n")
    assert commit_of(checkout) == f"{head.stdout.strip()}-dirty"

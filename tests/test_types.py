"""The annotations of the package fit."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workflow_support import REPOSITORY


@pytest.mark.slow
def test_mypy_finds_nothing() -> None:
    found = subprocess.run([sys.executable, "-m", "mypy"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr

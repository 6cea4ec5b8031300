"""The code and the machine that a number comes from, as far as Python alone can tell."""

from __future__ import annotations

import os
import platform
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import grokscope

GIT = ("git", "-c", "safe.directory=*", "--no-optional-locks")
"""Reads a clone that belongs to someone else, which git refuses by default, and leaves no lock in it."""


def machine() -> dict[str, Any]:
    """JSON-able facts that need no further library: the code, Python and the machine."""
    return {
        "grokscope": grokscope.__version__,
        "git_commit": _git_commit(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpu": cpu_name(),
        "cores": os.cpu_count(),
    }


@lru_cache(maxsize=1)
def _git_commit() -> str | None:
    """The commit of the checkout that the package lies in; `-dirty` is added when tracked files differ from it.

    Published measurements are results and no code: a queue that adds to them goes on at the commit that it began at.
    """
    folder = Path(__file__).resolve().parent

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                [*GIT, "-C", str(folder), *arguments], capture_output=True, text=True, timeout=20, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    # a package installed below some other project's checkout is not part of it
    if git("ls-files", "--error-unmatch", str(Path(__file__).resolve())) is None:
        return None
    commit = git("rev-parse", "HEAD")
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ":(top)", ":(top,exclude)published")
    return f"{commit}-dirty" if commit and changed else commit


@lru_cache(maxsize=1)
def cpu_name() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()

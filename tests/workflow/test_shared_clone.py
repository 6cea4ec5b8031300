"""One clone that nobody may write to, and a working folder for each user: as another user where this one may become
that, else by what changes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from workflow_support import copy_repository

NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
FIGURE = "always_grok_fig2"


def can_become_another_user() -> bool:
    """Whether a process of this user can start the tests' Python as nobody: root can, if that Python does not lie in
    its home.
    """
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return False
    started = [*AS_NOBODY, "sh", "-c", '"$0" -c "import snakemake, torch"', sys.executable]
    return subprocess.run(started, capture_output=True, check=False, cwd="/").returncode == 0


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that other users may enter: those of pytest are closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="shared "))
    folder.chmod(0o755)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Time and size of everything in a folder."""
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_size) for path in folder.rglob("*")}


@pytest.mark.slow
def test_a_clone_without_write_permission_serves_a_working_folder_without_a_config(place: Path) -> None:
    clone, work, home, data = (place / name for name in ("clone", "my work", "home", "data"))
    copy_repository(clone)
    for folder in (work, home, data):
        folder.mkdir()
    for file in Path(os.environ.get("GROKSCOPE_DATA") or "~/.cache/grokscope").expanduser().glob("mnist.*"):
        shutil.copy(file, data)
    for path in [clone, *clone.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    other = can_become_another_user()
    if other:
        for path in [work, home, data, *data.iterdir()]:
            os.chown(path, NOBODY, NOBODY)
    before = state(clone)
    # root may write whatever the mode says, and Python keeps what it compiles where it may: the one change that would
    # not be ours
    environment = {
        **os.environ,
        "HOME": str(home),
        "GROKSCOPE_DATA": str(data),
        **({} if other else {"PYTHONDONTWRITEBYTECODE": "1"}),
    }
    environment = {name: value for name, value in environment.items() if not name.startswith(("PYTHONPATH", "XDG_"))}
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        str(clone / "Snakefile"),
        "--cores",
        "1",
        FIGURE,
        "--config",
        "scale=smoke",
    ]
    done = subprocess.run(
        [*(AS_NOBODY if other else []), *command],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    assert {path.suffix for path in (work / "results/smoke/figures").glob(f"{FIGURE}.*")} >= {
        ".svg",
        ".pdf",
        ".png",
        ".json",
    }
    assert state(clone) == before

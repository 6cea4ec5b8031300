"""Put a new content in the place of an archive, so that no kill and no second process can lose what is there.

The new content is built beside the archive and marked as ready; then its files replace those of the archive one by one,
the index last, and files that the old index names and the new one does not are deleted. Nothing else in the folder is
touched. An update that was killed before it was ready is thrown away, one that was ready is finished by the next call.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grokscope.archive.format import INDEX
from grokscope.disk import as_user_error
from grokscope.errors import UserError
from grokscope.files import atomic_path, read_json

READY = "ready"


def update_folder(goal: Path) -> Path:
    """Where the new content of the archive `goal` is built."""
    return goal.with_name(f".{goal.name}-update")


def half_updated(goal: Path) -> bool:
    """Whether an update of `goal` was killed while its files were replaced."""
    return (update_folder(goal) / READY).is_file()


@contextmanager
def sole_writer(goal: Path) -> Iterator[None]:
    """Let nobody else write the archive `goal`, and finish an update that was interrupted. Raises UserError when
    another process writes it.
    """
    goal.parent.mkdir(parents=True, exist_ok=True)
    with open(goal.with_name(f".{goal.name}.lock"), "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"{goal}: another publish or merge writes this archive now; call again when it has ended"
            ) from None
        finish_update(goal)
        yield


@contextmanager
def new_content(goal: Path) -> Iterator[Path]:
    """A new folder for the content of the archive `goal`, which it becomes unless an exception is raised. To be used
    below `sole_writer`.
    """
    work = update_folder(goal)
    with as_user_error(work / "new"):
        shutil.rmtree(work, ignore_errors=True)
        (work / "new").mkdir(parents=True)
        try:
            yield work / "new"
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
        (work / READY).touch()
        finish_update(goal)


def finish_update(goal: Path) -> None:
    """Put what is ready into the place of the archive; throw away what is not."""
    work = update_folder(goal)
    if not (work / READY).is_file():
        shutil.rmtree(work, ignore_errors=True)
        return
    new = work / "new"
    wanted = {path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file()}
    for name in sorted(wanted, key=lambda name: (name == INDEX, name)):
        _replace(new / name, goal / name)
    for name in _listed(work / "old.json") - wanted:
        (goal / name).unlink(missing_ok=True)
    for folder in sorted((path for path in (goal / "runs").rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    shutil.rmtree(work)


def remember_old(goal: Path) -> None:
    """Note which files the archive has now, so that those which the new content lacks can be deleted."""
    if (goal / INDEX).is_file():
        shutil.copyfile(goal / INDEX, update_folder(goal) / "old.json")


def _replace(source: Path, target: Path) -> None:
    if target.is_file() and target.read_bytes() == source.read_bytes():
        return
    with atomic_path(target, source.stat().st_size) as temporary:
        shutil.copyfile(source, temporary)


def _listed(index: Path) -> set[str]:
    return set(read_json(index).get("files", {})) if index.is_file() else set()

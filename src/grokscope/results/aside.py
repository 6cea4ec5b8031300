"""Results that are no longer wanted are moved aside with their date; one command lists and deletes them.

python -m grokscope.results.aside results            # what was moved aside, when and why
python -m grokscope.results.aside results --delete   # delete all of it
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "aside"
NOTES = "notes.jsonl"
"""One line of JSON for each thing that was moved, in the folder of its moment."""


@dataclass(frozen=True)
class MovedAside:
    """A file or folder that was moved: where it lay and lies now (relative to the root), when, why, and its size."""

    was: str
    path: str
    moved_at: str
    reason: str
    size_bytes: int


def set_aside(path: str | os.PathLike[str], root: str | os.PathLike[str], reason: str) -> Path | None:
    """Move a file or folder that lies below `root` to `<root>/aside/<moment>/...`; None when it is not there.

    It is renamed, never copied, so that it takes no room and no time. Nothing there is overwritten.
    """
    source, base = Path(path), Path(root)
    if not source.exists():
        return None
    place = source.absolute().relative_to(base.absolute())
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S.%f")
    target = base / FOLDER / moment / place
    target.parent.mkdir(parents=True, exist_ok=True)
    size = _size(source)
    source.rename(target)
    note = MovedAside(str(place), str(target.relative_to(base)), moment, reason, size)
    with open(base / FOLDER / moment / NOTES, "a", encoding="utf-8") as notes:
        notes.write(json.dumps(asdict(note)) + "\n")
    return target


def replace_result(
    path: str | os.PathLike[str], root: str | os.PathLike[str], write: Callable[[Path], None], reason: str = ""
) -> None:
    """Write a result; one of another content that lies there is moved aside first, once the new one is whole."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".new-{target.name}")
    try:
        write(new)
        if target.exists() and target.read_bytes() != new.read_bytes():
            set_aside(target, root, reason or "it was made again")
        os.replace(new, target)
    finally:
        new.unlink(missing_ok=True)


def moved_aside(root: str | os.PathLike[str]) -> list[MovedAside]:
    """What was moved aside below `root` and is still there, the oldest first."""
    found = []
    for notes in sorted((Path(root) / FOLDER).glob(f"*/{NOTES}")):
        for line in notes.read_text(encoding="utf-8").splitlines():
            note = MovedAside(**json.loads(line))
            if (Path(root) / note.path).exists():
                found.append(note)
    return found


def delete_aside(root: str | os.PathLike[str]) -> int:
    """Delete everything that was moved aside below `root`; returns how many bytes that were."""
    folder = Path(root) / FOLDER
    size = sum(_size(Path(root) / note.path) for note in moved_aside(root))
    if folder.is_dir():
        shutil.rmtree(folder)
    return size


def _size(path: Path) -> int:
    return (
        path.stat().st_size
        if path.is_file()
        else sum(inner.stat().st_size for inner in path.rglob("*") if inner.is_file())
    )


def _aside_folders(folder: Path) -> list[Path]:
    """Folders of what was moved aside: of every scale of results and of checkpoints."""
    return sorted(
        found
        for pattern in ("", "*/", "checkpoints/*/")
        for found in folder.glob(f"{pattern}{FOLDER}")
        if found.is_dir()
    )


def main(arguments: list[str] | None = None) -> None:
    """The command: see the module's description."""
    parser = argparse.ArgumentParser(
        description="List results that were moved aside because they are no longer needed, or delete them."
    )
    parser.add_argument(
        "folders", nargs="*", default=["results"], help="results folders, or checkpoint folders that lie elsewhere"
    )
    parser.add_argument("--delete", action="store_true", help="delete what was moved aside")
    chosen = parser.parse_args(arguments)
    roots = [folder.parent for name in chosen.folders for folder in _aside_folders(Path(name))]
    notes = [(root, note) for root in roots for note in moved_aside(root)]
    for root, note in notes:
        print(f"{note.moved_at}  {note.size_bytes / 1e6:9.1f} MB  {root / note.path}  ({note.reason})")
    total = sum(note.size_bytes for _, note in notes) / 1e6
    if chosen.delete:
        for root in roots:
            delete_aside(root)
    print(f"{len(notes)} results moved aside, {total:.1f} MB{', deleted' if chosen.delete else ''}", file=sys.stderr)


if __name__ == "__main__":
    main()

"""Whole or absent: every file is written under a temporary name and renamed (design decision 7).

JSON files carry a checksum of what they hold, so that a changed byte is noticed when they are read.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from grokscope.disk import as_user_error
from grokscope.errors import DamagedFile

CHECKSUM = "checksum"
"""Key of a JSON file under which the checksum of the rest stands."""

MADE_AGAIN = "delete it, and it is made again"

BEGAN = time.time()
"""When this process began."""


@contextmanager
def atomic_path(path: str | os.PathLike[str], size_bytes: int = 0) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`; rename it to `path` on success, delete it on failure.

    The content is flushed to disk before the rename, so that a crash leaves the old file or the whole new one.
    Raises UserError when the disk is full; it says how much is missing if `size_bytes`, the size of the file, is given.
    """
    target = Path(path)
    with as_user_error(target, size_bytes):
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(target.parent, f".{target.stem}.", target.suffix)
        handle, name = tempfile.mkstemp(prefix=f".{target.stem}.", suffix=target.suffix, dir=target.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            with open(temporary, "rb") as written:
                os.fsync(written.fileno())
            temporary.chmod(0o666 & ~_umask())
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)


def remove_leftovers(folder: Path, prefix: str, suffix: str = "") -> None:
    """Delete temporary files and folders that a killed process left: those of this name from before this one began.

    Only one process at a time writes a file, so that none of them is still written to.
    """
    for path in folder.glob(f"{glob.escape(prefix)}????????{glob.escape(suffix)}"):
        with suppress(OSError):  # whoever deleted it first, or owns it
            if path.stat().st_mtime < BEGAN:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` as UTF-8, whole or not at all."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: str | os.PathLike[str], value: dict[str, Any]) -> None:
    """Write `value` as indented JSON with sorted keys and a checksum. Raises ValueError for NaN and infinity."""
    plain = json.loads(json.dumps(value, allow_nan=False))  # as it will be read: lists for tuples, text for keys
    sealed = plain | {CHECKSUM: json_checksum(plain)}
    write_text(path, json.dumps(sealed, indent=2, sort_keys=True) + "\n")


def read_json(path: str | os.PathLike[str], remedy: str = MADE_AGAIN) -> dict[str, Any]:
    """Read what `write_json` wrote, without its checksum.

    Raises FileNotFoundError when there is no file, and DamagedFile with `remedy` when it is not whole or was changed.
    """
    content = Path(path).read_bytes()
    try:
        value = json.loads(content)
    except ValueError as error:
        raise DamagedFile(path, f"not valid JSON ({error})", remedy) from error
    if not isinstance(value, dict) or CHECKSUM not in value:
        raise DamagedFile(path, "it has no checksum", remedy)
    if value.pop(CHECKSUM) != json_checksum(value):
        raise DamagedFile(path, "its content does not have its checksum", remedy)
    return value


def json_checksum(value: dict[str, Any]) -> str:
    """Hexadecimal sha256 of a JSON object, whatever the layout and the order of its keys in a file."""
    text = json.dumps({key: part for key, part in value.items() if key != CHECKSUM}, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of(path: str | os.PathLike[str]) -> str:
    """Hexadecimal sha256 of a file's bytes."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()

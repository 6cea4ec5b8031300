"""Room on the disk: looked for before long work starts, and named in one line when it runs out."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grokscope.errors import UserError

FULL = (errno.ENOSPC, errno.EDQUOT)
RUST_FULL = "(os error 28)"
"""How safetensors, which is written in Rust, reports a full disk."""


def free_bytes(folder: str | Path) -> int:
    """Free bytes on the disk where `folder` is or will be."""
    here = Path(folder).absolute()
    while not here.exists():
        here = here.parent
    return shutil.disk_usage(here).free


def require_space(folder: str | Path, needed_bytes: int, purpose: str) -> None:
    """Raise UserError that names the folder and what is missing unless `needed_bytes` are free there."""
    free = free_bytes(folder)
    if free < needed_bytes:
        missing = _size(needed_bytes - free)
        raise UserError(
            f"{folder}: {purpose} need {_size(needed_bytes)}, {_size(free)} are free: {missing} are missing; free them,"
            " or name another folder"
        )


@contextmanager
def as_user_error(target: Path, size_bytes: int = 0) -> Iterator[None]:
    """Turn the failure to write `target` to a full disk into a UserError of one line."""
    try:
        yield
    except Exception as error:
        if not _is_full(error):
            raise
        free = free_bytes(target.parent)
        missing = f": {_size(max(1, size_bytes - free))} are missing" if size_bytes else ""
        needed = f"{target.name} needs {_size(size_bytes)}, " if size_bytes else ""
        raise UserError(
            f"{target.parent}: the disk is full: {needed}{_size(free)} are free{missing}; free some and start again,"
            " finished work is kept"
        ) from error


def _is_full(error: Exception) -> bool:
    return (isinstance(error, OSError) and error.errno in FULL) or RUST_FULL in str(error)


def _size(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit} ({count} bytes)"
    return f"{count} bytes"

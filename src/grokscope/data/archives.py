"""Read wanted members straight from an archive: nothing is unpacked to disk, so no member can land outside a folder."""

from __future__ import annotations

import lzma
import subprocess
import tarfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from grokscope.data.failures import one_line
from grokscope.errors import UserError


def read_tar_members(path: Path, wanted: Collection[str]) -> dict[str, bytes]:
    """Content of the regular files of a tar archive (compressed or not) whose base name is wanted, by base name.

    Raises UserError if the archive is damaged or lacks a wanted file.
    """
    with open(path, "rb") as file:
        return _read_stream(file, "r|*", wanted, str(path))


def each_tar_member(path: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Name of every regular file of a tar archive, in the order of the archive, and how to read it.

    A file has to be read before the next one is asked for. Raises UserError if the archive is damaged.
    """
    with open(path, "rb") as file, _damage_named(str(path)), tarfile.open(fileobj=file, mode="r|*") as archive:
        for member in archive:
            if member.isfile():
                yield member.name, partial(_content, archive, member)


def read_deb_members(path: Path, wanted: Collection[str]) -> dict[str, bytes]:
    """The same for the files of a Debian package, which is only read, never installed."""
    try:
        process = subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", str(path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except FileNotFoundError as error:
        raise UserError(f"{path}: dpkg-deb, which reads Debian packages, is not installed") from error
    with process:
        assert process.stdout is not None
        try:
            return _read_stream(process.stdout, "r|", wanted, str(path))
        finally:
            process.kill()


def _read_stream(stream: IO[bytes], mode: str, wanted: Collection[str], where: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with _damage_named(where), tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for member in archive:
            name = PurePosixPath(member.name).name
            if name in wanted and member.isfile():
                found[name] = _content(archive, member)
            if len(found) == len(wanted):
                break
    missing = sorted(set(wanted) - set(found))
    if missing:
        raise UserError(f"{where}: the archive lacks {', '.join(missing)}")
    return found


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = archive.extractfile(member)
    assert content is not None  # because it is a regular file
    return content.read()


@contextmanager
def _damage_named(where: str) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise UserError(f"{where}: damaged archive: {one_line(error)}") from error

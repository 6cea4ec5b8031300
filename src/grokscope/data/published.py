"""Files of a release held against the sums that their publishers give."""

from __future__ import annotations

import hashlib
from pathlib import Path

from grokscope.data.failures import ChecksumMismatch
from grokscope.data.releases import Release

ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256"}
"""By the number of hexadecimal digits. Only sha256 withstands forgery: the others notice damage and mistaken files."""

_WEB_PAGES = (b"<!doctype", b"<html")


def check_bytes(content: bytes, name: str, release: Release, where: str) -> None:
    """Raise ChecksumMismatch unless `content` is that of the file `name` of a release; one without a sum is taken as it
    is.
    """
    expected = release.published_sums.get(name)
    if expected:
        algorithm = ALGORITHMS[len(expected)]
        found = hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()
        _refuse_other(found, expected, algorithm, content[:64], where)


def check_file(path: Path, release: Release) -> None:
    """The same for an archive on the disk."""
    expected = release.published_sums.get(path.name)
    if expected:
        algorithm = ALGORITHMS[len(expected)]
        with open(path, "rb") as file:
            found = hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
            file.seek(0)
            _refuse_other(found, expected, algorithm, file.read(64), str(path))


def _refuse_other(found: str, expected: str, algorithm: str, begin: bytes, where: str) -> None:
    if found != expected:
        page = ": it is a web page" if begin.lstrip().lower().startswith(_WEB_PAGES) else ""
        raise ChecksumMismatch(f"{where} has {algorithm} {found}, expected {expected}{page}; download it again")

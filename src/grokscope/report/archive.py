"""A built report as one ZIP file."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from grokscope.files import atomic_path
from grokscope.report.downloads import EARLIEST

READABLE = 0o100644 << 16
"""A plain file that everyone may read, as ZIP files note it."""

PACKED_ALREADY = frozenset({".png", ".pdf", ".zip"})


def write_archive(folder: str | os.PathLike[str], archive: str | os.PathLike[str], inside: str) -> None:
    """Pack all files of `folder` into `archive` below a folder `inside`; equal files give equal bytes."""
    source = Path(folder)
    with atomic_path(archive) as temporary, zipfile.ZipFile(temporary, "w") as packed:
        for path in sorted(path for path in source.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{inside}/{path.relative_to(source).as_posix()}", EARLIEST)
            entry.external_attr = READABLE
            entry.create_system = 3  # unix, whatever this is
            kind = zipfile.ZIP_STORED if path.suffix in PACKED_ALREADY else zipfile.ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes(), kind, compresslevel=9)

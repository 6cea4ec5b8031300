"""The hashes of a data set's content where nobody has published them: those of what was decoded first.

Imports neither torch nor numpy, so that runs can be planned anywhere.
"""

from __future__ import annotations

from pathlib import Path

from grokscope.errors import DamagedFile
from grokscope.files import read_json


def known_content(name: str, folder: str | Path) -> dict[str, str]:
    """What the record of the data set in `folder` says; empty where there is no whole record."""
    try:
        found: dict[str, str] = read_json(Path(folder) / f"{name}.json")["content_sha256"]
    except (OSError, DamagedFile, KeyError, TypeError):
        return {}
    return found

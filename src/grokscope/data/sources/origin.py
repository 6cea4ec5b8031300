"""Where a data set was obtained, as recorded beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """The source and, where one was used, the package with its version and sha256."""

    source: str
    package: str | None = None
    version: str | None = None
    package_sha256: str | None = None

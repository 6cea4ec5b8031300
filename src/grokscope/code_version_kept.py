"""Fingerprints of source files, kept from call to call: to parse all of the code anew would take a sixth of the time in
which a small scale is planned.

They lie beside the compiled modules and are kept under the content of the source, so none is ever out of date. Where
compiled modules may not be written, nothing is.
"""

from __future__ import annotations

import atexit
import hashlib
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from grokscope.files import DamagedFile, read_json, write_json

KEPT = Path(__file__).parent / "__pycache__" / "code_versions.json"
MOST = 4000
"""With more than so many, those that this call has not asked for are dropped."""
Fingerprint = tuple[str, tuple[str, ...]]
"""Digest of the code in a source, and the modules of the package that it may import."""


def kept_fingerprint(
    source: bytes, declares: bool, make: Callable[[bytes, bool], Fingerprint], rule: str
) -> Fingerprint:
    """What `make` says of a source, in this call or an earlier one; its code lies in the file `rule`."""
    key = hashlib.sha256(b"\n".join([_code_of(rule), b"%d" % declares, source])).hexdigest()
    known = _known()
    if key not in known:
        digest, modules = make(source, declares)
        known[key] = [digest, *modules]
        _keep_at_the_end()
    _asked().add(key)
    digest, *names = known[key]
    return digest, tuple(names)


@cache
def _known() -> dict[str, list[str]]:
    try:
        return dict(read_json(KEPT))
    except (OSError, DamagedFile):
        return {}


@cache
def _asked() -> set[str]:
    return set()


@cache
def _code_of(rule: str) -> bytes:
    """The code that makes fingerprints, since other code may make others."""
    return Path(rule).read_bytes()


@cache
def _keep_at_the_end() -> None:
    atexit.register(keep)


def keep() -> None:
    """Write what is known, if the folder can be written."""
    known = _known()
    if len(known) > MOST:
        known = {key: known[key] for key in _asked()}
    if not sys.dont_write_bytecode:
        with suppress(OSError):
            write_json(KEPT, known)


def forget() -> None:
    """Begin as a new call does; for tests."""
    for cached in (_known, _asked, _code_of):
        cached.cache_clear()

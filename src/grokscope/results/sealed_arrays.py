"""Arrays in a safetensors file that carries what they were made from and a checksum, as tables do. Numpy only."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from grokscope.errors import DamagedFile
from grokscope.files import atomic_path, json_checksum

SEAL = "grokscope"
"""Key of the only entry of metadata. Its value is JSON: `identity`, `identity_checksum` and `content_checksum`."""
Arrays = dict[str, np.ndarray]


def write_sealed_arrays(
    path: str | os.PathLike[str], arrays: Mapping[str, np.ndarray], identity: Mapping[str, Any]
) -> None:
    """Write arrays, whole or not at all; equal content gives equal bytes. Raises UserError when the disk is full."""
    kept = {name: np.array(array, order="C") for name, array in sorted(arrays.items())}
    seal = {
        "identity": dict(identity),
        "identity_checksum": json_checksum(dict(identity)),
        "content_checksum": content_checksum(kept),
    }
    with atomic_path(path, sum(array.nbytes for array in kept.values())) as temporary:
        save_file(kept, temporary, metadata={SEAL: json.dumps(seal, sort_keys=True)})


def read_sealed_arrays(path: str | os.PathLike[str], remedy: str) -> Arrays:
    """The arrays of a file that `write_sealed_arrays` wrote. Raises FileNotFoundError, or DamagedFile with `remedy`."""
    seal, arrays = _read(path, remedy, with_arrays=True)
    if content_checksum(arrays) != seal["content_checksum"]:
        raise DamagedFile(path, "its content does not have its checksum", remedy)
    return arrays


def read_arrays_identity(path: str | os.PathLike[str], remedy: str = "") -> dict[str, Any]:
    """What the arrays at `path` were made from; reads the beginning of the file only, and compares its size. Raises
    FileNotFoundError or DamagedFile.
    """
    seal, _ = _read(path, remedy, with_arrays=False)
    identity = seal["identity"]
    if not isinstance(identity, dict) or json_checksum(identity) != seal["identity_checksum"]:
        raise DamagedFile(path, "what it says that it was made from does not have its checksum", remedy)
    return identity


def content_checksum(arrays: Mapping[str, np.ndarray]) -> str:
    """Hexadecimal sha256 of names, types, shapes and values."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _read(path: str | os.PathLike[str], remedy: str, *, with_arrays: bool) -> tuple[dict[str, Any], Arrays]:
    if not Path(path).is_file():
        raise FileNotFoundError(f"no file {path}")
    try:
        with safe_open(path, framework="numpy") as file:
            seal = dict(json.loads((file.metadata() or {})[SEAL]))
            names = file.keys() if with_arrays else ()
            arrays = {name: file.get_tensor(name) for name in names}
        for key in ("identity", "identity_checksum", "content_checksum"):
            seal[key]
    except KeyError as error:
        raise DamagedFile(path, "it has no checksum", remedy) from error
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise DamagedFile(path, error, remedy) from error
    return seal, arrays

"""Hashes of the content of a data set, the same for every file format that holds it."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt


def array_sha256(values: npt.ArrayLike) -> str:
    """Hexadecimal sha256 of images or labels as uint8 in C order, the bytes of the original releases."""
    return hashlib.sha256(np.ascontiguousarray(values, dtype=np.uint8).data).hexdigest()

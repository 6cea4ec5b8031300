"""The file of arrays of a block that lies beside the table of a metric: its names, its checks, and how it is read.
Imports no torch, since `analysis` uses it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from grokscope.errors import DamagedFile
from grokscope.metrics.registry import METRICS
from grokscope.results.sealed_arrays import read_sealed_arrays, write_sealed_arrays

DAMAGED_ARRAYS = "delete it, and it is made again from the checkpoints"
_KEY = re.compile(r"([a-z][a-z0-9_]*)/seed_(\d+)/step_(\d+)")


class ArrayKey(NamedTuple):
    """Which array of a block: its name in the metric's declaration, the seed and the step."""

    name: str
    seed: int
    step: int

    @property
    def text(self) -> str:
        """Its name in the file."""
        return f"{self.name}/seed_{self.seed}/step_{self.step}"


BlockArrays = dict[ArrayKey, np.ndarray]


def arrays_file(table: str | os.PathLike[str]) -> Path:
    """The file of arrays beside the file of a metric's table."""
    return Path(table).with_suffix(".arrays.safetensors")


def check_arrays(metric: str, arrays: Mapping[ArrayKey, np.ndarray]) -> None:
    """Raise ValueError unless these are arrays as `metric` declares them, every one at the same seeds and steps."""
    declared = {array.name: array for array in METRICS[metric].arrays}
    places: dict[str, set[tuple[int, int]]] = {name: set() for name in declared}
    for key, array in arrays.items():
        if key.name not in declared:
            raise ValueError(f"metric {metric} declares no array {key.name}")
        if complaint := declared[key.name].complaint(str(array.dtype), array.shape):
            raise ValueError(f"metric {metric}: {complaint}")
        places[key.name].add((key.seed, key.step))
    for name, found in places.items():
        missing = set().union(*places.values()) - found
        if missing:
            raise ValueError(f"metric {metric}: there is no array {name} of seed and step {min(missing)}")


def write_arrays(
    path: str | os.PathLike[str],
    metric: str,
    arrays: Mapping[ArrayKey, np.ndarray],
    identity: Mapping[str, Any] | None = None,
) -> None:
    """Check arrays and write them with their checksum and what they were made from, whole or not at all."""
    check_arrays(metric, arrays)
    write_sealed_arrays(path, {key.text: array for key, array in arrays.items()}, identity or {})


def read_arrays(path: str | os.PathLike[str], metric: str) -> BlockArrays:
    """The arrays of a block. Raises FileNotFoundError, or DamagedFile when the file was changed or holds others."""
    found: BlockArrays = {}
    for text, array in read_sealed_arrays(path, DAMAGED_ARRAYS).items():
        match = _KEY.fullmatch(text)
        if match is None:
            raise DamagedFile(path, f"it holds {text!r}, which is no array of a metric", DAMAGED_ARRAYS)
        found[ArrayKey(match[1], int(match[2]), int(match[3]))] = array
    try:
        check_arrays(metric, found)
    except ValueError as error:
        raise DamagedFile(path, error, DAMAGED_ARRAYS) from error
    return found

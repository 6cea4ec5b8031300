"""The neutral file of a data set, written piece by piece, so that no set has to fit into memory."""

from __future__ import annotations

import errno
import json
import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from grokscope.files import atomic_path

ALIGNMENT = 8
SAFETENSORS_TYPES: dict[np.dtype[Any], str] = {np.dtype(np.int64): "I64", np.dtype(np.uint8): "U8"}

Shapes = Mapping[str, tuple[int, ...]]


def shapes_of(image_shape: tuple[int, ...], train_size: int, test_size: int) -> Shapes:
    """Shapes of the four arrays of a data set, by name."""
    sizes = {"train": train_size, "test": test_size}
    return {f"{split}_labels": (size,) for split, size in sizes.items()} | {
        f"{split}_images": (size, *image_shape) for split, size in sizes.items()
    }


@contextmanager
def new_file(path: Path, name: str, shapes: Shapes) -> Iterator[dict[str, npt.NDArray[Any]]]:
    """Arrays of zeros that lie in a safetensors file of the data set `name`: images uint8, labels int64, to be filled.

    The file gets its name when the block ends, and is gone if it fails. Its bytes are those that the safetensors
    package writes. Raises UserError when the disk is full, before anything is filled.
    """
    types = {key: np.dtype(np.int64 if key.endswith("_labels") else np.uint8) for key in shapes}
    # the order of safetensors: the widest numbers first, then by name
    order = sorted(shapes, key=lambda key: (-types[key].itemsize, key))
    header: dict[str, Any] = {"__metadata__": {"dataset": name}}
    end, places = 0, {}
    for key in order:
        start, end = end, end + int(np.prod(shapes[key], dtype=np.int64)) * types[key].itemsize
        places[key] = start
        header[key] = {
            "dtype": SAFETENSORS_TYPES[types[key]],
            "shape": list(shapes[key]),
            "data_offsets": [start, end],
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    begin = struct.calcsize("<Q") + len(text)
    with atomic_path(path, begin + end) as temporary:
        with open(temporary, "r+b") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            file.flush()
            _reserve(file.fileno(), begin + end)
        arrays = {
            key: np.memmap(temporary, dtype=types[key], mode="r+", offset=begin + places[key], shape=shapes[key])
            for key in order
        }
        yield dict(arrays)
        for array in arrays.values():
            array.flush()


def _reserve(file: int, size: int) -> None:
    """Take the room on the disk. A write into a mapped file for which there is none would kill the process."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file, 0, size)
            return
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):  # a file system that cannot
                raise
    os.truncate(file, size)

"""The IDX format of MNIST and Fashion-MNIST: a big-endian header, then unsigned bytes."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from grokscope.data.dataset import ImageDataset
from grokscope.errors import UserError

UNSIGNED_BYTE = 0x08
IDX_FILES = tuple(f"{stem}-{kind}" for stem in ("train", "t10k") for kind in ("images-idx3-ubyte", "labels-idx1-ubyte"))


def read_idx(content: bytes, dimensions: int, where: str) -> npt.NDArray[np.uint8]:
    """Decode one IDX file of unsigned bytes with that many dimensions, gzipped or not, to an array of the shape in its
    header.

    Raises UserError, beginning with `where`, for damaged gzip data, a wrong magic number or a wrong length.
    """
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (EOFError, OSError, zlib.error) as error:
            raise UserError(f"{where}: damaged gzip data: {error}") from error
    header = 4 + 4 * dimensions
    if len(content) < header:
        raise UserError(f"{where}: {len(content)} bytes are too few for an IDX header of {header}")
    magic = bytes((0, 0, UNSIGNED_BYTE, dimensions))
    if content[:4] != magic:
        raise UserError(f"{where}: the magic number is {content[:4].hex()}, expected {magic.hex()}")
    shape = struct.unpack(f">{dimensions}I", content[4:header])
    expected = header + int(np.prod(shape, dtype=object))
    if len(content) != expected:
        raise UserError(f"{where}: {len(content)} bytes, but its header promises {expected}")
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)


def decode_idx_dataset(name: str, files: Mapping[str, bytes], where: str) -> ImageDataset:
    """Build a data set of grey images from the content of the four files named in IDX_FILES."""

    def split(stem: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        images = read_idx(files[f"{stem}-images-idx3-ubyte"], 3, f"{where}: {stem}-images-idx3-ubyte")
        labels = read_idx(files[f"{stem}-labels-idx1-ubyte"], 1, f"{where}: {stem}-labels-idx1-ubyte")
        return images[:, None], labels.astype(np.int64)  # (N, H, W) -> (N, 1, H, W)

    return ImageDataset(name, *split("train"), *split("t10k"))

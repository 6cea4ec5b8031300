"""A data set as arrays, and as one neutral file that can be read without torch."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open

from grokscope.data.catalogue import DatasetInfo
from grokscope.data.content import array_sha256
from grokscope.data.failures import ChecksumMismatch, one_line
from grokscope.data.new_file import SAFETENSORS_TYPES, new_file
from grokscope.data.samples import Samples
from grokscope.errors import UserError
from grokscope.files import sha256_of

TENSORS = ("train_images", "train_labels", "test_images", "test_labels")
TYPES: dict[str, np.dtype[Any]] = {text: kind for kind, text in SAFETENSORS_TYPES.items()}


@dataclass(frozen=True)
class ImageDataset:
    """Images uint8 `(N, C, H, W)` with values 0 to 255 and labels int64 `(N,)`, in the official order."""

    name: str
    train_images: npt.NDArray[np.uint8]
    train_labels: npt.NDArray[np.int64]
    test_images: npt.NDArray[np.uint8]
    test_labels: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        for split in ("train", "test"):
            images, labels = getattr(self, f"{split}_images"), getattr(self, f"{split}_labels")
            if images.dtype != np.uint8 or images.ndim != 4:
                raise UserError(
                    f"{self.name}: {split} images are {images.dtype} {images.shape}, not uint8 (N, C, H, W)"
                )
            if labels.dtype != np.int64 or labels.shape != images.shape[:1]:
                raise UserError(
                    f"{self.name}: {split} labels are {labels.dtype} {labels.shape}, not int64 ({len(images)},)"
                )

    def samples(self) -> Samples:
        """The images and labels as the inputs and targets of a task."""
        return Samples(self.name, self.train_images, self.train_labels, self.test_images, self.test_labels)


def content_sha256(dataset: ImageDataset) -> dict[str, str]:
    """Hexadecimal sha256 of each tensor: images as stored, labels as uint8 (the bytes of the original releases)."""
    return {key: array_sha256(getattr(dataset, key)) for key in TENSORS}


def check_content(
    found: Mapping[str, str], expected: Mapping[str, str], name: str, where: str, known_by: str = ""
) -> None:
    """Raise ChecksumMismatch unless every hash is the one that is expected of the data set `name`.

    `where` says what was read, `known_by` how the hashes are known.
    """
    for key, sha256 in found.items():
        if sha256 != expected[key]:
            by = f" {known_by}" if known_by else ""
            raise ChecksumMismatch(f"{where}: the {key} of {name} have sha256 {sha256}, expected {expected[key]}{by}")


def check_shape(dataset: ImageDataset, info: DatasetInfo, where: str) -> None:
    """Raise UserError unless there are as many images of the shape and labels of the range that the catalogue says."""
    for split, size in (("train", info.train_size), ("test", info.test_size)):
        images, labels = getattr(dataset, f"{split}_images"), getattr(dataset, f"{split}_labels")
        if images.shape != (size, *info.image_shape):
            raise UserError(
                f"{where}: the {split} images of {info.name} are {images.shape}, expected {(size, *info.image_shape)}"
            )
        if labels.min() < 0 or labels.max() >= info.classes:
            raise UserError(f"{where}: the {split} labels of {info.name} are not all from 0 to {info.classes - 1}")


def write_dataset(dataset: ImageDataset, path: Path) -> str:
    """Write a data set as safetensors, whole or not at all; returns the sha256 of the file.

    Equal data give equal bytes. Raises UserError when the disk is full.
    """
    with new_file(path, dataset.name, {key: getattr(dataset, key).shape for key in TENSORS}) as arrays:
        for key, array in arrays.items():
            array[:] = getattr(dataset, key)
    return sha256_of(path)


def load_dataset(path: str | Path) -> ImageDataset:
    """The data set in a neutral file, whose images are read from the disk where they are looked at.

    Changes of the arrays stay in memory. Raises UserError if the file is absent, damaged or something else.
    """
    try:
        with safe_open(str(path), framework="numpy") as file:  # which checks that the file is whole
            name = (file.metadata() or {}).get("dataset")
            missing = sorted(set(TENSORS) - set(file.keys()))
            if name is None or missing:
                raise UserError(f"it lacks {', '.join(missing) or 'the name of the data set'}")
        return ImageDataset(name, **_mapped(Path(path)))
    except (OSError, SafetensorError, UserError) as error:
        raise UserError(f"{path}: not a readable data set file: {one_line(error)}") from error


def _mapped(path: Path) -> dict[str, Any]:
    """The arrays of a whole safetensors file, mapped into memory."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    return {
        key: np.memmap(
            path,
            dtype=_type(header[key]["dtype"]),
            mode="c",  # writable, as torch wants it, without a way to the file
            offset=8 + length + header[key]["data_offsets"][0],
            shape=tuple(header[key]["shape"]),
        )
        for key in TENSORS
    }


def _type(text: str) -> np.dtype[Any]:
    if text not in TYPES:
        raise UserError(f"its numbers are {text}, not {' or '.join(TYPES)}")
    return TYPES[text]

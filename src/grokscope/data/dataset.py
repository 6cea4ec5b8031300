"""A data set in memory, and as one neutral file that can be read without torch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from grokscope.data.catalogue import DatasetInfo
from grokscope.data.content import array_sha256
from grokscope.data.failures import ChecksumMismatch, one_line
from grokscope.data.samples import Samples
from grokscope.errors import UserError
from grokscope.files import atomic_path

TENSORS = ("train_images", "train_labels", "test_images", "test_labels")


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


def check_content(dataset: ImageDataset, info: DatasetInfo, where: str) -> None:
    """Raise ChecksumMismatch unless every image and label is the official one; `where` says what was read."""
    for key, found in content_sha256(dataset).items():
        expected = info.content_sha256[key]
        if found != expected:
            raise ChecksumMismatch(f"{where}: the {key} of {info.name} have sha256 {found}, expected {expected}")


def write_dataset(dataset: ImageDataset, path: Path) -> str:
    """Write a data set as safetensors, whole or not at all; returns the sha256 of the file. Raises OSError."""
    # One metadata entry only: safetensors does not promise an order of several, and equal data must give equal bytes.
    content = save(
        {key: np.ascontiguousarray(getattr(dataset, key)) for key in TENSORS}, metadata={"dataset": dataset.name}
    )
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def load_dataset(path: str | Path) -> ImageDataset:
    """Read the neutral file of a data set; UserError if it is absent, damaged or something else."""
    try:
        with safe_open(str(path), framework="numpy") as file:
            name = (file.metadata() or {}).get("dataset")
            missing = sorted(set(TENSORS) - set(file.keys()))
            if name is None or missing:
                raise UserError(f"it lacks {', '.join(missing) or 'the name of the data set'}")
            tensors = {key: file.get_tensor(key) for key in TENSORS}
        return ImageDataset(name, **tensors)
    except (OSError, SafetensorError, UserError) as error:
        raise UserError(f"{path}: not a readable data set file: {one_line(error)}") from error

"""The two official formats of CIFAR-10 and CIFAR-100: binary records, and Python pickles read without running what they
name. Labels of CIFAR-100 are the fine ones, of 100 classes.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grokscope.data.dataset import ImageDataset
from grokscope.data.failures import one_line
from grokscope.errors import UserError

IMAGE_SHAPE = (3, 32, 32)
IMAGE_BYTES = 3 * 32 * 32


@dataclass(frozen=True)
class Layout:
    """The files of a data set in the Python release; those of the binary release end in `.bin`.

    A binary record begins with `label_bytes` labels, of which the last is the finest; `label_key` is the name of the
    same label in a pickle.
    """

    train: tuple[str, ...]
    test: str
    label_bytes: int
    label_key: bytes


LAYOUTS = {
    "cifar10": Layout(tuple(f"data_batch_{number}" for number in range(1, 6)), "test_batch", 1, b"labels"),
    "cifar100": Layout(("train",), "test", 2, b"fine_labels"),
}

Batch = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]


def read_binary_batch(content: bytes, where: str, label_bytes: int = 1) -> Batch:
    """Decode records of `label_bytes` labels, of which the last counts, and 3072 pixels to images uint8 `(N, 3, 32,
    32)` and labels int64 `(N,)`.
    """
    record = label_bytes + IMAGE_BYTES
    if not content or len(content) % record:
        raise UserError(f"{where}: {len(content)} bytes are not whole records of {record}")
    records = np.frombuffer(content, dtype=np.uint8).reshape(-1, record)
    return records[:, label_bytes:].reshape(-1, *IMAGE_SHAPE), records[:, label_bytes - 1].astype(np.int64)


class _ArrayUnpickler(pickle.Unpickler):
    """Builds plain values and numpy arrays only; a pickle that names anything else is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in {("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct")}:
            return _empty_array
        if (module, name) == ("numpy", "ndarray"):
            return np.ndarray
        if (module, name) == ("numpy", "dtype"):
            return np.dtype
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no CIFAR batch needs")


def _empty_array(kind: type, *_: Any) -> npt.NDArray[np.uint8]:
    """What the pickle fills with shape, dtype and data afterwards."""
    if kind is not np.ndarray:
        raise pickle.UnpicklingError("it builds an array of an unknown kind")
    return np.empty(0, dtype=np.uint8)


def read_python_batch(content: bytes, where: str, label_key: bytes = b"labels") -> Batch:
    """Decode a pickled batch (keys data `(N, 3072)` and `label_key`) to images uint8 `(N, 3, 32, 32)` and labels int64
    `(N,)`.
    """
    try:
        entries = _ArrayUnpickler(io.BytesIO(content), encoding="bytes").load()
        data, labels = entries[b"data"], np.asarray(entries[label_key], dtype=np.int64)
    except Exception as error:  # a damaged pickle can raise nearly anything
        raise UserError(f"{where}: not a CIFAR batch: {one_line(error)}") from error
    if (
        not isinstance(data, np.ndarray)
        or data.dtype != np.uint8
        or data.ndim != 2
        or data.shape[1] != IMAGE_BYTES
        or labels.shape != data.shape[:1]
    ):
        raise UserError(f"{where}: not a CIFAR batch: its data are not rows of {IMAGE_BYTES} bytes with one label each")
    return data.reshape(-1, *IMAGE_SHAPE), labels


def decode_binary_dataset(name: str, files: Mapping[str, bytes], where: str) -> ImageDataset:
    """Build the data set from the content of all its files, whose names end in `.bin`."""
    layout = LAYOUTS[name]
    names = [f"{file}.bin" for file in (*layout.train, layout.test)]
    return join_batches(
        name, [read_binary_batch(files[file], f"{where}: {file}", layout.label_bytes) for file in names]
    )


def decode_python_dataset(name: str, files: Mapping[str, bytes], where: str) -> ImageDataset:
    """Build the data set from the content of all its pickled files."""
    layout = LAYOUTS[name]
    names = (*layout.train, layout.test)
    return join_batches(name, [read_python_batch(files[file], f"{where}: {file}", layout.label_key) for file in names])


def join_batches(name: str, batches: list[Batch]) -> ImageDataset:
    """Training batches and, last, the test batch, as one data set."""
    train, (test_images, test_labels) = batches[:-1], batches[-1]
    return ImageDataset(
        name,
        train_images=np.concatenate([images for images, _ in train]),
        train_labels=np.concatenate([labels for _, labels in train]),
        test_images=np.ascontiguousarray(test_images),
        test_labels=test_labels,
    )

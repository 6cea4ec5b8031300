"""Tiny data sets in every official format, for the tests of grokscope.data."""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
import tarfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grokscope.data.catalogue import DATASETS, DatasetInfo
from grokscope.data.dataset import ImageDataset, content_sha256

BATCH = 4  # images in every made batch of CIFAR


def tiny_dataset(name: str, seed: int = 0) -> ImageDataset:
    """Random pixels: 5 * BATCH training and BATCH test images in the data set's own shape."""
    random = np.random.default_rng(seed)
    shape = DATASETS[name].image_shape

    def split(size: int) -> tuple[np.ndarray, np.ndarray]:
        return random.integers(256, size=(size, *shape), dtype=np.uint8), random.integers(
            DATASETS[name].classes, size=size
        )

    return ImageDataset(name, *split(5 * BATCH), *split(BATCH))


def pretend_official(monkeypatch: pytest.MonkeyPatch, dataset: ImageDataset, **changes: object) -> DatasetInfo:
    """Make the catalogue take this data set for the real one."""
    info = replace(DATASETS[dataset.name], content_sha256=content_sha256(dataset), **changes)
    monkeypatch.setitem(DATASETS, dataset.name, info)
    return info


def same(left: ImageDataset, right: ImageDataset) -> bool:
    keys = ("train_images", "train_labels", "test_images", "test_labels")
    return left.name == right.name and all(np.array_equal(getattr(left, key), getattr(right, key)) for key in keys)


def idx_bytes(values: np.ndarray) -> bytes:
    return (
        bytes((0, 0, 8, values.ndim))
        + struct.pack(f">{values.ndim}I", *values.shape)
        + values.astype(np.uint8).tobytes()
    )


def idx_files(dataset: ImageDataset) -> dict[str, bytes]:
    files = {}
    for split, stem in (("train", "train"), ("test", "t10k")):
        files[f"{stem}-images-idx3-ubyte"] = idx_bytes(getattr(dataset, f"{split}_images")[:, 0])
        files[f"{stem}-labels-idx1-ubyte"] = idx_bytes(getattr(dataset, f"{split}_labels"))
    return files


def cifar_batches(dataset: ImageDataset) -> list[tuple[np.ndarray, np.ndarray]]:
    train = [
        (dataset.train_images[start : start + BATCH], dataset.train_labels[start : start + BATCH])
        for start in range(0, 5 * BATCH, BATCH)
    ]
    return [*train, (dataset.test_images, dataset.test_labels)]


def cifar_binary_files(dataset: ImageDataset) -> dict[str, bytes]:
    names = [f"data_batch_{number}.bin" for number in range(1, 6)] + ["test_batch.bin"]
    records = [
        np.column_stack([labels.astype(np.uint8), images.reshape(len(images), -1)])
        for images, labels in cifar_batches(dataset)
    ]
    return {name: record.tobytes() for name, record in zip(names, records, strict=True)}


def python2_pickle(images: np.ndarray, labels: np.ndarray, **further: np.ndarray) -> bytes:
    """A batch as Python 2 wrote it (protocol 2, byte strings, numpy's old module names), opcode by opcode.

    With `further` lists of labels it has no `labels`, as the batches of CIFAR-100.
    """
    pixels = images.tobytes()
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01"
        + (b"K" + bytes([len(images)]) + b"M" + struct.pack("<H", 3072) + b"\x86")
        + b"cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
        + (b"\x89T" + struct.pack("<I", len(pixels)) + pixels + b"tb")
    )
    lists = b"".join(
        b"U" + bytes([len(key)]) + key.encode() + b"](" + b"".join(b"K" + bytes([label]) for label in numbers) + b"e"
        for key, numbers in (further or {"labels": labels}).items()
    )
    return b"\x80\x02}(U\x04data" + array + lists + b"u."


def cifar_python_files(dataset: ImageDataset) -> dict[str, bytes]:
    names = [f"data_batch_{number}" for number in range(1, 6)] + ["test_batch"]
    return {name: python2_pickle(*batch) for name, batch in zip(names, cifar_batches(dataset), strict=True)}


def coarse(labels: np.ndarray) -> np.ndarray:
    """Made up: five classes to a superclass."""
    return labels // 5


def cifar100_binary_files(dataset: ImageDataset) -> dict[str, bytes]:
    files = {}
    for split in ("train", "test"):
        images, labels = getattr(dataset, f"{split}_images"), getattr(dataset, f"{split}_labels")
        records = [coarse(labels).astype(np.uint8), labels.astype(np.uint8), images.reshape(len(images), -1)]
        files[f"{split}.bin"] = np.column_stack(records).tobytes()
    return files


def cifar100_python_files(dataset: ImageDataset) -> dict[str, bytes]:
    files = {}
    for split in ("train", "test"):
        images, labels = getattr(dataset, f"{split}_images"), getattr(dataset, f"{split}_labels")
        files[split] = python2_pickle(images, labels, coarse_labels=coarse(labels), fine_labels=labels)
    return files


def sums(files: dict[str, bytes]) -> dict[str, str]:
    """The md5 of every file, by name, as publishers give it."""
    return {name: hashlib.md5(content).hexdigest() for name, content in files.items()}


def sheet_files(dataset: ImageDataset) -> dict[str, bytes]:
    names = [f"data_batch_{number}.png" for number in range(1, 6)] + ["test_batch.png"]
    files = {}
    for name, (images, _) in zip(names, cifar_batches(dataset), strict=True):
        sheet = BytesIO()
        Image.fromarray(images.transpose(0, 2, 3, 1).reshape(len(images), 1024, 3)).save(sheet, "PNG")
        files[name] = sheet.getvalue()
    files["train_lables.json"] = json.dumps(dataset.train_labels.tolist()).encode()
    files["test_lables.json"] = json.dumps(dataset.test_labels.tolist()).encode()
    return files


def write_files(folder: Path, files: dict[str, bytes], zipped: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / (f"{name}.gz" if zipped else name)).write_bytes(gzip.compress(content) if zipped else content)
    return folder


def tar_bytes(files: dict[str, bytes], prefix: str) -> bytes:
    archive = BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{prefix}/{name}")
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
    return archive.getvalue()

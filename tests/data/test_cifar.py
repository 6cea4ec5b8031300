"""The three formats of CIFAR-10: binary records, Python pickles (which must not run anything), PNG sheets."""

from __future__ import annotations

import os
import pickle
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from data_helpers import cifar_binary_files, cifar_python_files, python2_pickle, same, sheet_files, tiny_dataset
from grokscope.data.cifar import decode_binary_dataset, decode_python_dataset, read_binary_batch, read_python_batch
from grokscope.data.png_sheets import decode_sheets_dataset, read_labels, read_sheet
from grokscope.errors import UserError

DATASET = tiny_dataset("cifar10")


def test_every_format_gives_the_same_data_set() -> None:
    assert same(decode_binary_dataset("cifar10", cifar_binary_files(DATASET), "folder"), DATASET)
    assert same(decode_python_dataset("cifar10", cifar_python_files(DATASET), "folder"), DATASET)
    assert same(decode_sheets_dataset("cifar10", sheet_files(DATASET), "package"), DATASET)


@pytest.mark.parametrize("protocol", [3, 5])
def test_a_batch_saved_again_by_python_3_is_read(protocol: int) -> None:
    images, labels = DATASET.test_images, DATASET.test_labels
    content = pickle.dumps(
        {b"data": images.reshape(len(images), -1).copy(), b"labels": labels.tolist()}, protocol=protocol
    )
    if protocol == 5:  # uses another of numpy's functions; refused rather than trusted
        with pytest.raises(UserError, match="which no CIFAR batch needs"):
            read_python_batch(content, "file")
    else:
        found = read_python_batch(content, "file")
        assert np.array_equal(found[0], images)
        assert np.array_equal(found[1], labels)


class Harmful:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("harm",)


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_pickle_that_names_a_function_is_refused_and_not_run(
    protocol: int, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"^file: not a CIFAR batch: it names (posix|nt)\.mkdir") as error:
        read_python_batch(pickle.dumps(Harmful(), protocol=protocol), "file")
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a pickle",
        python2_pickle(DATASET.test_images, DATASET.test_labels)[:-20],
        python2_pickle(DATASET.test_images, DATASET.test_labels[:-1]),
        pickle.dumps({b"labels": [1]}, protocol=2),
        pickle.dumps({b"data": 1, b"labels": [1]}, protocol=2),
        pickle.dumps([1, 2], protocol=2),
    ],
)
def test_a_damaged_batch_is_named(content: bytes) -> None:
    with pytest.raises(UserError, match=r"^file: not a CIFAR batch"):
        read_python_batch(content, "file")


@pytest.mark.parametrize("content", [b"", b"1" * 3072, b"1" * (2 * 3073 - 1)])
def test_a_binary_batch_has_whole_records(content: bytes) -> None:
    with pytest.raises(UserError, match=r"^file: .* not whole records"):
        read_binary_batch(content, "file")


def test_damaged_sheets_are_named() -> None:
    sheet = sheet_files(DATASET)["test_batch.png"]
    for content in (b"", b"<html>", sheet[: len(sheet) // 2]):
        with pytest.raises(UserError, match=r"^file: not a readable PNG"):
            read_sheet(content, "file")
    small = BytesIO()
    Image.new("RGB", (10, 10)).save(small, "PNG")
    with pytest.raises(UserError, match=r"^file: a sheet of shape"):
        read_sheet(small.getvalue(), "file")


@pytest.mark.parametrize("content", [b"[1, 2", b"\xff\xfe\x00", b'{"a": 1}', b"[1.5]", b"[true]"])
def test_damaged_labels_are_named(content: bytes) -> None:
    with pytest.raises(UserError, match=r"^file: not"):
        read_labels(content, "file")

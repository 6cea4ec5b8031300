"""The IDX reader on tiny files, whole and damaged."""

from __future__ import annotations

import gzip

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given

from data_helpers import idx_bytes, idx_files, same, tiny_dataset
from grokscope.data.idx import decode_idx_dataset, read_idx
from grokscope.errors import UserError


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=1, max_dims=3, max_side=5)))
def test_what_was_encoded_is_decoded(values: np.ndarray) -> None:
    assert np.array_equal(read_idx(idx_bytes(values), values.ndim, "file"), values)
    assert np.array_equal(read_idx(gzip.compress(idx_bytes(values)), values.ndim, "file"), values)


IMAGES = idx_bytes(np.arange(24).reshape(2, 3, 4))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "too few"),
        (IMAGES[:10], "too few"),
        (IMAGES[:-1], "39 bytes, but its header promises 40"),
        (IMAGES + b"x", "41 bytes, but its header promises 40"),
        (b"\x00\x00\x0d\x03" + IMAGES[4:], "magic number is 00000d03, expected 00000803"),
        (b"<html>" + IMAGES, "magic number"),
        (b"\x00\x00\x08\x03" + b"\xff" * 12, "header promises"),
        (gzip.compress(IMAGES, mtime=0)[:-9], "damaged gzip"),
        (b"\x1f\x8b" + IMAGES, "damaged gzip"),
    ],
)
def test_a_damaged_file_is_named_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(UserError, match=rf"^some/file: .*{reason}") as error:
        read_idx(content, 3, "some/file")
    assert "\n" not in str(error.value)


def test_labels_are_not_taken_for_images() -> None:
    with pytest.raises(UserError, match="magic number"):
        read_idx(idx_bytes(np.arange(20)), 3, "file")


def test_four_files_make_a_data_set() -> None:
    dataset = tiny_dataset("mnist")
    assert same(decode_idx_dataset("mnist", idx_files(dataset), "folder"), dataset)


def test_images_and_labels_must_be_as_many() -> None:
    files = idx_files(tiny_dataset("mnist"))
    files["train-labels-idx1-ubyte"] = files["t10k-labels-idx1-ubyte"]
    with pytest.raises(UserError, match="mnist: train labels"):
        decode_idx_dataset("mnist", files, "folder")

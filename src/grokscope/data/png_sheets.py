"""CIFAR-10 as PNG sheets: every row of pixels of a sheet is one image, its rows laid end to end; labels are JSON
lists.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image

from grokscope.data.cifar import IMAGE_SHAPE
from grokscope.data.dataset import ImageDataset
from grokscope.data.failures import one_line
from grokscope.errors import UserError

TRAIN_SHEETS = tuple(f"data_batch_{number}.png" for number in range(1, 6))
TEST_SHEET = "test_batch.png"
TRAIN_LABELS = "train_lables.json"  # spelt so in the package
TEST_LABELS = "test_lables.json"
SHEET_FILES = (*TRAIN_SHEETS, TEST_SHEET, TRAIN_LABELS, TEST_LABELS)


def read_sheet(content: bytes, where: str) -> npt.NDArray[np.uint8]:
    """Decode one RGB sheet of N rows and 1024 columns to images uint8 `(N, 3, 32, 32)`."""
    channels, height, width = IMAGE_SHAPE
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as sheet:
            pixels = np.asarray(sheet)  # (N, height * width, channels)
    except (OSError, SyntaxError, ValueError) as error:
        raise UserError(f"{where}: not a readable PNG file: {one_line(error)}") from error
    if pixels.dtype != np.uint8 or pixels.shape[1:] != (height * width, channels):
        raise UserError(f"{where}: a sheet of shape {pixels.shape}, expected rows of {height * width} RGB pixels")
    return np.ascontiguousarray(pixels.reshape(-1, height, width, channels).transpose(0, 3, 1, 2))


def read_labels(content: bytes, where: str) -> npt.NDArray[np.int64]:
    """Decode a JSON list of whole numbers."""
    try:
        labels = json.loads(content)
    except ValueError as error:
        raise UserError(f"{where}: not valid JSON: {one_line(error)}") from error
    if not isinstance(labels, list) or not all(type(label) is int for label in labels):
        raise UserError(f"{where}: not a list of whole numbers")
    return np.array(labels, dtype=np.int64)


def decode_sheets_dataset(name: str, files: Mapping[str, bytes], where: str) -> ImageDataset:
    """Build the data set from the content of the files named in SHEET_FILES."""
    return ImageDataset(
        name,
        train_images=np.concatenate([read_sheet(files[sheet], f"{where}: {sheet}") for sheet in TRAIN_SHEETS]),
        train_labels=read_labels(files[TRAIN_LABELS], f"{where}: {TRAIN_LABELS}"),
        test_images=read_sheet(files[TEST_SHEET], f"{where}: {TEST_SHEET}"),
        test_labels=read_labels(files[TEST_LABELS], f"{where}: {TEST_LABELS}"),
    )

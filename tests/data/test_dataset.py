"""The neutral file: a round trip, determinism, and damage."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from data_helpers import same, tiny_dataset
from grokscope.data.catalogue import DATASETS, dataset_info
from grokscope.data.dataset import ImageDataset, check_content, content_sha256, load_dataset, write_dataset
from grokscope.data.failures import ChecksumMismatch
from grokscope.errors import UserError
from grokscope.files import sha256_of


@pytest.mark.parametrize("name", list(DATASETS))
def test_a_round_trip_keeps_everything(name: str, tmp_path: Path) -> None:
    dataset = tiny_dataset(name)
    digest = write_dataset(dataset, tmp_path / "data.safetensors")
    loaded = load_dataset(tmp_path / "data.safetensors")
    assert same(loaded, dataset)
    assert loaded.train_images.dtype == np.uint8
    assert loaded.train_labels.dtype == np.int64
    assert digest == sha256_of(tmp_path / "data.safetensors")
    assert write_dataset(dataset, tmp_path / "again.safetensors") == digest


def test_images_that_are_views_are_written_as_they_look(tmp_path: Path) -> None:
    dataset = tiny_dataset("cifar10")
    channels_last = np.ascontiguousarray(dataset.train_images.transpose(0, 2, 3, 1))
    view = ImageDataset(
        "cifar10", channels_last.transpose(0, 3, 1, 2), dataset.train_labels, dataset.test_images, dataset.test_labels
    )
    assert write_dataset(view, tmp_path / "view.safetensors") == write_dataset(dataset, tmp_path / "plain.safetensors")


def test_a_damaged_file_is_a_one_line_error(tmp_path: Path) -> None:
    path = tmp_path / "data.safetensors"
    for content in (None, b"", b"nonsense" * 9):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(UserError, match="not a readable data set file") as error:
            load_dataset(path)
        assert str(error.value).startswith(str(path))
        assert "\n" not in str(error.value)
    write_dataset(tiny_dataset("mnist"), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError, match="not a readable data set file"):
        load_dataset(path)


def test_another_safetensors_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    save_file({"weights": np.zeros(3)}, path)
    with pytest.raises(UserError, match="it lacks test_images"):
        load_dataset(path)


def test_wrong_types_are_refused() -> None:
    dataset = tiny_dataset("mnist")
    with pytest.raises(UserError, match="train images are float64"):
        ImageDataset(
            "mnist", dataset.train_images / 255, dataset.train_labels, dataset.test_images, dataset.test_labels
        )
    with pytest.raises(UserError, match="test labels are int64"):
        ImageDataset("mnist", dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels[:-1])


def test_foreign_content_is_a_checksum_mismatch() -> None:
    with pytest.raises(ChecksumMismatch, match=r"here: the train_images of mnist have sha256 .* expected 741c9888"):
        check_content(content_sha256(tiny_dataset("mnist")), dataset_info("mnist").content_sha256, "mnist", "here")


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UserError, match=f"data set 'imagenet' is unknown; there are {', '.join(DATASETS)}$"):
        dataset_info("imagenet")


def test_the_package_imports_without_torch() -> None:
    code = "import sys, grokscope.data; sys.exit('torch' in sys.modules or 'torchvision' in sys.modules)"
    source = Path(__file__).parents[2] / "src"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(source)}, check=False).returncode == 0

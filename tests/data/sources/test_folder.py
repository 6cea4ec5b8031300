"""Files that a user has in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_helpers import cifar_binary_files, cifar_python_files, idx_files, same, tar_bytes, tiny_dataset, write_files
from grokscope.data.catalogue import DATASETS
from grokscope.data.sources.folder import read_folder
from grokscope.errors import UserError

MNIST, FASHION, CIFAR = (DATASETS[name] for name in ("mnist", "fashion_mnist", "cifar10"))


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("place", ["", "MNIST/raw"])
def test_idx_files_are_found_zipped_or_not_and_where_torchvision_puts_them(
    zipped: bool, place: str, tmp_path: Path
) -> None:
    dataset = tiny_dataset("mnist")
    write_files(tmp_path / place, idx_files(dataset), zipped)
    found, origin = read_folder(MNIST, tmp_path)
    assert same(found, dataset)
    assert origin.source == "folder"


def test_the_spelling_with_a_dot_is_found(tmp_path: Path) -> None:
    dataset = tiny_dataset("fashion_mnist")
    write_files(tmp_path, {name.replace("-idx", ".idx"): content for name, content in idx_files(dataset).items()})
    assert same(read_folder(FASHION, tmp_path)[0], dataset)


@pytest.mark.parametrize("make", [cifar_binary_files, cifar_python_files])
@pytest.mark.parametrize("form", ["files", "folder", "archive"])
def test_cifar_is_found_in_every_official_form(make, form: str, tmp_path: Path) -> None:
    dataset = tiny_dataset("cifar10")
    kind, ending = ("binary", "bin") if make is cifar_binary_files else ("python", "py")
    if form == "archive":
        write_files(tmp_path, {f"cifar-10-{kind}.tar.gz": tar_bytes(make(dataset), f"cifar-10-batches-{ending}")})
    else:
        write_files(tmp_path / (f"cifar-10-batches-{ending}" if form == "folder" else ""), make(dataset))
    assert same(read_folder(CIFAR, tmp_path)[0], dataset)


def test_what_a_folder_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere: no such folder"):
        read_folder(MNIST, tmp_path / "nowhere")
    files = idx_files(tiny_dataset("mnist"))
    del files["t10k-labels-idx1-ubyte"]
    write_files(tmp_path, files)
    with pytest.raises(UserError, match=r"t10k-labels-idx1-ubyte \(plain or \.gz\) of mnist is missing"):
        read_folder(MNIST, tmp_path)
    with pytest.raises(
        UserError, match=r"no files of cifar10: expected cifar-10-binary\.tar\.gz \(or its files data_batch_1\.bin to"
    ):
        read_folder(CIFAR, tmp_path)

"""Files that torchvision's downloader, which is replaced here, fetches from its mirrors."""

from __future__ import annotations

import errno
import http.client
import socket
import sys
import urllib.error
from dataclasses import replace
from pathlib import Path

import pytest

from data_helpers import (
    cifar100_python_files,
    cifar_python_files,
    idx_files,
    same,
    sums,
    tar_bytes,
    tiny_dataset,
    write_files,
)
from grokscope.data.catalogue import DATASETS
from grokscope.data.dataset import load_dataset
from grokscope.data.ensure import ensure_dataset
from grokscope.data.failures import ChecksumMismatch, NetworkFailure
from grokscope.data.sources.torchvision_download import read_torchvision
from grokscope.errors import UserError
from imagenette_helpers import archive, made_files, take_for_official

MNIST = DATASETS["mnist"]


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch):
    """Replace torchvision's downloader; returns a function that sets what it does."""
    utils = pytest.importorskip("torchvision.datasets.utils")

    def use(function) -> list[str]:
        called: list[str] = []

        def download(address: str, folder: Path, name: str, md5: str) -> None:
            called.append(address)
            assert socket.getdefaulttimeout() is not None
            function(address, folder / name, name)

        monkeypatch.setattr(utils, "download_url", download)
        return called

    return use


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_torchvision_files_are_read(name: str, downloads, tmp_path: Path) -> None:
    dataset = tiny_dataset(name)
    official = (
        {"cifar-10-python.tar.gz": tar_bytes(cifar_python_files(dataset), "cifar-10-batches-py")}
        if name == "cifar10"
        else {}
    )
    if name != "cifar10":
        write_files(tmp_path / "ready", idx_files(dataset), zipped=True)
        official = {path.name: path.read_bytes() for path in (tmp_path / "ready").iterdir()}
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    before = socket.getdefaulttimeout()
    downloads(lambda address, target, file: target.write_bytes(official[file]))
    found, origin = read_torchvision(DATASETS[name], workspace)
    assert same(found, dataset)
    assert origin.source == "torchvision"
    assert origin.version
    assert socket.getdefaulttimeout() == before


def test_cifar100_is_fetched_as_one_archive(downloads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = tiny_dataset("cifar100")
    files = cifar100_python_files(dataset)
    releases = tuple(replace(one, published_sums=sums(files)) for one in DATASETS["cifar100"].releases)
    called = downloads(lambda address, target, file: target.write_bytes(tar_bytes(files, "cifar-100-python")))
    found, _ = read_torchvision(replace(DATASETS["cifar100"], releases=releases), tmp_path)
    assert same(found, dataset)
    assert called == ["https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"]


def test_the_imagenette_of_the_right_size_is_fetched(
    downloads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = archive(made_files())
    take_for_official(monkeypatch, "imagenette_64", content)
    called = downloads(lambda address, target, file: target.write_bytes(content))
    path = ensure_dataset("imagenette_64", tmp_path / "cache", "auto")
    assert called == ["https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-160.tgz"]
    assert load_dataset(path).train_images.shape == (20, 3, 64, 64)
    assert sorted(one.name for one in path.parent.iterdir()) == [
        ".imagenette_64.lock", "imagenette_64.json", "imagenette_64.safetensors",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "file"), [("cifar100", "cifar-100-binary"), ("imagenette_224", "imagenette2-320")])
@pytest.mark.parametrize("source", ["auto", "torchvision"])
def test_without_a_network_a_user_is_told_what_to_put_where(
    name: str, file: str, source: str, downloads, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise urllib.error.URLError("Name or service not known")

    downloads(fail)
    with pytest.raises(NetworkFailure) as failure:
        ensure_dataset(name, tmp_path / "cache", source)
    assert "Name or service not known" in str(failure.value)
    assert f"without a network, put {file}" in str(failure.value)
    assert "data__source=folder data__folder=FOLDER" in str(failure.value)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    "error",
    [
        urllib.error.URLError("Name or service not known"),
        urllib.error.HTTPError("address", 503, "Service Unavailable", None, None),  # type: ignore[arg-type]
        TimeoutError("timed out"),
        ConnectionResetError("reset"),
        RecursionError("too many redirects"),
        http.client.IncompleteRead(b""),
        OSError(errno.ENETUNREACH, "Network is unreachable"),
    ],
)
def test_torchvision_tries_every_mirror_twice_before_it_fails(error: Exception, downloads, tmp_path: Path) -> None:
    def fail(*_: object) -> None:
        raise error

    called = downloads(fail)
    with pytest.raises(NetworkFailure, match=r"^train-images-idx3-ubyte\.gz: ") as failure:
        read_torchvision(MNIST, tmp_path)
    assert len(called) == 2 * len(set(called))
    assert len(set(called)) > 1
    assert "\n" not in str(failure.value)


def test_a_wrong_md5_is_tried_again_but_not_elsewhere(downloads, tmp_path: Path) -> None:
    def damaged(address: str, target: Path, name: str) -> None:
        target.write_bytes(b"other")
        raise RuntimeError("File not found or corrupted.")

    called = downloads(damaged)
    with pytest.raises(ChecksumMismatch, match=r"^train-images-idx3-ubyte\.gz: torchvision found a wrong md5"):
        read_torchvision(MNIST, tmp_path)
    assert len(called) == 2
    assert len(set(called)) == 1
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_not_taken_for_the_network(downloads, tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    called = downloads(full)
    with pytest.raises(OSError, match="No space left"):
        read_torchvision(MNIST, tmp_path)
    assert len(called) == 1


def test_without_torchvision_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(UserError, match="torchvision cannot be imported"):
        read_torchvision(MNIST, tmp_path)

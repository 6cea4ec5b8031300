"""Files that torchvision's downloader, which is replaced here, fetches from its mirrors."""

from __future__ import annotations

import errno
import http.client
import socket
import sys
import urllib.error
from pathlib import Path

import pytest

from data_helpers import cifar_python_files, idx_files, same, tar_bytes, tiny_dataset, write_files
from grokscope.data.catalogue import DATASETS
from grokscope.data.failures import ChecksumMismatch, NetworkFailure
from grokscope.data.sources.torchvision_download import read_torchvision
from grokscope.errors import UserError

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

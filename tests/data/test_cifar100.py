"""CIFAR-100 from the user's own files, in both official formats, against torchvision's reader; and what is wrong with
files.
"""

from __future__ import annotations

import os
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data_helpers import (
    cifar100_binary_files,
    cifar100_python_files,
    coarse,
    same,
    sums,
    tar_bytes,
    tiny_dataset,
    write_files,
)
from grokscope.data.catalogue import DATASETS
from grokscope.data.dataset import content_sha256, load_dataset
from grokscope.data.ensure import ensure_dataset
from grokscope.data.failures import ChecksumMismatch
from grokscope.errors import UserError
from grokscope.files import read_json

DATASET = tiny_dataset("cifar100")
MAKERS = {"binary": cifar100_binary_files, "python": cifar100_python_files}


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue takes the made files for the official ones."""
    info = DATASETS["cifar100"]
    files = cifar100_binary_files(DATASET) | cifar100_python_files(DATASET)
    releases = tuple(replace(release, published_sums=sums(files)) for release in info.releases)
    tiny = replace(info, releases=releases, train_size=len(DATASET.train_labels), test_size=len(DATASET.test_labels))
    monkeypatch.setitem(DATASETS, "cifar100", tiny)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


@pytest.mark.parametrize("kind", ["binary", "python"])
@pytest.mark.parametrize("form", ["files", "folder", "archive"])
def test_every_official_form_is_read_with_fine_labels(kind: str, form: str, own: Path, tmp_path: Path) -> None:
    files = MAKERS[kind](DATASET)
    if form == "archive":
        write_files(own, {f"cifar-100-{kind}.tar.gz": tar_bytes(files | {"meta": b"names"}, f"cifar-100-{kind}")})
    else:
        write_files(own / (f"cifar-100-{kind}" if form == "folder" else ""), files)
    path = ensure_dataset("cifar100", tmp_path / "cache", "folder", own)
    assert same(load_dataset(path), DATASET)
    assert not np.array_equal(load_dataset(path).train_labels, coarse(DATASET.train_labels))
    record = read_json(path.with_suffix(".json"))
    assert record["content_sha256"] == content_sha256(DATASET)
    assert (record["classes"], record["source"]) == (100, "folder")


def test_torchvision_reads_the_same(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("torchvision.datasets")
    files = cifar100_python_files(DATASET) | {
        "meta": pickle.dumps({"fine_label_names": [str(label) for label in range(100)]}, protocol=2)
    }
    write_files(own / "cifar-100-python", files)
    ours = load_dataset(ensure_dataset("cifar100", tmp_path / "cache", "folder", own))

    for split in ("train", "test"):
        monkeypatch.setattr(datasets.CIFAR100, f"{split}_list", [[split, sums(files)[split]]])
    monkeypatch.setitem(datasets.CIFAR100.meta, "md5", sums(files)["meta"])
    for split in ("train", "test"):
        theirs = datasets.CIFAR100(str(own), train=split == "train")
        assert np.array_equal(theirs.data.transpose(0, 3, 1, 2), getattr(ours, f"{split}_images"))
        assert theirs.targets == getattr(ours, f"{split}_labels").tolist()


def test_the_sums_of_the_catalogue_are_those_that_torchvision_checks() -> None:
    datasets = pytest.importorskip("torchvision.datasets")
    from grokscope.data import releases

    python = releases.CIFAR100[1]
    theirs = datasets.CIFAR100
    assert python.published_sums == dict([*theirs.train_list, *theirs.test_list])
    assert (python.archives[0], python.unpacked) == (theirs.filename, theirs.base_folder)
    assert python.address + python.archives[0] == theirs.url


@pytest.mark.parametrize(("name", "prefix"), [("train.bin", "cifar-100-binary"), ("train", "cifar-100-python")])
@pytest.mark.parametrize("damage", ["cut", "changed", "web page"])
def test_damaged_files_are_named(name: str, prefix: str, damage: str, own: Path, tmp_path: Path) -> None:
    files = MAKERS[prefix.rpartition("-")[2]](DATASET)
    whole = files[name]
    files[name] = {
        "cut": whole[:-5],
        "changed": whole[:-1] + bytes([whole[-1] ^ 1]),
        "web page": b"<!DOCTYPE html><title>Not found</title>",
    }[damage]
    write_files(own / prefix, files)
    page = ": it is a web page" if damage == "web page" else ""
    with pytest.raises(ChecksumMismatch, match=rf"{name} has md5 \w+, expected \w+{page}; download it again$"):
        ensure_dataset("cifar100", tmp_path / "cache", "folder", own)
    assert not list((tmp_path / "cache").glob("cifar100*"))


def test_a_damaged_archive_is_named(own: Path, tmp_path: Path) -> None:
    whole = tar_bytes(cifar100_binary_files(DATASET), "cifar-100-binary")
    for content in (whole[: len(whole) // 2], b"<html>", b""):
        write_files(own, {"cifar-100-binary.tar.gz": content})
        with pytest.raises(UserError, match=r"cifar-100-binary\.tar\.gz: (damaged archive|the archive lacks)") as error:
            ensure_dataset("cifar100", tmp_path / "cache", "folder", own)
        assert "\n" not in str(error.value)


class Harmful:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("harm",)


def test_a_pickle_that_names_a_function_is_not_run(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = cifar100_python_files(DATASET) | {"train": pickle.dumps(Harmful(), protocol=2)}
    info = DATASETS["cifar100"]
    releases = tuple(replace(release, published_sums=sums(files)) for release in info.releases)
    monkeypatch.setitem(DATASETS, "cifar100", replace(info, releases=releases))
    write_files(own, files)
    with pytest.raises(UserError, match=r"train: not a CIFAR batch: it names (posix|nt)\.mkdir"):
        ensure_dataset("cifar100", tmp_path / "cache", "folder", own)
    assert not (tmp_path / "harm").exists()


def test_files_of_another_size_are_refused(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(own, cifar100_binary_files(DATASET))
    monkeypatch.setitem(DATASETS, "cifar100", replace(DATASETS["cifar100"], train_size=21))
    with pytest.raises(UserError, match=r"train images of cifar100 are \(20, 3, 32, 32\), expected \(21, 3, 32, 32\)"):
        ensure_dataset("cifar100", tmp_path / "cache", "folder", own)
    monkeypatch.setitem(DATASETS, "cifar100", replace(DATASETS["cifar100"], train_size=20, classes=20))
    with pytest.raises(UserError, match="train labels of cifar100 are not all from 0 to 19"):
        ensure_dataset("cifar100", tmp_path / "cache", "folder", own)


def test_what_was_decoded_first_holds_from_then_on(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(own, cifar100_binary_files(DATASET))
    path = ensure_dataset("cifar100", tmp_path / "cache", "folder", own)
    path.unlink()
    assert same(load_dataset(ensure_dataset("cifar100", tmp_path / "cache", "folder", own)), DATASET)
    path.unlink()
    other = tiny_dataset("cifar100", seed=1)
    info = DATASETS["cifar100"]
    releases = tuple(replace(one, published_sums=sums(cifar100_binary_files(other))) for one in info.releases)
    monkeypatch.setitem(DATASETS, "cifar100", replace(info, releases=releases))
    write_files(own, cifar100_binary_files(other))
    with pytest.raises(ChecksumMismatch, match=r"expected \w+ by .*cifar100\.json; delete it if these files are right"):
        ensure_dataset("cifar100", tmp_path / "cache", "folder", own)
    path.with_suffix(".json").unlink()
    assert same(load_dataset(ensure_dataset("cifar100", tmp_path / "cache", "folder", own)), other)


@pytest.mark.parametrize("source", ["folder", "package"])
def test_without_files_a_user_is_told_which_ones_to_put_where(source: str, own: Path, tmp_path: Path) -> None:
    own.mkdir()
    with pytest.raises(UserError) as error:
        ensure_dataset("cifar100", tmp_path / "cache", source, own)
    for part in ("cifar-100-binary.tar.gz", "train.bin and test.bin", "https://www.cs.toronto.edu/~kriz/"):
        assert part in str(error.value)
    assert (str(own) if source == "folder" else "data__folder=FOLDER") in str(error.value)
    assert "\n" not in str(error.value)

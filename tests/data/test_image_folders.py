"""Imagenette from the user's own files, against torchvision's reader and transforms; and what is wrong with files."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grokscope.data.catalogue import DATASETS, IMAGENETTE_SIZES
from grokscope.data.dataset import content_sha256, load_dataset
from grokscope.data.ensure import ensure_dataset
from grokscope.data.failures import ChecksumMismatch
from grokscope.data.image_folders import centre_square
from grokscope.errors import UserError
from grokscope.files import read_json
from imagenette_helpers import CLASSES, archive, made_files, take_for_official, write_archive, write_folders

FILES = made_files()


@pytest.mark.parametrize("size", [64, 128, 160])
def test_torchvision_reads_the_same_pixels_and_labels(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torchvision = pytest.importorskip("torchvision")
    name = f"imagenette_{size}"
    take_for_official(monkeypatch, name)
    own = write_folders(tmp_path / "own", FILES)
    ours = load_dataset(ensure_dataset(name, tmp_path / "cache", "folder", own))
    transforms = torchvision.transforms
    square = transforms.Compose([transforms.Resize(size), transforms.CenterCrop(size)])
    for split, theirs_name in (("train", "train"), ("test", "val")):
        theirs = torchvision.datasets.Imagenette(own, theirs_name, size="160px", transform=square)
        pixels = np.stack([np.asarray(image).transpose(2, 0, 1) for image, _ in theirs])
        assert np.array_equal(pixels, getattr(ours, f"{split}_images"))
        assert [label for _, label in theirs] == getattr(ours, f"{split}_labels").tolist()


@pytest.mark.parametrize("shape", [(500, 375), (375, 500), (224, 224), (223, 640), (100, 33), (1, 7)])
@pytest.mark.parametrize("size", [64, 224])
def test_any_shape_is_cut_as_torchvision_cuts_it(shape: tuple[int, int], size: int) -> None:
    transforms = pytest.importorskip("torchvision.transforms")
    pixels = np.random.default_rng(1).integers(256, size=(*shape[::-1], 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    theirs = transforms.CenterCrop(size)(transforms.Resize(size)(image))
    assert np.array_equal(centre_square(image, size), np.asarray(theirs).transpose(2, 0, 1))


def test_the_catalogue_names_what_torchvision_fetches() -> None:
    datasets = pytest.importorskip("torchvision.datasets")
    theirs = datasets.Imagenette
    for size, release in IMAGENETTE_SIZES.items():
        kind = "160px" if size <= 160 else "320px"
        address, md5 = theirs._ARCHIVES[kind]
        assert release.address + release.archives[0] == address
        assert release.published_sums[release.archives[0]] == md5
        assert release.classes == tuple(sorted(theirs._WNID_TO_CLASS))
        assert DATASETS[f"imagenette_{size}"].image_shape == (3, size, size)


def test_archive_and_folders_give_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = write_archive(tmp_path / "archive", FILES)
    take_for_official(monkeypatch, "imagenette_64", content)
    write_folders(tmp_path / "folders", FILES)
    paths = [
        ensure_dataset("imagenette_64", tmp_path / f"cache-{kind}", "folder", tmp_path / kind)
        for kind in ("archive", "folders")
    ]
    within = ensure_dataset("imagenette_64", tmp_path / "cache-in", "folder", tmp_path / "folders/imagenette2-160")
    assert len({path.read_bytes() for path in (*paths, within)}) == 1
    dataset = load_dataset(paths[0])
    assert dataset.train_labels.tolist() == [label for label in range(10) for _ in range(2)]
    assert dataset.test_labels.tolist() == list(range(10))
    record = read_json(paths[0].with_suffix(".json"))
    assert record["content_sha256"] == content_sha256(dataset)
    assert record["decoder"].startswith("Pillow ")
    assert sorted(path.name for path in paths[0].parent.iterdir()) == [
        ".imagenette_64.lock", "imagenette_64.json", "imagenette_64.safetensors",
    ]  # fmt: skip


def test_every_size_is_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = write_folders(tmp_path / "own", FILES)
    for size in (64, 128):
        take_for_official(monkeypatch, f"imagenette_{size}")
        path = ensure_dataset(f"imagenette_{size}", tmp_path / "cache", "folder", own)
        assert load_dataset(path).train_images.shape == (20, 3, size, size)


def changed(name: str, content: bytes | None) -> Callable[[], dict[str, bytes]]:
    """The made files with one that is added, replaced or, with None, left out."""

    def files() -> dict[str, bytes]:
        found = {**FILES, name: content or b""}
        return {key: value for key, value in found.items() if key != name or content is not None}

    return files


FIRST = f"train/{CLASSES[0]}/{CLASSES[0]}_7.JPEG"
WRONG: list[tuple[Callable[[], dict[str, bytes]], str]] = [
    (changed(FIRST, None), r"train has 19 JPEG files, and imagenette_64 has 20"),
    (changed(f"train/{CLASSES[0]}/more.JPEG", FILES[FIRST]), r"train has 21 JPEG files, and imagenette_64 has 20"),
    (changed(FIRST, FILES[FIRST][:-300]), rf"{FIRST}: not a readable JPEG file: .*truncated"),
    (changed(FIRST, b"<html></html>"), rf"{FIRST}: not a readable JPEG file"),
    (changed(FIRST, b"\xff\xd8\xff"), rf"{FIRST}: not a readable JPEG file"),
    (
        changed("train/n02086240/a.JPEG", FILES[FIRST]),
        r"train/n02086240 is none of the classes of imagenette_64: n0144",
    ),
    (changed("val/tench/a.JPEG", FILES[FIRST]), r"val/tench is none of the classes"),
    (changed(f"val/{CLASSES[4]}/{CLASSES[4]}_7.JPEG", None), rf"val/{CLASSES[4]} is missing or empty"),
    (lambda: {key: value for key, value in FILES.items() if key.startswith("train")}, r"val has no folders with JPEG"),
    (lambda: {key: value for key, value in FILES.items() if key.startswith("val")}, r"train has no folders with JPEG"),
]


@pytest.mark.parametrize("form", ["archive", "folders"])
@pytest.mark.parametrize(("files", "words"), WRONG, ids=[words for _, words in WRONG])
def test_wrong_files_are_named_and_leave_nothing(
    files: Callable[[], dict[str, bytes]], words: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_for_official(monkeypatch, "imagenette_64")
    write_archive(tmp_path, files()) if form == "archive" else write_folders(tmp_path, files())
    with pytest.raises(UserError, match=words) as error:
        ensure_dataset("imagenette_64", tmp_path / "cache", "folder", tmp_path)
    assert "\n" not in str(error.value)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".imagenette_64.lock"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (archive(FILES)[:-1000], r"tgz has md5 \w+, expected \w+; download it again"),
        (
            b"<!doctype html><title>Sign in</title>",
            r"tgz has md5 \w+, expected \w+: it is a web page; download it again",
        ),
    ],
)
def test_another_archive_than_the_official_one_is_refused(
    content: bytes, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_for_official(monkeypatch, "imagenette_64", archive(FILES))
    (tmp_path / "imagenette2-160.tgz").write_bytes(content)
    with pytest.raises(ChecksumMismatch, match=words):
        ensure_dataset("imagenette_64", tmp_path / "cache", "folder", tmp_path)


def test_a_cut_archive_without_a_sum_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take_for_official(monkeypatch, "imagenette_64")
    whole = archive(FILES)
    for part in (whole[: len(whole) // 2], whole[:200], b"", b"<html>"):
        (tmp_path / "imagenette2-160.tgz").write_bytes(part)
        with pytest.raises(UserError, match=r"tgz: (damaged archive|train has|val has)") as error:
            ensure_dataset("imagenette_64", tmp_path / "cache", "folder", tmp_path)
        assert "\n" not in str(error.value)


def test_without_files_a_user_is_told_which_ones_to_put_where(tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        ensure_dataset("imagenette_224", tmp_path / "cache", "folder", tmp_path)
    assert f"{tmp_path}: no files of imagenette_224: expected imagenette2-320.tgz" in str(error.value)
    assert "https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-320.tgz" in str(error.value)


def test_a_full_disk_is_noticed_before_anything_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take_for_official(monkeypatch, "imagenette_64")
    write_folders(tmp_path, FILES)

    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", no_room)
    monkeypatch.setattr("grokscope.data.image_folders.centre_square", lambda *_: pytest.fail("an image was decoded"))
    with pytest.raises(UserError, match="the disk is full"):
        ensure_dataset("imagenette_64", tmp_path / "cache", "folder", tmp_path)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".imagenette_64.lock"]


def test_images_that_are_already_there_are_not_decoded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take_for_official(monkeypatch, "imagenette_64")
    write_folders(tmp_path, FILES)
    path = ensure_dataset("imagenette_64", tmp_path / "cache", "folder", tmp_path)
    first = content_sha256(load_dataset(path))
    assert ensure_dataset("imagenette_64", tmp_path / "cache", "package") == path
    path.write_bytes(path.read_bytes()[:-1])
    again = ensure_dataset("imagenette_64", tmp_path / "cache", "folder", tmp_path)
    assert content_sha256(load_dataset(again)) == first

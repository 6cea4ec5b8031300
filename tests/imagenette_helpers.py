"""Tiny Imagenettes: an archive or folders of JPEG files, made as the official release is."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data_helpers import sums, tar_bytes, write_files
from grokscope.data.catalogue import DATASETS, DatasetInfo
from grokscope.data.releases import IMAGENETTE_160

CLASSES = IMAGENETTE_160.classes
SIZES = ((160, 213), (240, 160), (160, 160), (161, 200), (90, 70), (300, 168))
"""Widths and heights; one image is smaller than a network wants it."""


def jpeg(random: np.random.Generator, number: int, mode: str = "RGB", **saved: object) -> bytes:
    """A smooth picture with some noise, in a colour mode, with what `Image.save` takes."""
    width, height = SIZES[number % len(SIZES)]
    corner = random.integers(256, size=(4, 4, len(Image.new(mode, (1, 1)).getbands())), dtype=np.uint8)
    image = Image.fromarray(corner[..., 0] if mode == "L" else corner, mode).resize((width, height), 3)
    file = BytesIO()
    image.save(file, "JPEG", **saved)
    return file.getvalue()


def turned() -> Image.Exif:
    """The note that a picture is to be shown turned by 90 degrees."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def made_files() -> dict[str, bytes]:
    """Two images of each class in train, one in val: among them a grey one, one in CMYK, one with a note to turn it."""
    random = np.random.default_rng(0)
    files, number = {}, 0
    for folder, count in (("train", 2), ("val", 1)):
        for name in CLASSES:
            for place in range(count):
                files[f"{folder}/{name}/{name}_{7 - place}.JPEG"] = jpeg(random, number)
                number += 1
    files[f"train/{CLASSES[1]}/{CLASSES[1]}_7.JPEG"] = jpeg(random, 0, "L")
    files[f"train/{CLASSES[2]}/{CLASSES[2]}_7.JPEG"] = jpeg(random, 1, "CMYK")
    files[f"val/{CLASSES[3]}/{CLASSES[3]}_7.JPEG"] = jpeg(random, 1, exif=turned())
    return files


def archive(files: dict[str, bytes]) -> bytes:
    """As the official one: not in the order of names, with a file that is no image."""
    shuffled = dict(sorted(files.items(), key=lambda item: item[0][::-1]))
    return tar_bytes({"noisy_imagenette.csv": b"path"} | shuffled, "imagenette2-160")


def write_archive(folder: Path, files: dict[str, bytes]) -> bytes:
    """The archive in a folder; returns its content."""
    content = archive(files)
    write_files(folder, {"imagenette2-160.tgz": content})
    return content


def write_folders(folder: Path, files: dict[str, bytes]) -> Path:
    """The archive unpacked in a folder."""
    for name, content in files.items():
        path = folder / "imagenette2-160" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def take_for_official(monkeypatch: pytest.MonkeyPatch, name: str, content: bytes | None = None) -> DatasetInfo:
    """Let the catalogue say that the tiny set is the whole one, and an archive of this content the official one."""
    info = DATASETS[name]
    release = replace(
        info.releases[0], published_sums={} if content is None else sums({"imagenette2-160.tgz": content})
    )
    tiny = replace(info, releases=(release,), train_size=2 * len(CLASSES), test_size=len(CLASSES))
    monkeypatch.setitem(DATASETS, name, tiny)
    return tiny

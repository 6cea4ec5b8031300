"""Releases that consist of JPEG files in one folder for each class: `train/<class>/*.JPEG` and `val/<class>/*.JPEG`.

Decoded one image at a time, as torchvision does it: the classes in the order of their folders' names, the images of a
class in the order of theirs; RGB, whatever the file has; the shorter side resized to the size asked for (bilinear, with
antialiasing), then the centre cut out. A note on orientation (EXIF) is ignored.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL
from PIL import Image, features

from grokscope.data.archives import each_tar_member
from grokscope.data.catalogue import DatasetInfo
from grokscope.data.dataset import ImageDataset
from grokscope.data.failures import one_line
from grokscope.errors import UserError

FORMATS = ("JPEG", "PNG")  # one of ImageNet's files is a PNG file with the name of a JPEG file
FOLDERS = {"train": "train", "val": "test"}
"""Folder of a split in the release -> the split."""

PATTERN = re.compile(r"(?:.*/)?(train|val)/([^/]+)/([^/.][^/]*\.jpe?g)", re.IGNORECASE)

NewArrays = Callable[[], dict[str, npt.NDArray[Any]]]
"""Gives arrays of zeros by name, which lie in the file of the data set."""

Key = tuple[str, str, str]
"""Folder of the split, folder of the class, name of the file."""

log = logging.getLogger(__name__)


def decode_image_folders(info: DatasetInfo, place: Path, arrays: NewArrays) -> ImageDataset:
    """The images of the archive or unpacked folder `place`, in `arrays`, which are asked for once all files are found.

    Raises UserError that names what is damaged, missing or not expected.
    """
    places = _places(info, place, (key for key, _ in _files(place)))
    found, small, left = arrays(), 0, set(places)
    size = info.image_shape[1]
    for key, read in _files(place):
        split, position, label = places[key]
        image = _opened(read(), f"{place}: {'/'.join(key)}")
        small += min(image.size) < size
        found[f"{split}_images"][position] = centre_square(image, size)
        found[f"{split}_labels"][position] = label
        left.discard(key)
    if left:
        raise UserError(f"{place}: {'/'.join(min(left))} went away while it was read")
    if small:
        log.warning("%s: %d images have a side of less than %d pixels and were enlarged", place, small, size)
    return ImageDataset(info.name, **found)


def image_decoder() -> str:
    """The versions of what decodes and resizes: another one may round a pixel otherwise."""
    return f"Pillow {PIL.__version__}, libjpeg-turbo {features.version('libjpeg_turbo') or 'not used'}"


def centre_square(image: Image.Image, size: int) -> npt.NDArray[np.uint8]:
    """The centre of an RGB image, uint8 `(3, size, size)`, after its shorter side was resized to `size`.

    As torchvision's Resize(size) and CenterCrop(size) give it.
    """
    width, height = image.size
    if width <= height:
        width, height = size, int(size * height / width)
    else:
        width, height = int(size * width / height), size
    if (width, height) != image.size:
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    left, top = round((width - size) / 2), round((height - size) / 2)
    return np.asarray(image.crop((left, top, left + size, top + size))).transpose(2, 0, 1)


def _opened(content: bytes, where: str) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            return image.convert("RGB")
    except Exception as error:  # a damaged image can raise nearly anything
        raise UserError(f"{where}: not a readable JPEG file: {one_line(error)}") from error


def _files(place: Path) -> Iterator[tuple[Key, Callable[[], bytes]]]:
    """Every image of an archive or folder, and how to read it: in an archive before the next one is asked for."""
    if place.is_dir():
        for path in sorted(place.glob("*/*/*")):
            if (key := _key(path.relative_to(place).as_posix())) and path.is_file():
                yield key, path.read_bytes
    else:
        for name, read in each_tar_member(place):
            if key := _key(name):
                yield key, read


def _key(name: str) -> Key | None:
    found = PATTERN.fullmatch(name)
    return (found[1].lower(), found[2], found[3]) if found else None


def _places(info: DatasetInfo, place: Path, keys: Iterable[Key]) -> dict[Key, tuple[str, int, int]]:
    """Split, position in it and label of every image. Raises UserError unless they are what the release has."""
    (release,) = info.releases
    classes, ordered = release.classes, sorted(set(keys))
    for folder, split in FOLDERS.items():
        sizes = Counter(class_folder for of, class_folder, _ in ordered if of == folder)
        where = f"{place}: {folder}"
        if not sizes:
            raise UserError(f"{where} has no folders with JPEG files; {info.name} needs train and val")
        if strange := sorted(set(sizes) - set(classes)):
            raise UserError(f"{where}/{strange[0]} is none of the classes of {info.name}: {', '.join(classes)}")
        if missing := [name for name in classes if name not in sizes]:
            raise UserError(f"{where}/{missing[0]} is missing or empty")
        expected = info.train_size if split == "train" else info.test_size
        if sizes.total() != expected:
            raise UserError(f"{where} has {sizes.total()} JPEG files, and {info.name} has {expected}")
    first = {folder: next(place for place, key in enumerate(ordered) if key[0] == folder) for folder in FOLDERS}
    return {
        key: (FOLDERS[key[0]], position - first[key[0]], classes.index(key[1])) for position, key in enumerate(ordered)
    }

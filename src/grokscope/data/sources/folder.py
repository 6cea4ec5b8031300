"""Source `folder`: the official files, as the user has them, compressed or not."""

from __future__ import annotations

from pathlib import Path

from grokscope.data.archives import read_tar_members
from grokscope.data.catalogue import DatasetInfo
from grokscope.data.cifar import decode_binary_dataset, decode_python_dataset
from grokscope.data.dataset import ImageDataset
from grokscope.data.idx import IDX_FILES, decode_idx_dataset
from grokscope.data.image_folders import NewArrays, decode_image_folders
from grokscope.data.published import check_bytes, check_file
from grokscope.data.releases import Release
from grokscope.data.sources.origin import Origin
from grokscope.data.user_files import complaint_about
from grokscope.errors import UserError


def read_folder(info: DatasetInfo, folder: Path, arrays: NewArrays | None = None) -> tuple[ImageDataset, Origin]:
    """Read a data set from the official files in `folder`, or in the sub-folder torchvision or the authors' archive
    would make.

    MNIST and Fashion-MNIST: the four IDX files, each plain or .gz. The others: an archive of the release, or the same
    unpacked, held against the sums of its publisher. `arrays` gives those that folders of images are decoded into, for
    which there may be no room in memory. Raises UserError if files are missing or damaged.
    """
    if complaint := complaint_about(info, folder):
        raise UserError(complaint)
    if not info.releases:
        return _read_idx(info, folder), Origin("folder")
    release, place = next((one, found) for one in info.releases if (found := one.found_in(folder)))
    if info.files == "image_folders":
        assert arrays is not None
        if place.is_file():
            check_file(place, release)
        return decode_image_folders(info, place, arrays), Origin("folder")
    return _read_cifar(info, release, place), Origin("folder")


def _read_idx(info: DatasetInfo, folder: Path) -> ImageDataset:
    raw = folder / (info.torchvision_class or "") / "raw"
    files = {}
    for name in IDX_FILES:
        spellings = (name, name.replace("-idx", ".idx"))
        candidates = [
            place / (spelling + ending) for place in (folder, raw) for spelling in spellings for ending in ("", ".gz")
        ]
        files[name] = _first_file(candidates, f"{folder}: {name} (plain or .gz) of {info.name} is missing").read_bytes()
    return decode_idx_dataset(info.name, files, str(folder))


def _read_cifar(info: DatasetInfo, release: Release, place: Path) -> ImageDataset:
    if place.is_dir():
        files = {name: (place / name).read_bytes() for name in release.files}
    else:
        files = read_tar_members(place, release.files)
    for name, content in files.items():
        check_bytes(content, name, release, f"{place}: {name}")
    decode = decode_binary_dataset if release.files[0].endswith(".bin") else decode_python_dataset
    return decode(info.name, files, str(place))


def _first_file(candidates: list[Path], otherwise: str) -> Path:
    for path in candidates:
        if path.is_file():
            return path
    raise UserError(otherwise)

"""Source `folder`: the official files, as the user has them, compressed or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from grokscope.data.archives import read_tar_members
from grokscope.data.catalogue import DatasetInfo
from grokscope.data.cifar import BINARY_FILES, PYTHON_FILES, decode_binary_dataset, decode_python_dataset
from grokscope.data.dataset import ImageDataset
from grokscope.data.idx import IDX_FILES, decode_idx_dataset
from grokscope.data.sources.origin import Origin
from grokscope.errors import UserError

Decoder = Callable[[str, Mapping[str, bytes], str], ImageDataset]

# Official name of an unpacked folder, names of its files, names of the archive that holds them, how to decode them.
CIFAR_RELEASES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], Decoder], ...] = (
    ("cifar-10-batches-bin", BINARY_FILES, ("cifar-10-binary.tar.gz", "cifar-10-binary.tar"), decode_binary_dataset),
    ("cifar-10-batches-py", PYTHON_FILES, ("cifar-10-python.tar.gz", "cifar-10-python.tar"), decode_python_dataset),
)


def read_folder(info: DatasetInfo, folder: Path) -> tuple[ImageDataset, Origin]:
    """Read a data set from the official files in `folder`, or in the sub-folder torchvision or the authors' archive
    would make.

    MNIST and Fashion-MNIST: the four IDX files, each plain or .gz. CIFAR-10: the binary or the Python release, as
    archive or unpacked. Raises UserError if files are missing or damaged.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder (source folder needs the {info.name} files there)")
    dataset = _read_idx(info, folder) if info.files == "idx" else _read_cifar(info, folder)
    return dataset, Origin("folder")


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


def _read_cifar(info: DatasetInfo, folder: Path) -> ImageDataset:
    for unpacked, names, archives, decode in CIFAR_RELEASES:
        for place in (folder, folder / unpacked):
            if all((place / name).is_file() for name in names):
                return decode(info.name, {name: (place / name).read_bytes() for name in names}, str(place))
        for archive in _existing(folder / name for name in archives):
            return decode(info.name, read_tar_members(archive, names), str(archive))
    known = " or ".join(
        f"{archives[0]}, or all of {names[0]} to {names[-1]}" for _, names, archives, _ in CIFAR_RELEASES
    )
    raise UserError(f"{folder}: no files of {info.name}: expected {known}")


def _existing(candidates: Iterator[Path]) -> list[Path]:
    return [path for path in candidates if path.is_file()]


def _first_file(candidates: list[Path], otherwise: str) -> Path:
    for path in candidates:
        if path.is_file():
            return path
    raise UserError(otherwise)

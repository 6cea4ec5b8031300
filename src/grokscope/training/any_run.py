"""Training a block of any run, with the module that its settings ask for."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from grokscope.config.run_settings import RunSettings
from grokscope.training.registry import trainer_of

if TYPE_CHECKING:
    from grokscope.data.samples import Samples


def train_block(
    settings: RunSettings, samples: Samples, seeds: Sequence[int], folder: str | os.PathLike[str], **options: Any
) -> dict[str, Any]:
    """As `grokscope.training.train.train_block`, for all runs."""
    record: dict[str, Any] = importlib.import_module(trainer_of(settings)).train_block(
        settings, samples, seeds, folder, **options
    )
    return record

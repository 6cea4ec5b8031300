"""Train a seed of an archive again and measure what the archive has of it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any, TextIO

import pandas as pd

from grokscope.archive.open import Archive, ArchivedBlock
from grokscope.config.metric_settings import metric_settings
from grokscope.config.nearest import known_or_meant
from grokscope.config.run_settings import RunSettings
from grokscope.data.ensure import ensure_dataset
from grokscope.data.load import load_samples
from grokscope.data.registry import task_of
from grokscope.errors import UserError
from grokscope.metrics.compute import compute_metric
from grokscope.metrics.registry import METRICS, measured_on
from grokscope.results.parts import training_code
from grokscope.training.train import train_block


def find_block(archive: Archive, run: str, seed: int) -> ArchivedBlock:
    """The block of a run that has a seed. Raises UserError where the archive has none, with what it has."""
    of_run = [block for block in archive.blocks if run in (PurePosixPath(block.folder).parts[1], block.record.run)]
    if not of_run:
        known = sorted({PurePosixPath(block.folder).parts[1] for block in archive.blocks})
        listed = f"its README.md lists its {len(known)} runs"
        raise UserError(f"{archive.folder}: run {run} is not in this archive{known_or_meant(run, known, listed)}")
    for block in of_run:
        if seed in block.record.seeds:
            return block
    seeds = ", ".join(map(str, sorted({seed for block in of_run for seed in block.record.seeds})))
    raise UserError(f"{archive.folder}: run {run} has no seed {seed}; it has {seeds}")


def train_again(
    block: ArchivedBlock, seed: int, folder: Path, data_folder: Path, threads: int, stream: TextIO | None
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Train the seed alone and measure it; returns the tables by their names in the archive, and the training's record.

    What an earlier call left in `folder` is gone on with. Raises UserError where the settings are not known any more.
    """
    settings = settings_of(block)
    has_file = task_of(settings.data.name).has_file
    samples = load_samples(settings.data, ensure_dataset(settings.data.name, data_folder) if has_file else None)
    code = training_code(settings)
    trained = train_block(settings, samples, [seed], folder, threads=threads, code=code, stream=stream)
    tables = {}
    for name, about in block.record.metrics.items():
        if str(about.settings.get("metric")) in METRICS:
            chosen = measured_on(metric_settings(name, about.settings), settings.model.kind)
            tables[name] = compute_metric(
                name, chosen, settings, samples, [seed], folder, block.record.run, threads=threads, stream=stream
            )
    return tables, trained


def settings_of(block: ArchivedBlock) -> RunSettings:
    """The settings of an archived run. Raises UserError where this program does not know them."""
    try:
        return RunSettings.model_validate(block.record.settings)
    except ValueError as error:
        reason = str(error).splitlines()[1].strip() if "\n" in str(error) else str(error)
        raise UserError(f"{block.record_path}: settings: this program cannot train them: {reason}") from error

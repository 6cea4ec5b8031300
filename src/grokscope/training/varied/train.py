"""Training the seeds of one run together, with another initialisation scheme or further terms of the loss.

`train_block` follows that of `grokscope.training.train` line by line. It is a function of its own because a result
depends on the code that made it, and a change there would make the trainings of the papers again. Tests hold that the
two give the same bits where nothing is varied.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import torch

from grokscope.config.run_settings import RunSettings
from grokscope.disk import require_space
from grokscope.models.build import network_of_run
from grokscope.models.init_schemes.initialise import initialise_by_scheme
from grokscope.models.initialise import initialise
from grokscope.provenance import provenance
from grokscope.results.identity import training_identity
from grokscope.training.arithmetic import arithmetic
from grokscope.training.schedule import checkpoint_steps
from grokscope.training.state import PROCESSOR, TrainingFolder
from grokscope.training.train import _finite_seeds, _refuse_impossible, checkpoint_bytes, training_data_identity
from grokscope.training.training_data import stacked_training_data
from grokscope.training.varied.block import VariedBlock

if TYPE_CHECKING:
    from grokscope.data.samples import Samples


def train_block(
    settings: RunSettings,
    samples: Samples,
    seeds: Sequence[int],
    folder: str | os.PathLike[str],
    *,
    device: str = "cpu",
    threads: int = 1,
    code: str = "",
    aside_root: str | os.PathLike[str] | None = None,
    state_seconds: float = 20.0,
    stream: TextIO | None = None,
    on_step: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """As `grokscope.training.train.train_block`."""
    seeds = list(seeds)
    _refuse_impossible(settings, seeds, device, threads)
    scheduled = checkpoint_steps(settings.checkpoints, settings.training.steps)
    identity = training_identity(settings, seeds, training_data_identity(settings, samples), code)
    facts = provenance(device, threads)
    training = TrainingFolder(folder, identity, facts, aside_root)
    record = training.record(scheduled)
    if record is not None:
        return record
    missing = len(set(scheduled) - set(training.checkpoints.steps()))
    require_space(
        Path(folder), missing * checkpoint_bytes(settings, len(seeds)), f"the {missing} checkpoints of this training"
    )
    with arithmetic(device=device, threads=threads, flush_denormal=settings.training.flush_denormal):
        network = network_of_run(settings, len(seeds), device)
        if settings.model.init_scheme is None:
            initialise(network, seeds, settings.model.init_scale)
        else:
            initialise_by_scheme(network, seeds, settings.model.init_scale, settings.model.init_scheme)
        network.train()
        dtype = getattr(torch, settings.training.dtype)
        inputs, targets = stacked_training_data(samples, settings.data, seeds, dtype, device)
        block = VariedBlock(settings, seeds, network, inputs, targets, training, scheduled, facts)
        block.run(state_seconds, stream, on_step)
        record = {
            "identity": identity,
            "settings": settings.model_dump(mode="json"),
            "seeds": seeds,
            "checkpoint_steps": scheduled,
            "wall_seconds": block.wall_seconds,
            "steps_per_second": settings.training.steps / block.wall_seconds,
            "finite": _finite_seeds(network),
            "parts": block.parts,
            "same_processor": len({part["provenance"][PROCESSOR] for part in block.parts}) == 1,
            "provenance": block.provenance,
        }
    training.finish(record)
    return record

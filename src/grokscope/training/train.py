"""Training the seeds of one run together."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import torch

from grokscope.config.run_settings import RunSettings
from grokscope.data.content import array_sha256
from grokscope.data.registry import network_facts
from grokscope.disk import require_space
from grokscope.errors import UserError
from grokscope.models.build import network_of_run
from grokscope.models.init_schemes.registry import BY_SCHEME
from grokscope.models.initialise import initialise
from grokscope.models.network import Network
from grokscope.provenance import provenance
from grokscope.results.identity import Identity, data_identity, training_identity
from grokscope.results.parts import made_content
from grokscope.training.arithmetic import arithmetic
from grokscope.training.block import Block
from grokscope.training.schedule import checkpoint_steps
from grokscope.training.state import PROCESSOR, TrainingFolder
from grokscope.training.training_data import stacked_training_data

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
    """Train `seeds` of the run to the end, going on from what `folder` holds, and return the record of the training.

    `samples` are the data of the run's task; only those for training are read. `code` stands for the code that a result
    depends on: a folder that was made by another one, with other settings or from other data
    is moved aside, to `aside` below `aside_root`, and the training begins. `on_step` is called with the number of
    updates done. A training that is killed and called again with the same arguments ends with the same bits; a finished
    one returns at once, also with another device, number of threads or torch. One that was killed under others begins
    again, and one that goes on on another kind of processor says so in `same_processor` of the record. A seed whose
    loss is no longer finite goes on without effect on the others; `finite` in the record says which ones are. Raises
    UserError for settings that cannot be trained, and when the disk has no room for the checkpoints.
    """
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
        _initialise(network, seeds, settings)
        network.train()
        dtype = getattr(torch, settings.training.dtype)
        inputs, targets = stacked_training_data(samples, settings.data, seeds, dtype, device)
        block = Block(settings, seeds, network, inputs, targets, training, scheduled, facts)
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


def _refuse_impossible(settings: RunSettings, seeds: list[int], device: str, threads: int) -> None:
    try:
        on_cuda = torch.device(device).type == "cuda"
    except RuntimeError:
        raise UserError(f"device: {device!r} is not a device") from None
    if on_cuda and not torch.cuda.is_available():
        raise UserError(f"device: {device} was asked for, but there is no CUDA device here")
    if not seeds or len(set(seeds)) != len(seeds):
        raise UserError(f"seeds: {seeds} is empty or names a seed twice")
    if threads < 1:
        raise UserError(f"threads: {threads} is less than 1")
    size, batch_size = settings.data.train_size, settings.training.batch_size
    if settings.model.batch_norm and (batch_size == 1 or size % batch_size == 1):
        raise UserError(
            f"model.batch_norm: train_size {size} with batch_size {batch_size} makes a batch of one sample, which has"
            " no variance"
        )


def _initialise(network: Network, seeds: list[int], settings: RunSettings) -> None:
    """By PyTorch's default, or by the scheme that the settings name, which is loaded only then."""
    scheme, scale = settings.model.init_scheme, settings.model.init_scale
    if scheme is None:
        initialise(network, seeds, scale)
    else:
        importlib.import_module(BY_SCHEME).initialise_by_scheme(network, seeds, scale, scheme)


def training_data_identity(settings: RunSettings, samples: Samples) -> Identity:
    """What the training reads of `samples`: their content, or where they are made the code that makes them."""
    content = made_content(settings) or {
        "train_images": array_sha256(samples.train_inputs),
        "train_labels": array_sha256(samples.train_targets),
    }
    return data_identity(settings, content, network_facts(settings.data), test=False)


def checkpoint_bytes(settings: RunSettings, seeds: int) -> int:
    """Bytes of the tensors of one checkpoint of a block."""
    return sum(
        tensor.numel() * tensor.element_size()
        for tensor in network_of_run(settings, seeds, "meta").state_dict().values()
    )


def _finite_seeds(network: Network) -> list[bool]:
    with torch.no_grad():
        finite = torch.stack([parameter.isfinite().flatten(1).all(dim=1) for parameter in network.parameters()]).all(
            dim=0
        )
    return [bool(value) for value in finite]

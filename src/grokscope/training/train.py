"""Training the seeds of one run together."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from typing import Any, TextIO

import numpy as np
import torch
from torch import Tensor

from grokscope.config.run_settings import RunSettings
from grokscope.errors import UserError
from grokscope.models.build import build_network
from grokscope.models.initialise import initialise
from grokscope.models.network import Network
from grokscope.progress import Progress
from grokscope.provenance import provenance
from grokscope.training.arithmetic import arithmetic
from grokscope.training.batches import Batches
from grokscope.training.loss import evaluate_accuracy, evaluate_loss, loss_function
from grokscope.training.optimiser import build_optimiser, optimiser_tensors, restore_optimiser
from grokscope.training.schedule import checkpoint_steps
from grokscope.training.state import TrainingFolder, TrainingState
from grokscope.training.training_data import stacked_training_data

STATE_SHARE = 0.02
"""At most this share of the time goes into saving the state."""

_NETWORK = "network."


def train_block(
    settings: RunSettings,
    dataset: Any,
    seeds: Sequence[int],
    folder: str | os.PathLike[str],
    *,
    device: str = "cpu",
    threads: int = 1,
    code: str = "",
    state_seconds: float = 20.0,
    stream: TextIO | None = None,
    on_step: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Train `seeds` of the run to the end, going on from what `folder` holds, and return the record of the training.

    `dataset` has `name` (of the catalogue), `train_images` uint8 (M, C, H, W) and `train_labels` (M,). `code` stands for the code that a
    result depends on: a folder made by another one is started afresh. `on_step` is called with the number of updates done.
    A training that is killed and called again with the same arguments ends with the same bits; a finished one returns at once.
    A seed whose loss is no longer finite goes on without effect on the others; `finite` in the record says which ones are.
    Raises UserError for settings that cannot be trained.
    """
    from grokscope.data.catalogue import DATASETS

    seeds = list(seeds)
    _refuse_impossible(settings, seeds, threads)
    scheduled = checkpoint_steps(settings.checkpoints, settings.training.steps)
    identity = {"settings": settings.model_dump(mode="json"), "seeds": seeds, "code": code, "data_sha256": _training_sha256(dataset)}
    training = TrainingFolder(folder, identity)
    record = training.record(scheduled)
    if record is not None:
        return record
    with arithmetic(device=device, threads=threads, flush_denormal=settings.training.flush_denormal):
        dtype = getattr(torch, settings.training.dtype)
        info = DATASETS[dataset.name]
        network = build_network(
            settings.model, info.image_shape, info.classes, len(seeds), info.channel_mean, info.channel_deviation, dtype=dtype, device=device
        )
        initialise(network, seeds, settings.model.init_scale)
        network.train()
        images, labels = stacked_training_data(dataset, settings.data, seeds, dtype, device)
        block = _Block(settings, seeds, network, images, labels, training, scheduled, {**provenance(device, threads)})
        block.run(state_seconds, stream, on_step)
        record = {
            **identity,
            "checkpoint_steps": scheduled,
            "wall_seconds": block.wall_seconds,
            "steps_per_second": settings.training.steps / block.wall_seconds,
            "finite": _finite_seeds(network),
            "parts": block.parts,
            "provenance": block.provenance,
        }
    training.finish(record)
    return record


class _Block:
    """One block in training: the state of the loop and the loop."""

    def __init__(
        self,
        settings: RunSettings,
        seeds: list[int],
        network: Network,
        images: Tensor,
        labels: Tensor,
        training: TrainingFolder,
        scheduled: list[int],
        facts: dict[str, Any],
    ) -> None:
        self.settings, self.seeds, self.network, self.training, self.scheduled = settings, seeds, network, training, set(scheduled)
        self.provenance = facts
        self.optimiser = build_optimiser(settings.training, network)
        self.loss = loss_function(settings.training.loss)
        self.batches = Batches(seeds, settings.data.train_size, settings.training.batch_size, images.device)
        self.image_shape = images.shape[2:]
        self.flat_images, self.flat_labels = images.flatten(0, 1).flatten(1), labels.flatten()
        # position of a seed's first image among all; shared images have no seed
        self.label_offsets = (torch.arange(len(seeds), device=labels.device) * labels.shape[1])[:, None]
        self.image_offsets = self.label_offsets if images.shape[0] > 1 else torch.zeros_like(self.label_offsets)
        self.start = 0
        self.parts: list[dict[str, Any]] = []
        state = training.resume(scheduled)
        if state is None:
            self.training.checkpoints.save(0, network.state_dict())
        else:
            self.start, self.parts = state.step, state.parts
            network.load_state_dict({key.removeprefix(_NETWORK): value for key, value in state.tensors.items() if key.startswith(_NETWORK)})
            restore_optimiser(self.optimiser, network, state.tensors)
        self.began = time.monotonic()
        self.outputs = self.batch_labels = torch.empty(0)

    @property
    def wall_seconds(self) -> float:
        """Seconds spent in the loop, over all parts; work that was lost to a kill is not counted."""
        return sum(part["wall_seconds"] for part in self.parts)

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Images (S, B, C, H, W) and labels (S, B) of update `step`."""
        indices = self.batches.indices(step)
        images = self.flat_images.index_select(0, (indices + self.image_offsets).flatten())
        labels = self.flat_labels.index_select(0, (indices + self.label_offsets).flatten())
        return images.view(*indices.shape, *self.image_shape), labels.view(indices.shape)

    def update(self, step: int) -> None:
        """One optimiser update of every seed."""
        images, self.batch_labels = self.batch(step)
        self.outputs = self.network(images)
        self.optimiser.zero_grad(set_to_none=True)
        # the gradient of the sum with respect to a seed's parameters is the gradient of that seed's loss
        self.loss(self.outputs, self.batch_labels).sum().backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()

    def describe(self) -> str:
        """Loss and accuracy of each seed's last batch, before its update."""
        loss = evaluate_loss(self.settings.training.loss, self.outputs.detach(), self.batch_labels).tolist()
        accuracy = evaluate_accuracy(self.outputs.detach(), self.batch_labels).tolist()
        return f"batch loss {' '.join(f'{value:.2g}' for value in loss)}, batch accuracy {' '.join(f'{value:.2f}' for value in accuracy)}"

    def save_state(self, step: int, part: dict[str, Any]) -> None:
        """Everything that is needed to go on after `step` updates."""
        tensors = {f"{_NETWORK}{name}": tensor for name, tensor in self.network.state_dict().items()}
        tensors.update(optimiser_tensors(self.optimiser, self.network))
        self.training.save(TrainingState(step, tensors, [*self.parts, part]))

    def part(self, step: int) -> dict[str, Any]:
        """What this process has done so far."""
        seconds = time.monotonic() - self.began
        return {"from_step": self.start, "to_step": step, "wall_seconds": seconds, "provenance": self.provenance}

    def run(self, state_seconds: float, stream: TextIO | None, on_step: Callable[[int], None] | None) -> None:
        """Train from where the folder stood to the last step, with checkpoints, states and progress on the way."""
        steps = self.settings.training.steps
        model = self.settings.model
        what = f"training {self.settings.data.name} {model.kind} depth {model.depth}, seeds {' '.join(map(str, self.seeds))}"
        next_state = time.monotonic() + state_seconds
        with Progress(what, steps, start=self.start, stream=stream) as progress:
            for step in range(self.start, steps):
                self.update(step)
                done = step + 1
                if done in self.scheduled:
                    self.training.checkpoints.save(done, self.network.state_dict())
                if done < steps and time.monotonic() >= next_state:
                    began = time.monotonic()
                    self.save_state(done, self.part(done))
                    taken = time.monotonic() - began
                    next_state = began + taken + max(state_seconds, taken / STATE_SHARE)
                progress.update(done, self.describe)
                if on_step is not None:
                    on_step(done)
        if self.start < steps:
            last = self.part(steps)
            self.save_state(steps, last)
            self.parts.append(last)


def _refuse_impossible(settings: RunSettings, seeds: list[int], threads: int) -> None:
    if not seeds or len(set(seeds)) != len(seeds):
        raise UserError(f"seeds: {seeds} is empty or names a seed twice")
    if threads < 1:
        raise UserError(f"threads: {threads} is less than 1")
    size, batch_size = settings.data.train_size, settings.training.batch_size
    if settings.model.batch_norm and (batch_size == 1 or size % batch_size == 1):
        raise UserError(f"model.batch_norm: train_size {size} with batch_size {batch_size} makes a batch of one image, which has no variance")


def _training_sha256(dataset: Any) -> str:
    digest = hashlib.sha256(str(dataset.name).encode())
    for array in (dataset.train_images, dataset.train_labels):
        digest.update(np.ascontiguousarray(np.asarray(array)).data)
    return digest.hexdigest()


def _finite_seeds(network: Network) -> list[bool]:
    with torch.no_grad():
        finite = torch.stack([parameter.isfinite().flatten(1).all(dim=1) for parameter in network.parameters()]).all(dim=0)
    return [bool(value) for value in finite]

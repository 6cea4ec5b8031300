"""The training loop of one block of seeds."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any, TextIO

import torch
from torch import Tensor

from grokscope.config.run_settings import RunSettings
from grokscope.data.registry import task_facts
from grokscope.models.network import Network
from grokscope.models.registry import declaration
from grokscope.progress import Progress
from grokscope.training.batches import Batches
from grokscope.training.loss import evaluate_accuracy, evaluate_loss, loss_function
from grokscope.training.optimiser import build_optimiser, optimiser_tensors, restore_optimiser
from grokscope.training.registry import penalties_of
from grokscope.training.state import TrainingFolder, TrainingState

STATE_SHARE = 0.02
"""At most about this share of the time goes into saving the state."""

_NETWORK = "network."

Penalty = Callable[[int, Tensor, list[Tensor]], Tensor]
"""A further term of the loss, as `grokscope.training.registry.PENALTIES` describes it."""


class Block:
    """One block in training.

    `network` is initialised, in training mode and on its device; `inputs` (S or 1, N, *shape) and `targets` (S, N, ...)
    lie there too. What `training` holds already is loaded; else the checkpoint of step 0 is written. `facts` is the
    provenance for the record.
    """

    def __init__(
        self,
        settings: RunSettings,
        seeds: list[int],
        network: Network,
        inputs: Tensor,
        targets: Tensor,
        training: TrainingFolder,
        scheduled: list[int],
        facts: dict[str, Any],
    ) -> None:
        self.settings, self.seeds, self.network, self.training, self.scheduled = (
            settings,
            seeds,
            network,
            training,
            set(scheduled),
        )
        self.provenance = facts
        self.parameters = list(network.parameters())
        self.optimiser = build_optimiser(settings.training, network)
        self.loss = loss_function(settings.training.loss)
        # loaded only where they are used, so that their code does not concern other trainings
        self.penalties: list[Penalty] = [
            importlib.import_module(module).build(getattr(settings.training, key), network, seeds)
            for key, module in penalties_of(settings).items()
        ]
        self.batches = Batches(seeds, settings.data.train_size, settings.training.batch_size, inputs.device)
        self.classifies = task_facts(settings.data).target.chance is not None
        self.input_shape, self.target_shape = inputs.shape[2:], targets.shape[2:]
        self.flat_inputs, self.flat_targets = inputs.flatten(0, 1).flatten(1), targets.flatten(0, 1)
        # position of a seed's first sample among all; shared inputs have no seed
        self.target_offsets = (torch.arange(len(seeds), device=targets.device) * targets.shape[1])[:, None]
        self.input_offsets = self.target_offsets if inputs.shape[0] > 1 else torch.zeros_like(self.target_offsets)
        self.start = 0
        self.parts: list[dict[str, Any]] = []
        state = training.resume(scheduled)
        if state is None:
            self.training.checkpoints.save(0, network.state_dict())
        else:
            self.start, self.parts = state.step, state.parts
            network.load_state_dict(
                {key.removeprefix(_NETWORK): value for key, value in state.tensors.items() if key.startswith(_NETWORK)}
            )
            restore_optimiser(self.optimiser, network, state.tensors)
        self.began = time.monotonic()
        self.outputs = self.batch_targets = torch.empty(0)

    @property
    def wall_seconds(self) -> float:
        """Seconds spent in the loop, over all parts; work that was lost to a kill is not counted."""
        return sum(part["wall_seconds"] for part in self.parts)

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Inputs (S, B, *shape) and targets (S, B, ...) of update `step`."""
        indices = self.batches.indices(step)
        inputs = self.flat_inputs.index_select(0, (indices + self.input_offsets).flatten())
        targets = self.flat_targets.index_select(0, (indices + self.target_offsets).flatten())
        return inputs.view(*indices.shape, *self.input_shape), targets.view(*indices.shape, *self.target_shape)

    def update(self, step: int) -> None:
        """One optimiser update of every seed."""
        inputs, self.batch_targets = self.batch(step)
        if not self.penalties:
            self.outputs = self.network(inputs)
            loss = self.loss(self.outputs, self.batch_targets)
        else:
            layers = self.network.preactivations(inputs)
            self.outputs = layers[-1]
            loss = self.loss(self.outputs, self.batch_targets)
            for penalty in self.penalties:
                loss = loss + penalty(step, inputs, layers)
        for parameter in self.parameters:
            parameter.grad = None
        # the gradient of the sum with respect to a seed's parameters is the gradient of that seed's loss
        torch.autograd.backward(loss.sum(), inputs=self.parameters)
        self.optimiser.step()

    def describe(self) -> str:
        """Loss, without further terms, and accuracy, where there are classes, of each seed's last batch, before its
        update.
        """
        loss = evaluate_loss(self.settings.training.loss, self.outputs.detach(), self.batch_targets).tolist()
        words = f"batch loss {' '.join(f'{value:.2g}' for value in loss)}"
        if not self.classifies:
            return words
        accuracy = evaluate_accuracy(self.outputs.detach(), self.batch_targets).tolist()
        return f"{words}, batch accuracy {' '.join(f'{value:.2f}' for value in accuracy)}"

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
        network = declaration(self.settings.model).words(self.settings.model)
        what = f"training {self.settings.data.name} {network}, seeds {' '.join(map(str, self.seeds))}"
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

"""The training loop with further terms of the loss."""

from __future__ import annotations

import importlib
from typing import Any

import torch

from grokscope.training.block import Block
from grokscope.training.registry import penalties_of


class VariedBlock(Block):
    """A block whose loss has the further terms that the settings name; without any it does what a `Block` does."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.penalties = [
            importlib.import_module(module).build(getattr(self.settings.training, key), self.network, self.seeds)
            for key, module in penalties_of(self.settings).items()
        ]

    def update(self, step: int) -> None:
        """One optimiser update of every seed."""
        if not self.penalties:
            return super().update(step)
        inputs, self.batch_targets = self.batch(step)
        layers = self.network.preactivations(inputs)
        self.outputs = layers[-1]
        loss = self.loss(self.outputs, self.batch_targets)
        if self.rank_penalty is not None:
            loss = loss + self.rank_penalty(layers)
        for penalty in self.penalties:
            loss = loss + penalty(step, inputs)
        for parameter in self.parameters:
            parameter.grad = None
        torch.autograd.backward(loss.sum(), inputs=self.parameters)
        self.optimiser.step()
        return None

"""The loss and the accuracy of a run, one value for each seed."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import torch
from torch import Tensor

from grokscope.training.registry import LOSSES

LossFunction = Callable[[Tensor, Tensor], Tensor]


def loss_function(name: str) -> LossFunction:
    """The loss called `name`: outputs and targets of a batch -> (S,). Raises ValueError for a name that is not in the
    registry.
    """
    if name not in LOSSES:
        raise ValueError(f"loss {name!r} is not one of {', '.join(LOSSES)}")
    found: LossFunction = importlib.import_module(LOSSES[name].module).loss
    return found


@torch.no_grad()
def evaluate_loss(name: str, outputs: Tensor, targets: Tensor) -> Tensor:
    """The loss called `name` of each seed, (S,) float64, without a gradient. Rounding of float32 sums over many
    samples is kept out.
    """
    return loss_function(name)(outputs.double(), targets)


@torch.no_grad()
def evaluate_accuracy(outputs: Tensor, labels: Tensor) -> Tensor:
    """The fraction (S,) float64 of outputs (S, B, ..., classes) whose largest entry is the label (S, B, ...); outputs
    that are not finite count as wrong.
    """
    right = (outputs.argmax(dim=-1) == labels) & outputs.isfinite().all(dim=-1)
    return right.double().flatten(1).mean(dim=1)

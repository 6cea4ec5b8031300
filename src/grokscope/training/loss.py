"""The loss and the accuracy of a run, one value for each seed."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import torch
from torch import Tensor

from grokscope.training.registry import LOSSES

LossFunction = Callable[[Tensor, Tensor], Tensor]


def loss_function(name: str) -> LossFunction:
    """The loss called `name`: (S, B, classes), (S, B) -> (S,). Raises ValueError for an unknown name."""
    if name not in LOSSES:
        raise ValueError(f"loss {name!r} is not one of {', '.join(LOSSES)}")
    found: LossFunction = importlib.import_module(LOSSES[name]).loss
    return found


@torch.no_grad()
def evaluate_loss(name: str, outputs: Tensor, labels: Tensor) -> Tensor:
    """The loss of each seed, (S,) float64, without gradient and without float32 rounding of long sums."""
    return loss_function(name)(outputs.double(), labels)


@torch.no_grad()
def evaluate_accuracy(outputs: Tensor, labels: Tensor) -> Tensor:
    """The fraction (S,) float64 of outputs (S, B, classes) that are right; outputs that are not finite are wrong."""
    right = (outputs.argmax(dim=-1) == labels) & outputs.isfinite().all(dim=-1)
    return right.double().mean(dim=1)

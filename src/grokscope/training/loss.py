"""The two losses, one value a seed."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

LossFunction = Callable[[Tensor, Tensor], Tensor]


def mean_squared_error(outputs: Tensor, labels: Tensor) -> Tensor:
    """Outputs (S, B, classes), labels (S, B) -> (S,): mean over batch and outputs of the squared distance to one-hot targets (P1, Omnigrok)."""
    targets = torch.eye(outputs.shape[-1], dtype=outputs.dtype, device=outputs.device)[labels]
    return (outputs - targets).square().mean(dim=(1, 2))


def cross_entropy(outputs: Tensor, labels: Tensor) -> Tensor:
    """Outputs (S, B, classes), labels (S, B) -> (S,): mean over the batch of the cross-entropy of the softmax (P2, CIFAR)."""
    values = functional.cross_entropy(outputs.flatten(0, 1), labels.flatten(), reduction="none")
    return values.view(labels.shape).mean(dim=1)


def loss_function(name: str) -> LossFunction:
    """The loss called `name`, `mse` or `cross_entropy`: (S, B, classes), (S, B) -> (S,). Seeds meet only when a caller sums over S."""
    functions: dict[str, LossFunction] = {"mse": mean_squared_error, "cross_entropy": cross_entropy}
    if name not in functions:
        raise ValueError(f"loss {name!r} is not one of {', '.join(functions)}")
    return functions[name]


@torch.no_grad()
def evaluate_loss(name: str, outputs: Tensor, labels: Tensor) -> Tensor:
    """The loss called `name` of each seed, (S,) float64, without a gradient. Rounding of float32 sums over many images is kept out."""
    return loss_function(name)(outputs.double(), labels)


@torch.no_grad()
def evaluate_accuracy(outputs: Tensor, labels: Tensor) -> Tensor:
    """The fraction (S,) float64 of outputs (S, B, classes) whose largest entry is the label (S, B); outputs that are not finite count as wrong."""
    right = (outputs.argmax(dim=-1) == labels) & outputs.isfinite().all(dim=-1)
    return right.double().mean(dim=1)

"""The cross-entropy of the softmax (P2, CIFAR)."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def loss(outputs: Tensor, targets: Tensor) -> Tensor:
    """Outputs (S, B, ..., classes), classes (S, B, ...) -> (S,): mean over the batch, and over positions where there
    are any, of the cross-entropy of the softmax (P2, CIFAR).
    """
    values = functional.cross_entropy(outputs.flatten(0, -2), targets.flatten(), reduction="none")
    return values.view(len(targets), -1).mean(dim=1)

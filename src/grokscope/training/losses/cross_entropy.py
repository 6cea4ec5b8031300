"""The cross-entropy of the softmax (P2, CIFAR)."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def loss(outputs: Tensor, labels: Tensor) -> Tensor:
    """Outputs (S, B, classes), labels (S, B) -> (S,): mean cross-entropy of the softmax (P2, CIFAR)."""
    values = functional.cross_entropy(outputs.flatten(0, 1), labels.flatten(), reduction="none")
    return values.view(labels.shape).mean(dim=1)

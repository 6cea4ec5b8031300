"""The cross-entropy of the softmax, which P2's attack climbs."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def objective(logits: Tensor, labels: Tensor) -> Tensor:
    """Logits (S, B, classes), labels (S, B) -> (S, B); the gradient underflows where one logit leads by far."""
    return functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none").view(labels.shape)

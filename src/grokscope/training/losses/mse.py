"""The mean squared error (P1, Omnigrok)."""

from __future__ import annotations

import torch
from torch import Tensor


def loss(outputs: Tensor, labels: Tensor) -> Tensor:
    """Outputs (S, B, classes), labels (S, B) -> (S,): mean squared distance to one-hot targets (P1, Omnigrok)."""
    targets = torch.eye(outputs.shape[-1], dtype=outputs.dtype, device=outputs.device)[labels]
    return (outputs - targets).square().mean(dim=(1, 2))

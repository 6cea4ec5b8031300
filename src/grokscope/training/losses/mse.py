"""The mean squared error (P1, Omnigrok)."""

from __future__ import annotations

import torch
from torch import Tensor


def loss(outputs: Tensor, targets: Tensor) -> Tensor:
    """Mean over batch and outputs of the squared distance of outputs (S, B, ..., F) to the targets, (S,): to values of
    the same shape, or to the one-hot vectors of classes int64 (S, B, ...) (P1, Omnigrok).
    """
    if not targets.is_floating_point():
        targets = torch.eye(outputs.shape[-1], dtype=outputs.dtype, device=outputs.device)[targets]
    return (outputs - targets).square().mean(dim=tuple(range(1, outputs.dim())))

"""Weights with orthonormal rows or columns, times sqrt(2), which suits ReLU networks (Saxe et al. 2014)."""

from __future__ import annotations

import torch
from torch import Tensor


def draw(inputs: int, outputs: int, generator: torch.Generator) -> Tensor:
    """A weight (inputs, outputs) whose smaller side is orthonormal, uniform among these, times sqrt(2): what
    `torch.nn.init.orthogonal_` draws with the gain of ReLU.
    """
    normal = torch.randn(max(inputs, outputs), min(inputs, outputs), dtype=torch.float64, generator=generator)
    q, r = torch.linalg.qr(normal)
    # the signs make the distribution uniform (Mezzadri 2007)
    q = q * r.diagonal().sign()
    return (q if inputs >= outputs else q.T) * 2**0.5

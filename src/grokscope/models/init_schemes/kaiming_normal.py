"""Normal weights that keep the size of activations of ReLU networks (He et al. 2015, equation 10)."""

from __future__ import annotations

import torch
from torch import Tensor


def draw(inputs: int, outputs: int, generator: torch.Generator) -> Tensor:
    """A weight (inputs, outputs): normal with variance 2 / inputs, as `torch.nn.init.kaiming_normal_` draws it."""
    return torch.randn(inputs, outputs, dtype=torch.float64, generator=generator) * (2 / inputs) ** 0.5

"""Uniform weights that keep the size of activations and gradients of linear networks (Glorot and Bengio 2010, equation
16).
"""

from __future__ import annotations

import torch
from torch import Tensor


def draw(inputs: int, outputs: int, generator: torch.Generator) -> Tensor:
    """A weight (inputs, outputs): uniform in +-sqrt(6 / (inputs + outputs)), as `torch.nn.init.xavier_uniform_`."""
    bound = (6 / (inputs + outputs)) ** 0.5
    return (2 * torch.rand(inputs, outputs, dtype=torch.float64, generator=generator) - 1) * bound

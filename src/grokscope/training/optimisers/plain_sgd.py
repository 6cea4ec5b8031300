"""Stochastic gradient descent without momentum; weight decay as an L2 term in the gradient."""

from __future__ import annotations

import torch
from torch import nn

from grokscope.config.run_settings import TrainingSettings


def build(settings: TrainingSettings, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """The optimiser over `parameters`, which must be on their device already."""
    return torch.optim.SGD(parameters, lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=True)

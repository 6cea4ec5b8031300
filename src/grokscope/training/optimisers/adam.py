"""Adam: weight decay as an L2 term in the gradient (both papers' texts)."""

from __future__ import annotations

import torch
from torch import nn

from grokscope.config.run_settings import TrainingSettings


def build(settings: TrainingSettings, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """The optimiser over `parameters`, which must be on their device already."""
    return torch.optim.Adam(
        parameters, lr=settings.learning_rate, betas=settings.betas, weight_decay=settings.weight_decay, fused=True
    )

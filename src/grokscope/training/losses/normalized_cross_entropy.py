"""The cross-entropy of logits that are brought to one norm (Wei and others 2022, arXiv 2205.09310, "LogitNorm").

The loss depends on the direction of the logits alone, so that their scale can neither make it small nor make its
gradient vanish: normalised logits differ by 2^(1/2) / `TEMPERATURE` at most, which is 35. The scale of the network's
outputs is free. An attack climbs the cross-entropy of the outputs themselves, as for every other network.
"""

from __future__ import annotations

import torch
from torch import Tensor

from grokscope.training.losses.cross_entropy import loss as cross_entropy

TEMPERATURE = 0.04
"""One over the norm of the logits in the softmax: the value that the paper takes for CIFAR-10."""

SMALLEST_NORM = 1e-7
"""Added to the norm, as in the released code, so that outputs of zero are no division by zero."""


def loss(outputs: Tensor, targets: Tensor) -> Tensor:
    """Outputs (S, B, ..., classes), classes (S, B, ...) -> (S,): mean cross-entropy of outputs / (norm T)."""
    norms = torch.linalg.vector_norm(outputs, dim=-1, keepdim=True) + SMALLEST_NORM
    return cross_entropy(outputs / (norms * TEMPERATURE), targets)

"""Random numbers of a term of the loss: a function of seed and step alone, so that a training can go on at any step."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import torch
from torch import Tensor


def normal_draws(what: str, seeds: Sequence[int], step: int, shape: Sequence[int]) -> Tensor:
    """Standard normal float32 numbers (S, *shape); those of a seed depend on neither the other seeds nor the device.

    `what` tells the draws of different terms apart.
    """
    drawn = []
    for seed in seeds:
        digest = hashlib.sha256(f"grokscope {what} seed={seed} step={step}".encode()).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
        drawn.append(torch.randn(*shape, generator=generator))
    return torch.stack(drawn)

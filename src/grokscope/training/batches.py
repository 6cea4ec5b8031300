"""Which samples each seed trains on at each step: a function of seed and step alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import torch
from torch import Tensor


def epoch_order(seed: int, epoch: int, size: int) -> Tensor:
    """The (size,) order in which `seed` goes through its training samples in `epoch`, by a generator of its own."""
    digest = hashlib.sha256(f"grokscope batches seed={seed} epoch={epoch}".encode()).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
    return torch.randperm(size, generator=generator)


class Batches:
    """Batches as a shuffling DataLoader makes them: a new order every epoch, a smaller last batch if need be.

    A seed's batches depend on neither the other seeds nor the steps asked for before, so a training can go on at any
    step.
    """

    def __init__(self, seeds: Sequence[int], size: int, batch_size: int, device: str | torch.device = "cpu") -> None:
        self.seeds, self.size, self.batch_size = list(seeds), size, batch_size
        self.device = torch.device(device)
        self.steps_per_epoch = -(-size // batch_size)
        self._epoch = -1
        self._parts: tuple[Tensor, ...] = ()

    def indices(self, step: int) -> Tensor:
        """(S, B) positions in each seed's training subset of the batch of update `step`, counted from 0."""
        epoch, position = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            order = torch.stack([epoch_order(seed, epoch, self.size) for seed in self.seeds]).to(self.device)
            self._parts = tuple(part.contiguous() for part in order.split(self.batch_size, dim=1))
            self._epoch = epoch
        return self._parts[position]

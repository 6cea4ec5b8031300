"""Neurons of a layer that flip, before anything has been done to them: single places with the value 1 or a factor."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from grokscope.metrics.local_complexity.followed.flips import Flips
from grokscope.metrics.local_complexity.followed.patches import Patches, outputs
from grokscope.metrics.local_complexity.followed.rows import Rows


@dataclass(frozen=True)
class Units:
    """`neurons` `(R,)`: places in the flattened layer of `shape`, (C, H, W) or (width,)."""

    flips: Flips
    neurons: Tensor
    shape: torch.Size

    @property
    def places(self) -> tuple[Tensor, Tensor, Tensor]:
        """Channel, row and column of each."""
        _, height, width = self.shape
        return self.neurons // (height * width), self.neurons // width % height, self.neurons % width

    def convolved(self, weight: Tensor, stride: int, padding: int, size: tuple[int, int]) -> Patches:
        """Through a convolution: the weights of their channel that lie over their place."""
        kernel = weight.shape[2]
        channel, *place = self.places
        (top, high), (left, wide) = (outputs(first, 1, kernel, stride, padding) for first in place)
        steps = stride * torch.arange(max(high, wide), device=self.neurons.device)
        down = (place[0] + padding - stride * top)[:, None] - steps[:high]
        right = (place[1] + padding - stride * left)[:, None] - steps[:wide]
        inside = ((down >= 0) & (down < kernel))[:, :, None] & ((right >= 0) & (right < kernel))[:, None]
        index = (channel[:, None] * kernel + down.clamp(0, kernel - 1))[:, :, None] * kernel + right.clamp(
            0, kernel - 1
        )[:, None]
        basis = weight.permute(1, 2, 3, 0).reshape(-1, len(weight)).index_select(0, index.flatten())
        basis = basis.view(*index.shape, -1).mul_(inside[..., None])
        return Patches(self.flips, basis, top, left, size)

    def pooled(self, window: tuple[int, int]) -> Patches:
        """Through an average pooling."""
        return self.patches().pooled(window)

    def patches(self) -> Patches:
        """As windows of one place."""
        channel, top, left = self.places
        basis = torch.zeros(len(self.neurons), 1, 1, self.shape[0], dtype=self.flips.dtype, device=self.neurons.device)
        basis[torch.arange(len(self.neurons), device=self.neurons.device), 0, 0, channel] = 1
        return Patches(self.flips, basis, top, left, (self.shape[1], self.shape[2]))

    def linear(self, weight: Tensor) -> Rows:
        """Through a linear layer, `weight` `(in, out)`: rows of it."""
        return Rows(self.flips, weight.index_select(0, self.neurons))

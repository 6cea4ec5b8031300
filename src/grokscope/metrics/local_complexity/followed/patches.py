"""What neurons that flip add to later layers, for each of them within a window of the layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

import torch
from torch import Tensor
from torch.nn import functional

from grokscope.metrics.local_complexity.followed.flips import Doubtful, Flips
from grokscope.metrics.local_complexity.followed.rows import Rows

PRODUCT_BYTES = {"cpu": 2**20, "cuda": 2**30}
"""What a product of windows and weights may take; on a CPU it should stay in the cache."""


@dataclass(frozen=True)
class Patches:
    """For each of R neurons that flip its effect on one layer of `size` (rows, columns), for a coefficient of 1.

    `basis` is `(R, h, w, C)`; its first row and column are `top` and `left` `(R,)` of the layer. A window may reach out
    of the layer; what stands there is nothing and counts for nothing. With `whole` every window is the whole layer.
    """

    flips: Flips
    basis: Tensor
    top: Tensor
    left: Tensor
    size: tuple[int, int]
    whole: bool = False

    def convolved(self, weight: Tensor, stride: int, padding: int, size: tuple[int, int]) -> Patches:
        """Through a convolution without its bias, `weight` `(C', C, k, k)`, that makes layers of `size`."""
        if self.basis.shape[1] >= self.size[0] and self.basis.shape[2] >= self.size[1]:
            return whole(self.flips, _convolution(self.embedded(), weight, stride, padding))
        kernel = weight.shape[2]
        (top, high), (left, wide) = (
            outputs(first, length, kernel, stride, padding)
            for first, length in zip((self.top, self.left), self.basis.shape[1:3], strict=True)
        )
        if stride == 1:
            basis = _spread_out(self.basis, weight)
        else:
            down, right = self.top - (stride * top - padding), self.left - (stride * left - padding)
            height, width = stride * (high - 1) + kernel, stride * (wide - 1) + kernel
            placed = self.basis.new_zeros(len(self.basis), height, width, self.basis.shape[3])
            for y in range(kernel - stride, kernel):
                for x in range(kernel - stride, kernel):
                    here = ((down == y) & (right == x)).nonzero()[:, 0]
                    placed[here] = _placed(self.basis[here], y, x, height, width)
            basis = _convolution(placed, weight, stride, 0)
        return replace(self, basis=basis, top=top, left=left, size=size)

    def by_channel(self, factor: Tensor) -> Patches:
        """Times a factor for each channel."""
        return replace(self, basis=self.basis * factor)

    def linear(self, weight: Tensor) -> Rows:
        """Through a linear layer without its biases, `weight` `(C * H * W, out)`."""
        layers = self.embedded()
        by_place = weight.view(layers.shape[3], *self.size, -1).permute(1, 2, 0, 3).reshape(weight.shape)
        return Rows(self.flips, layers.flatten(1) @ by_place)

    def scaled(self, slope: Tensor) -> Patches:
        """Times `slope` `(n, C, H, W)` of each one's point."""
        by_place = functional.pad(slope.permute(0, 2, 3, 1).reshape(-1, slope.shape[1]), (0, 0, 0, 1))
        found = by_place.index_select(0, self._flat(self.flips.rows.owners, self.flips.rows.points).flatten())
        return replace(self, basis=found.view(self.basis.shape).mul_(self.basis))

    def pooled(self, window: tuple[int, int]) -> Patches:
        """Through an average pooling, as whole layers."""
        size = (self.size[0] // window[0], self.size[1] // window[1])
        rows, columns = self._places()
        rows, columns = rows.div(window[0], rounding_mode="floor"), columns.div(window[1], rounding_mode="floor")
        within = ((rows >= 0) & (rows < size[0]))[:, :, None] & ((columns >= 0) & (columns < size[1]))[:, None]
        number = torch.arange(len(self.top), device=self.top.device)[:, None]
        place = (number * size[0] + rows)[:, :, None] * size[1] + columns[:, None]
        place.masked_fill_(~within, len(self.top) * size[0] * size[1])
        return whole(self.flips, _sums(self.basis, place, (len(self.top), *size)).div_(window[0] * window[1]))

    def embedded(self) -> Tensor:
        """As whole layers `(R, H, W, C)`."""
        if self.whole:
            return self.basis
        place = self._flat(torch.arange(len(self.top), device=self.top.device), len(self.top))
        return _sums(self.basis, place, (len(self.top), *self.size))

    def added_to(self, bound: Tensor) -> None:
        """Add the most that these can add in size to `bound` `(n * H * W + 1, C)`, its last row being the outside."""
        most = self.basis.abs().mul_(self.flips.most[:, None, None, None])
        place = self._flat(self.flips.rows.owners, self.flips.rows.points).flatten()
        bound.index_add_(0, place, most.flatten(end_dim=2))

    def at(self, doubtful: Doubtful) -> Tensor:
        """Basis at the doubtful neurons by point, `(n, most rows, most neurons)`."""
        neurons = doubtful.table[:, None]
        height, width = self.size
        channel, y, x = neurons // (height * width), neurons // width % height, neurons % width
        number = torch.arange(len(self.top), device=self.top.device)
        row, top, left = (self.flips.rows.padded(values)[:, :, None] for values in (number, self.top, self.left))
        high, wide, channels = self.basis.shape[1:]
        down, right = y - top, x - left
        inside = (down.clamp(0, high - 1) == down) & (right.clamp(0, wide - 1) == right)
        place = down.add_(row * high).mul_(wide).add_(right).mul_(channels).add_(channel).mul_(inside)
        return self.basis.view(-1)[place].mul_(inside)

    def plus(self, other: Patches) -> Patches:
        """The sum with patches of the same flips."""
        return whole(self.flips, self.embedded() + other.embedded())

    def _places(self) -> tuple[Tensor, Tensor]:
        """Rows `(R, h)` and columns `(R, w)` of the layer that the windows lie over."""
        rows, columns = (torch.arange(length, device=self.top.device) for length in self.basis.shape[1:3])
        return self.top[:, None] + rows, self.left[:, None] + columns

    def _flat(self, layer: Tensor, layers: int) -> Tensor:
        """Places `(R, h, w)` in layers (H, W) that lie one after the other, `layer` `(R,)` being each one's; outside of
        it the place after those of all points or rows.
        """
        rows, columns = self._places()
        within = ((rows >= 0) & (rows < self.size[0]))[:, :, None] & ((columns >= 0) & (columns < self.size[1]))[
            :, None
        ]
        place = (layer[:, None] * self.size[0] + rows)[:, :, None] * self.size[1] + columns[:, None]
        return place.masked_fill_(~within, layers * self.size[0] * self.size[1])


def whole(flips: Flips, basis: Tensor) -> Patches:
    """Patches that are whole layers `(R, H, W, C)`."""
    zero = torch.zeros_like(flips.rows.owners)
    return Patches(flips, basis, zero, zero, (basis.shape[1], basis.shape[2]), whole=True)


def outputs(first: Tensor, length: int, kernel: int, stride: int, padding: int) -> tuple[Tensor, int]:
    """First output that inputs `first` to `first + length - 1` have an influence on, and how many at most."""
    start = first - kernel + 1 + padding
    return -torch.div(-start, stride, rounding_mode="floor"), (length + kernel - 2) // stride + 1


def _spread_out(basis: Tensor, weight: Tensor) -> Tensor:
    """All that a convolution of stride 1 makes of windows `(R, h, w, C)`: `(R, h + k - 1, w + k - 1, C')`."""
    count, high, wide, channels = basis.shape
    made, kernel = weight.shape[0], weight.shape[2]
    found = basis.new_zeros(count, high + kernel - 1, wide + kernel - 1, made)
    taps = weight.permute(1, 2, 3, 0).flip(1, 2).reshape(channels, -1)
    at_once = max(1, PRODUCT_BYTES.get(basis.device.type, PRODUCT_BYTES["cpu"]) // (high * wide * taps[0].nbytes))
    for some, of_some in zip(basis.split(at_once), found.split(at_once), strict=True):
        product = (some.reshape(-1, channels) @ taps).view(len(some), high, wide, kernel, kernel, made)
        for y in range(kernel):
            for x in range(kernel):
                of_some[:, y : y + high, x : x + wide] += product[:, :, :, y, x]
    return found


def _convolution(basis: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
    """(R, h, w, C) -> (R, h', w', C')"""
    made = functional.conv2d(basis.permute(0, 3, 1, 2), weight, stride=stride, padding=padding)
    return made.permute(0, 2, 3, 1).contiguous()


def _placed(basis: Tensor, y: int, x: int, height: int, width: int) -> Tensor:
    """In windows of `height` and `width`, shifted by y and x; what lies outside is cut off."""
    return functional.pad(basis, (0, 0, x, width - x - basis.shape[2], y, height - y - basis.shape[1]))


def _sums(basis: Tensor, place: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Layers `(*shape, C)` with each `basis` `(..., C)` added at its `place` `(...)`; what is at the place after the
    last one is left out.
    """
    layers = basis.new_zeros(prod(shape) + 1, basis.shape[3])
    layers.index_add_(0, place.flatten(), basis.flatten(end_dim=2))
    return layers[:-1].view(*shape, -1)

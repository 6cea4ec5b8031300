"""The linear piece of a network that each of a chunk of points lies in, followed along the directions of a frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from grokscope.models.network import Network, activation_function


@dataclass
class Piece:
    """A layer's pre-activation `centre` at the points and, to first order, what directions add to it, `spread`.

    `reach` `(S, n or 1, *layer)` is the largest |spread| of a neuron, `negative_slope` the slope of the nonlinearity
    below zero.
    """

    centre: Tensor
    spread: Tensor
    reach: Tensor
    negative_slope: float

    @cached_property
    def slope(self) -> Tensor:
        """The nonlinearity's slope at `centre`, of the same shape."""
        return self.centre.sign().clamp_min_(self.negative_slope)

    @cached_property
    def distance(self) -> Tensor:
        """|centre|"""
        return self.centre.abs()

    @cached_property
    def finite(self) -> bool:
        """Whether all of it is, so that no sum of its parts is infinity minus infinity."""
        return math.isfinite(self.distance.sum() + self.reach.sum())


class LinearPieces:
    """The pieces of some points by layer, `pieces[1]` to `pieces[L]`, made on demand and kept for all radii.

    `z` `(S, n, *layer)` is layer 1 at the points and `offsets` `(S, P, n or 1, *layer)` what the directions add to it.
    Layer 1 is affine in all networks; pieces of later layers are only those of networks that `has_linear_pieces`.
    `group` points at a time are made together.
    """

    def __init__(self, network: Network, z: Tensor, offsets: Tensor, group: int, room: dict[int, Tensor]) -> None:
        self.network, self.group, self.room = network, group, room
        spread = offsets.transpose(1, 2)
        reach = torch.maximum(spread.amax(dim=2), spread.amin(dim=2).neg())
        self.directions = spread.shape[2]
        self.points = z.shape[1]
        self.negative_slope = -float(activation_function(network.activation)(-torch.ones((), dtype=torch.float64)))
        self._pieces = [Piece(z, spread.expand(-1, z.shape[1], *spread.shape[2:]), reach, self.negative_slope)]

    def __getitem__(self, layer: int) -> Piece:
        while len(self._pieces) < layer:
            self._pieces.append(self._following(self._pieces[-1], len(self._pieces) + 1))
        return self._pieces[layer - 1]

    def groups(self) -> list[slice]:
        """Points that go through dense products together, small enough to stay in a CPU's cache."""
        return [slice(start, start + self.group) for start in range(0, self._pieces[0].centre.shape[1], self.group)]

    def _following(self, last: Piece, layer: int) -> Piece:
        weight = self.network.get_parameter(f"weight_{layer}")
        centre = linear(self.network, layer, last.centre * last.slope)
        shape = torch.Size((*centre.shape[:2], self.directions, centre.shape[2]))
        if layer not in self.room or self.room[layer].numel() < shape.numel():
            self.room[layer] = centre.new_empty(shape.numel())
        spread = self.room[layer][: shape.numel()].view(shape)
        reach = torch.empty_like(centre)
        for part in self.groups():
            scaled = last.spread[:, part] * last.slope[:, part, None]
            of_part = spread[:, part]
            torch.bmm(scaled.flatten(1, 2), weight, out=of_part.flatten(1, 2))
            torch.maximum(of_part.amax(dim=2), of_part.amin(dim=2).neg_(), out=reach[:, part])
        return Piece(centre, spread, reach, self.negative_slope)


def has_linear_pieces(network: Network) -> bool:
    """Whether its linear pieces can be followed, layer by layer."""
    return network.affine_chain()


def linear(network: Network, layer: int, x: Tensor) -> Tensor:
    """(S, rows, in) -> (S, rows, out)"""
    return torch.baddbmm(network.get_parameter(f"bias_{layer}"), x, network.get_parameter(f"weight_{layer}"))

"""Neurons of one layer that flip at a vertex, and which neurons of the points in a chunk may be cut."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor


@dataclass(frozen=True)
class PerPoint:
    """Things that belong to points, in the order of the points, as a padded table."""

    owners: Tensor
    """`(M,)`: the point of each, in ascending order."""

    points: int

    @cached_property
    def numbers(self) -> Tensor:
        """How many each point has `(n,)`."""
        return torch.bincount(self.owners, minlength=self.points)

    @cached_property
    def place(self) -> Tensor:
        """Which of its point's things each one is `(M,)`."""
        starts = self.numbers.cumsum(0) - self.numbers
        return torch.arange(len(self.owners), device=self.owners.device) - starts[self.owners]

    @cached_property
    def most(self) -> int:
        """How many the point has that has most."""
        return int(self.numbers.max()) if len(self.owners) else 0

    def padded(self, values: Tensor, fill: float = 0) -> Tensor:
        """`values` `(M, ...)` by point, `(n, most, ...)`."""
        table = values.new_full((self.points, self.most, *values.shape[1:]), fill)
        table[self.owners, self.place] = values
        return table


@dataclass(frozen=True)
class Flips:
    """Neurons that flip, and what each adds at every vertex to what its nonlinearity gives on the linear piece.

    `coefficients` are `(R, radii * 2P)`, none negative, and zero wherever the neuron keeps its sign.
    """

    rows: PerPoint
    coefficients: Tensor

    @property
    def dtype(self) -> torch.dtype:
        """Of the numbers."""
        return self.coefficients.dtype

    @cached_property
    def most(self) -> Tensor:
        """Largest coefficient `(R,)`."""
        return self.coefficients.amax(dim=1)

    @cached_property
    def table(self) -> Tensor:
        """Coefficients by point, `(n, most, radii * 2P)`."""
        return self.rows.padded(self.coefficients)


@dataclass(frozen=True)
class Doubtful:
    """Neurons among which are all that have a zero or both signs at the vertices of some radius."""

    rows: PerPoint
    neurons: Tensor
    """`(D,)`: places in the flattened layer."""

    @cached_property
    def table(self) -> Tensor:
        """Neurons by point `(n, most)`."""
        return self.rows.padded(self.neurons)

    @staticmethod
    def of(least: Tensor) -> Doubtful:
        """Where `least` `(n, width)`, a lower bound of the size that a neuron has at all vertices, is not positive."""
        owners, neurons = (least <= 0).nonzero(as_tuple=True)
        return Doubtful(PerPoint(owners, len(least)), neurons)

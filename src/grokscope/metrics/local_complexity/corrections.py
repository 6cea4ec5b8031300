"""What the neurons that flip add to a layer at the vertices, beyond the linear piece of their point."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor


@dataclass(frozen=True)
class Corrections:
    """A few rows of every point: vertex v gets the sum of `coefficients[r, v] * basis[r]` over the point's rows.

    The rows of all `points` (n of each of S seeds, seed by seed) are stored one after the other, in the order of the
    points.
    """

    points: int
    owners: Tensor
    """`(R,)`: the point of each row, in ascending order."""

    coefficients: Tensor
    """`(R, 2P)`, none negative."""

    basis: Tensor
    """`(R, width)`"""

    def __len__(self) -> int:
        return len(self.owners)

    @cached_property
    def numbers(self) -> Tensor:
        """How many rows each point has `(S * n,)`."""
        return torch.bincount(self.owners, minlength=self.points)

    @cached_property
    def starts(self) -> Tensor:
        """First row of each point `(S * n,)`."""
        return self.numbers.cumsum(0) - self.numbers

    def most(self) -> Tensor:
        """The most that the sum can be in size at any vertex, `(S * n, width)`."""
        most = self.basis.abs().mul_(self.coefficients.amax(dim=1, keepdim=True))
        return most.new_zeros(self.points, most.shape[1]).index_add_(0, self.owners, most)

    def add_to_neurons(self, values: Tensor, owners: Tensor, neurons: Tensor) -> None:
        """Add to `values` `(M, 2P)`, each row those of one of `neurons` of one of the points, `owners`, both `(M,)`."""
        numbers = self.numbers[owners]
        place = torch.repeat_interleave(numbers)  # every row of values as often as its point has rows here
        first = self.starts[owners] - (numbers.cumsum(0) - numbers)
        row = first[place] + torch.arange(len(place), device=place.device)
        added = self.coefficients.index_select(0, row).mul_(self.basis[row, neurons[place]][:, None])
        values.index_add_(0, place, added)

    def add_to_points(self, values: Tensor, points: Tensor) -> None:
        """Add to `values` `(m, 2P, width)`, whole layers of m `points` `(m,)`."""
        numbers = self.numbers[points]
        within = torch.arange(int(numbers.amax()), device=points.device)
        rows = (self.starts[points][:, None] + within).clamp_max_(
            len(self) - 1
        )  # (m, K), beyond the last one of a point rows of others
        coefficients = self.coefficients[rows].mul_((within < numbers[:, None])[..., None])
        values.baddbmm_(coefficients.mT, self.basis[rows])

    def carried(self, slope: Tensor, weight: Tensor) -> Corrections:
        """In the next layer: through the slopes `(S, n, width)` and the weights `(S, width, outputs)`."""
        basis = slope.flatten(0, 1).index_select(0, self.owners).mul_(self.basis)
        sizes = self.numbers.view(len(weight), -1).sum(dim=1).tolist() if len(weight) > 1 else [len(self)]
        basis = torch.cat(
            [torch.mm(of_seed, matrix) for of_seed, matrix in zip(basis.split(sizes), weight, strict=True)]
        )
        return Corrections(self.points, self.owners, self.coefficients, basis)

    def joined(self, other: Corrections) -> Corrections:
        """The rows of both."""
        owners, order = torch.cat([self.owners, other.owners]).sort(stable=True)
        return Corrections(
            self.points,
            owners,
            torch.cat([self.coefficients, other.coefficients]).index_select(0, order),
            torch.cat([self.basis, other.basis]).index_select(0, order),
        )

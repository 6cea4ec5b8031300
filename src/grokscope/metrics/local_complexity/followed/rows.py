"""What neurons that flip add to a layer without positions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from grokscope.metrics.local_complexity.followed.flips import Doubtful, Flips


@dataclass(frozen=True)
class Rows:
    """For each of R neurons that flip its effect on a layer, `basis` `(R, width)`, for a coefficient of 1."""

    flips: Flips
    basis: Tensor

    def linear(self, weight: Tensor) -> Rows:
        """Through a linear layer without its biases, `weight` `(in, out)`."""
        return replace(self, basis=self.basis @ weight)

    def scaled(self, slope: Tensor) -> Rows:
        """Times `slope` `(n, width)` of each one's point."""
        return replace(self, basis=self.basis * slope.index_select(0, self.flips.rows.owners))

    def added_to(self, bound: Tensor) -> None:
        """Add to `bound` `(n, width)` the most that these can add in size."""
        bound.index_add_(0, self.flips.rows.owners, self.basis.abs().mul_(self.flips.most[:, None]))

    def at(self, doubtful: Doubtful) -> Tensor:
        """Basis at the doubtful neurons by point, `(n, most rows, most neurons)`."""
        neurons = doubtful.table[:, None].expand(-1, self.flips.rows.most, -1)
        return self.flips.rows.padded(self.basis).gather(2, neurons)

    def plus(self, other: Rows) -> Rows:
        """The sum with rows of the same flips."""
        return replace(self, basis=self.basis + other.basis)

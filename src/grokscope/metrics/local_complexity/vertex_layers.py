"""Pre-activations at the vertices x +- r v_p: the linear piece of x, corrected for the neurons that flip.

With W the weights of the next layer, s = f'(z) the slope of the nonlinearity at the point, and z_v a neuron's value at
a vertex,

    W f(z_v) = W s z_v + W (f(z_v) - s z_v),

where the second term is zero but for the neurons that flip, those whose sign at some vertex is not that at the point.
So by induction

    layer l at the vertices = (layer l at x) +- r (first derivative of layer l along v_p) + coefficients @ basis,

where each neuron that flips in an earlier layer has a column of coefficients f(z_v) - s z_v, one for each vertex, and a
row of the basis: its weights, carried to layer l by the slopes and weights of the layers between. The first two terms
are `LinearPieces` and serve all radii.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from grokscope.metrics.local_complexity.corrections import Corrections
from grokscope.metrics.local_complexity.linear_pieces import LinearPieces


@dataclass(frozen=True)
class Vertices:
    """Layer `layer` at the 2P vertices of `radius` around a chunk of points."""

    pieces: LinearPieces
    radius: float
    layer: int = 1
    corrections: Corrections | None = None

    def values(self, part: slice) -> Tensor:
        """Of some of the points, the whole layer `(S, part, 2P, *layer)`."""
        piece = self.pieces[self.layer]
        centre, spread = piece.centre[:, part, None], piece.spread[:, part]
        directions = spread.shape[2]
        values = spread.new_empty(*spread.shape[:2], 2 * directions, *spread.shape[3:])
        torch.add(centre, spread, alpha=self.radius, out=values[:, :, :directions])
        torch.sub(centre, spread, alpha=self.radius, out=values[:, :, directions:])
        if self.corrections is not None:
            points = torch.arange(self.corrections.points, device=values.device).view(len(values), -1)[:, part]
            self.corrections.add_to_points(values.flatten(0, 1), points.flatten())
        return values

    def values_of(self, owners: Tensor, neurons: Tensor) -> Tensor:
        """Of `neurons` `(M,)` of the points `owners` `(M,)`, numbered seed by seed: `(M, 2P)`."""
        piece = self.pieces[self.layer]
        seed, point = owners // self.pieces.points, owners % self.pieces.points
        centre, spread = piece.centre[seed, point, neurons][:, None], piece.spread[seed, point, :, neurons]
        values = torch.cat(
            [torch.add(centre, spread, alpha=self.radius), torch.sub(centre, spread, alpha=self.radius)], dim=1
        )
        if self.corrections is not None:
            self.corrections.add_to_neurons(values, owners, neurons)
        return values

    def doubtful(self) -> tuple[Tensor, Tensor]:
        """Points and neurons, both `(M,)`, among which are all that have a zero or both signs at the vertices."""
        piece = self.pieces[self.layer]
        least = torch.sub(piece.distance, piece.reach, alpha=self.radius).flatten(0, 1)  # (S * n, width)
        if self.corrections is not None:
            least -= self.corrections.most()
        points, neurons = (least <= 0).nonzero(as_tuple=True)
        return points, neurons

    def following(self, owners: Tensor, neurons: Tensor, values: Tensor) -> Vertices:
        """The next layer; all neurons that flip are among `neurons` (R,) of points `owners` (R,), `values` (R, 2P)."""
        piece, layer = self.pieces[self.layer], self.layer + 1
        weight = self.pieces.network.get_parameter(f"weight_{layer}")
        seed, point = owners // self.pieces.points, owners % self.pieces.points
        # f(z_v) - s z_v is (1 - negative slope) |z_v| on the other side of zero
        side = (1 + piece.negative_slope) - 2 * piece.slope[seed, point, neurons]
        added = Corrections(
            len(weight) * self.pieces.points, owners, (values * side[:, None]).relu_(), weight[seed, neurons]
        )
        if self.corrections is not None:
            added = self.corrections.carried(piece.slope, weight).joined(added)
        return Vertices(self.pieces, self.radius, layer, added if len(added) else None)

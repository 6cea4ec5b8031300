"""Counts of cut neurons of networks with convolutions: points are followed where that pays, else vertex by vertex.

The counts are those of `grokscope.metrics.local_complexity.measure`, which sends every vertex through all layers after
the first. A neuron that just touches a neighbourhood may fall on either side, by the order of the additions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings
from grokscope.metrics.local_complexity.followed.carried import CannotFollow, Carried, Count
from grokscope.metrics.local_complexity.followed.spread import Spread
from grokscope.metrics.local_complexity.measure import _first_layer_offsets, _frames, _points, _points_per_group, _rows
from grokscope.metrics.tables import make_table
from grokscope.models.network import LEAKY_SLOPE, Network

Walk = Callable[[Network, int, Carried], None]
"""Takes a network, the position of a seed and layer 1 of it through all later layers, and reports each on the way."""

GROUPS = 8
"""Groups of points in a chunk; what is done for a chunk takes little work for many small calls."""

BASE = 0.7
"""What following takes without any flips, in the time of one radius by its vertices; somewhat less was measured."""

SLACK = 0.3
"""How far above what was expected following may go, in the time of one radius for each, before it is given up."""


def build_with(
    walk: Walk, settings: LocalComplexitySettings, context: EvaluationContext, flips: float
) -> Callable[[Network, int], pd.DataFrame]:
    """As `grokscope.metrics.local_complexity.measure.build`, for networks that `walk` goes through."""
    points = _points(settings, context)
    frames = _frames(settings, points)

    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        rows: list[dict[str, Any]] = []
        for split, inputs in points.items():
            cuts = count_cuts(walk, network, inputs, frames[split], settings.radii, flips)
            for radius, of_radius in zip(settings.radii, cuts, strict=True):
                key = {"step": step, "split": split, "radius": radius, "points": inputs.shape[1]}
                rows += _rows(network, context.seeds, of_radius, key)
        return make_table("local_complexity", rows)

    return measure


@torch.inference_mode()
def count_cuts(
    walk: Walk,
    network: Network,
    points: Tensor,
    frame: Tensor,
    radii: Sequence[float],
    flips: float,
    chunk: int | None = None,
) -> Tensor:
    """Cut neurons of each layer: `(radii, S, points, layers)` float64 on the CPU, NaN where a pre-activation is.

    `points` `(S or 1, N, *shape)` and the orthonormal `frame` `(P, N or 1, *shape)` are in the numbers of samples and
    in the network's dtype; `network` must be in evaluation mode. So many `flips` for each vertex take as long as the
    vertices of one radius; radii that have too many go vertex by vertex. `chunk`: points at a time.
    """
    origin = network.first(torch.zeros_like(points[:1, :1]))  # (S, 1, *layer)
    offsets = None if frame.shape[1] > 1 else _first_layer_offsets(network, frame, origin)
    group = _points_per_group(origin[:1], len(frame))
    size = chunk or GROUPS * group
    parts = []
    for start in range(0, points.shape[1], size):
        part = slice(start, start + size)
        z = network.first(points[:, part])
        around = offsets if offsets is not None else _first_layer_offsets(network, frame[:, part], origin)
        parts.append(_Chunk(walk, network, z, around, group, flips).counts(radii))
    return torch.cat(parts, dim=2).cpu()


class _Chunk:
    """Some points: layer 1 `z` `(S, n, *layer)` and what directions add to it, `offsets` `(S, P, n or 1, *layer)`."""

    def __init__(self, walk: Walk, network: Network, z: Tensor, offsets: Tensor, group: int, flips: float) -> None:
        self.walk, self.network, self.z, self.offsets = walk, network, z, offsets
        self.group, self.flips = group, flips
        self._by_vertices: dict[float, Tensor] = {}

    def counts(self, radii: Sequence[float]) -> Tensor:
        """Cuts `(radii, S, n, layers)`."""
        found = self.z.new_empty(len(radii), *self.z.shape[:2], len(self.network.layers), dtype=torch.float64)
        for seed in range(len(self.z)):
            order = sorted(range(len(radii)), key=lambda index: radii[index])
            worth = self._worth_following(seed, [radii[index] for index in order])
            for index in order[worth:]:
                found[index, seed] = self._vertices(radii[index])[seed]
            order = order[:worth]
            while order:
                of_seed = self._followed(seed, [radii[index] for index in order])
                if of_seed is not None:
                    found[order, seed] = of_seed
                    break
                largest = order.pop()
                found[largest, seed] = self._vertices(radii[largest])[seed]
        return found

    def _worth_following(self, seed: int, radii: list[float]) -> int:
        """How many of the ascending `radii` are best followed together, if as large a share of all neurons flips as of
        layer 1, where it is known at once; the others go vertex by vertex.
        """
        if self.network.activation not in ("relu", "leaky_relu"):
            return 0
        distance, reach = self.z[seed].abs(), self.offsets[seed].abs().amax(dim=0)
        neurons = sum(layer.outputs for layer in self.network.layers if layer.activated)
        costs = [float(len(radii))]
        for number, radius in enumerate(radii, start=1):
            flips = (distance <= radius * reach).double().mean().item() * neurons
            costs.append(BASE + flips / max(self._flips_of_a_radius, 1e-9) + len(radii) - number)
        return costs.index(min(costs))

    @property
    def _flips_of_a_radius(self) -> float:
        """Flips that take as long as one radius by its vertices."""
        return self.flips * 2 * self.offsets.shape[1]

    def _followed(self, seed: int, radii: list[float]) -> Tensor | None:
        """Cuts `(radii, n, layers)` of a seed; None where following does not pay or is not possible."""
        z, offsets = _channels_last(self.z[seed]), self.offsets[seed].transpose(0, 1)
        spread = Spread.of(_channels_last(offsets), len(z), self.group)
        cuts = z.new_zeros(len(radii), len(z), len(self.network.layers), dtype=torch.float64)
        negative_slope = LEAKY_SLOPE if self.network.activation == "leaky_relu" else 0.0
        allowed = ((1 + SLACK) * len(radii) - BASE) * self._flips_of_a_radius
        count = Count(radii, negative_slope, cuts, allowed)
        try:
            self.walk(self.network, seed, Carried(count, z, spread))
        except CannotFollow:
            return None
        return cuts

    def _vertices(self, radius: float) -> Tensor:
        """Cuts `(S, n, layers)` by sending the vertices of all seeds through the network."""
        if radius not in self._by_vertices:
            spread = self.offsets.transpose(1, 2).expand(-1, self.z.shape[1], *[-1] * (self.z.dim() - 1))
            parts = []
            for z, ways in zip(self.z.split(self.group, dim=1), spread.split(self.group, dim=1), strict=True):
                values = torch.cat([z[:, :, None] + radius * ways, z[:, :, None] - radius * ways], dim=2)
                layers = self.network.rest(values.flatten(1, 2))
                parts.append(torch.stack([_cut(layer.unflatten(1, values.shape[1:3])) for layer in layers], dim=2))
            self._by_vertices[radius] = torch.cat(parts, dim=1)
        return self._by_vertices[radius]


def _cut(values: Tensor) -> Tensor:
    """Number `(S, n)` of cut neurons of a layer at the vertices `(S, n, 2P, *layer)`; NaN where there is one."""
    if values.dim() == 6:  # torch reduces whole stretches of memory quickly, and channels lie next to each other
        values = values.movedim(3, 5)
    lowest, highest = values.amin(dim=2).flatten(2), values.amax(dim=2).flatten(2)
    number = (lowest.sign() != highest.sign()).sum(dim=2).double()
    return number.masked_fill_(lowest.isnan().any(dim=2), torch.nan)


def _channels_last(values: Tensor) -> Tensor:
    """`values` `(..., C, H, W)` with the channels next to each other in memory."""
    return values.movedim(-3, -1).contiguous().movedim(-1, -3)

"""Which neurons of a network local complexity counts behind an embedding: those inside the blocks, by token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor

from grokscope.metrics.local_complexity.measure import count_cuts, counted_layers
from grokscope.models.network import Network
from grokscope.models.transformer.embedded import EmbeddedNetwork


class CountedLayers:
    """What `count_cuts` needs of a network, for embedded sequences in multiples of `scale` (S,), by default 1.

    Its layers are the embedding and then, for every layer that counts, its neurons at the tokens that each of
    `positions` names: `all`, or the `last` one.
    """

    def __init__(self, network: Network, positions: Sequence[str], scale: Tensor | None = None) -> None:
        self.embedded = EmbeddedNetwork(network, scale)
        self.positions = positions
        self.numbers = counted_layers(network.layers)
        self.layers = [network.layers[0], *(network.layers[number - 1] for number in self.numbers for _ in positions)]
        self.activation, self.seeds = network.activation, network.seeds

    def affine_chain(self) -> bool:
        """Attention is no linear piece that can be followed."""
        return False

    def first(self, sequences: Tensor) -> Tensor:
        """Embedded sequences (S or 1, B, positions, width) in multiples of the scale -> (S, B, positions, width)."""
        return self.embedded.first(sequences)

    def rest(self, z: Tensor) -> list[Tensor]:
        """Embedded sequences (S, B, positions, width) -> these, and the neurons that count."""
        found = self.embedded.rest(z)
        chosen = [found[number - 1] for number in self.numbers]
        return [z, *(layer if which == "all" else layer[:, :, -1:] for layer in chosen for which in self.positions)]


@torch.inference_mode()
def count_in_blocks(
    network: Network,
    points: Tensor,
    frame: Tensor,
    radii: Sequence[float],
    positions: Sequence[str],
    scale: Tensor | None = None,
) -> Tensor:
    """Cut neurons `(radii, S, N, positions, counted layers)` float64 on the CPU, NaN where a pre-activation is.

    `points` (S or 1, N, positions, width) and `radii` are in multiples of `scale` (S,), which is 1 where it is left
    out; the orthonormal `frame` is `(P, 1, positions, width)`. `network` must be in evaluation mode.
    """
    view = CountedLayers(network, positions, scale)
    cuts = count_cuts(cast(Network, view), points, frame, radii)[..., 1:]
    return cuts.unflatten(3, (len(view.numbers), len(positions))).transpose(3, 4)


def in_multiples(sequences: Tensor, scale: Tensor | None) -> Tensor:
    """Embedded sequences (S or 1, N, positions, width) in multiples of `scale` (S,)."""
    return sequences if scale is None else sequences / scale.view(-1, 1, 1, 1)

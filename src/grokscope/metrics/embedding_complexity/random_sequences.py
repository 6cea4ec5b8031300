"""Random sequences in the space of a network's embeddings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from grokscope.metrics.local_complexity.frames import random_points
from grokscope.models.network import Network


def unit_box(network: Network, unit: Tensor) -> Tensor:
    """Uniform in [-1, 1] whatever the network: `unit` (1, N, positions, width) in [0, 1) -> (1, N, ...)."""
    return 2 * unit - 1


def embedding_range(network: Network, unit: Tensor) -> Tensor:
    """Uniform between the smallest and the largest number of each seed's token embedding, and the embedding of the
    positions added: `unit` (1, N, positions, width) in [0, 1) -> (S, N, ...).
    """
    tokens = network.get_parameter("token_embedding")  # (S, vocabulary, width)
    places = network.get_parameter("position_embedding")  # (S, positions, width)
    lowest, highest = (extreme.view(-1, 1, 1, 1) for extreme in (tokens.flatten(1).amin(1), tokens.flatten(1).amax(1)))
    return lowest + (highest - lowest) * unit + places[:, None]


DRAWN: dict[str, Callable[[Network, Tensor], Tensor]] = {"unit_box": unit_box, "embedding_range": embedding_range}


def unit_points(count: int, shape: Sequence[int]) -> Tensor:
    """The numbers in [0, 1) from which random sequences are made, `(1, count, *shape)` float64: the same for all seeds,
    steps and runs.
    """
    return random_points(count, shape)

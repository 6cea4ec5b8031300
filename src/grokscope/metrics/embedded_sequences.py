"""Sequences of tokens behind the embedding of a network, and how large they are there."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from grokscope.models.network import Network

CHUNK_BYTES = {"cpu": 64 * 2**20, "cuda": 2**30}
"""What embedded sequences may take at a time, all seeds together."""


def each_embedded(network: Network, tokens: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """Slices of the sequences `tokens` (S or 1, N, positions) and their embeddings `(S, chunk, positions, width)`."""
    size = sequences_at_once(network, tokens.device.type)
    for start in range(0, tokens.shape[1], size):
        part = slice(start, start + size)
        yield part, network.first(tokens[:, part])


def sequences_at_once(network: Network, device: str) -> int:
    """How many embedded sequences of all seeds fit into CHUNK_BYTES."""
    number_bytes = next(network.parameters()).element_size()
    of_one = network.seeds * network.layers[0].outputs * number_bytes
    return max(1, CHUNK_BYTES.get(device, CHUNK_BYTES["cpu"]) // of_one)


@torch.no_grad()
def mean_norm(network: Network, tokens: Tensor) -> Tensor:
    """Mean L2 norm `(S,)` float64 of the embedded sequences of `tokens` (S or 1, N, positions): the root of the sum of
    squares over positions and width.
    """
    total = torch.zeros(network.seeds, dtype=torch.float64, device=tokens.device)
    for _, embedded in each_embedded(network, tokens):
        total += embedded.double().square().flatten(2).sum(dim=2).sqrt().sum(dim=1)
    return total / tokens.shape[1]


@torch.no_grad()
def mean_absolute_entry(network: Network, tokens: Tensor) -> Tensor:
    """Mean absolute value `(S,)` float64 of a number in the embedded sequences of `tokens` (S or 1, N, positions)."""
    total = torch.zeros(network.seeds, dtype=torch.float64, device=tokens.device)
    for _, embedded in each_embedded(network, tokens):
        total += embedded.double().abs().flatten(2).mean(dim=2).sum(dim=1)
    return total / tokens.shape[1]

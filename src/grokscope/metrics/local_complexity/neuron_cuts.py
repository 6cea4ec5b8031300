"""Number of neurons of every layer that the neighbourhoods around a chunk of points cut."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from grokscope.metrics.local_complexity.dense_layers import extremes
from grokscope.metrics.local_complexity.linear_pieces import LinearPieces, has_linear_pieces
from grokscope.metrics.local_complexity.vertex_layers import Vertices

SPARSE_SHARE = 0.2
"""Corrections are used while there are no more of them than this share of a layer's neurons; up to there it was faster.
"""

FEW = 0.5
"""Up to this many corrections for each point and direction, only the neurons that may be cut are examined."""


def count_around(pieces: LinearPieces, radius: float) -> Tensor:
    """Cuts `(S, n, layers)` float64 of the neighbourhoods with this radius; NaN where a layer has a NaN at a vertex."""
    first = pieces[1]
    lowest, highest = (
        torch.sub(first.centre, first.reach, alpha=radius),
        torch.add(first.centre, first.reach, alpha=radius),
    )
    counts = lowest.new_empty(*lowest.shape[:2], len(pieces.network.layers), dtype=torch.float64)
    counts[..., 0] = _number(lowest, highest)
    vertices, counted = Vertices(pieces, radius), 1
    if (
        has_linear_pieces(pieces.network)
        and counts.shape[2] > 1
        and first.finite
        and counts[..., 0].mean() <= SPARSE_SHARE * lowest.shape[2]
    ):
        vertices, counted = _count_sparsely(vertices, counts)
    if counted < counts.shape[2]:
        for layer, (lowest, highest) in enumerate(extremes(vertices, counted + 1), start=counted + 1):
            counts[..., layer - 1] = _number(lowest, highest)
    return counts


def _count_sparsely(vertices: Vertices, counts: Tensor) -> tuple[Vertices, int]:
    """Count layers after the first while few neurons flip; returns the vertices to go on from and the last layer."""
    pieces, last = vertices.pieces, counts.shape[2]
    points = counts.shape[0] * counts.shape[1]
    owners, neurons = vertices.doubtful()
    values = vertices.values_of(owners, neurons)
    for layer in range(2, last + 1):
        if not pieces[layer].finite:
            return vertices, layer - 1
        vertices = vertices.following(owners, neurons, values)
        if vertices.corrections is not None and len(vertices.corrections) > FEW * pieces.directions * points:
            return vertices, layer - 1
        owners, neurons = vertices.doubtful()
        values = vertices.values_of(owners, neurons)
        lowest, highest = values.amin(dim=1), values.amax(dim=1)
        cut = (lowest.sign() != highest.sign()).double()
        counts[..., layer - 1] = cut.new_zeros(points).index_add_(0, owners, cut).view(counts.shape[:2])
        if layer < last:
            centre = pieces[layer].centre.flatten(0, 1)[owners, neurons]
            flips = torch.where(centre > 0, lowest < 0, highest > 0).nonzero()[:, 0]
            owners, neurons, values = owners[flips], neurons[flips], values[flips]
    return vertices, last


def _number(lowest: Tensor, highest: Tensor) -> Tensor:
    """Number `(S, n)` of cut neurons `(S, n, *layer)` by their extremes; NaN if one is NaN."""
    number = (highest.sign() - lowest.sign()).clamp_max_(1).flatten(2).sum(dim=2)
    return torch.where(lowest.flatten(2).amax(dim=2).isnan(), math.nan, number)

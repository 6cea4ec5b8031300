"""What metrics say that look at networks of tokens from behind their embedding. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from grokscope.config.run_work import RunWork

EMBEDDING = "embedding"
"""Kind of the first layer of networks whose embedding can be moved: sequences of vectors, one for each token, to which
those of the positions have been added.
"""

UNITS = ("fixed", "relative")
"""How sizes are given: in units of the embedding, or relative to how large the embedding of the seed is."""


def sequence_size(run: RunWork) -> int:
    """Numbers in one embedded sequence: positions times width."""
    return prod(run.layers[0].shape)


def numbers_at_vertices(run: RunWork, directions: int, seeds: int) -> int:
    """Numbers in all layers at the vertices around one point of each of `seeds`, which are in memory together."""
    return 2 * directions * seeds * sum(layer.outputs for layer in run.layers)


def no_embedding(run: RunWork, metric: str) -> Iterator[str]:
    """A complaint where the network's first layer is no embedding."""
    if run.layers[0].kind != EMBEDDING:
        kind = run.settings.model.kind
        yield f"metric {metric}: the first layer of architecture {kind} is no embedding that can be moved; leave it out"


def too_many_directions(run: RunWork, directions: int) -> Iterator[str]:
    """A complaint where an embedded sequence has fewer numbers."""
    size = sequence_size(run)
    if run.layers[0].kind == EMBEDDING and directions > size:
        yield f"directions {directions}: embedded sequences of {run.settings.data.name} have {size} numbers"


def no_counted_layer(run: RunWork, metric: str) -> Iterator[str]:
    """A complaint where no layer counts for local complexity."""
    if not any(layer.counted for layer in run.layers):
        yield f"metric {metric}: no layer of architecture {run.settings.model.kind} counts; leave it out"

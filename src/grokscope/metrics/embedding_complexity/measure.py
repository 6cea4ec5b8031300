"""Local complexity of transformers: how many neurons' zero sets cut a small neighbourhood of an embedded sequence (P2
Figs 8 and 9).

A sequence of tokens is embedded, token and position together, and is then a point of a space with positions times width
dimensions. There the neighbourhood is that of `local_complexity`: the cross-polytope with the vertices x +- r v of an
orthonormal frame that all points share. The neurons are those inside the blocks (the inputs of their nonlinearity), at
every token. The paper does not say whether it sums over tokens or looks at the last one; both are measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.config.run_work import RunWork
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.embedded_sequences import each_embedded, mean_norm, sequences_at_once
from grokscope.metrics.embedding_complexity.counted import count_in_blocks, in_multiples
from grokscope.metrics.embedding_complexity.declaration import POSITIONS, EmbeddingComplexitySettings
from grokscope.metrics.embedding_complexity.random_sequences import DRAWN, unit_points
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.local_complexity.measure import counted_layers
from grokscope.metrics.tables import ALL_LAYERS, make_table
from grokscope.models.network import Network


def build(settings: EmbeddingComplexitySettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Measure local complexity around embedded train and test sequences, evenly spaced in their order, and around
    random points.

    `value` is the mean over sequences of the number of cut neurons, `deviation` the standard deviation over sequences
    (divisor points - 1; NaN for one). Layer 0 is the sum over the layers that count. A relative radius is the given
    multiple of the mean norm of each seed's embedded training sequences at that step; all of them count, whatever the
    number of points. A seed that has a NaN at a vertex gets NaN. Splits with fewer sequences than asked for use all of
    them; a split of 0 points is left out.
    """
    tokens = {split: context.points(split, getattr(settings.points, split))[0] for split in ("train", "test")}
    shape = RunWork(context.run).layers[0].shape
    unit = unit_points(settings.points.random, shape)
    kinds = {"fixed": settings.radii, "relative": settings.relative_radii}

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        like = next(network.parameters())
        frame = shared_frame(shape, settings.directions).to(like)
        rows: list[dict[str, Any]] = []
        for measured, radii in kinds.items():
            scale = mean_norm(network, context.train_inputs).to(like) if measured == "relative" and radii else None
            for split in ("train", "test", "random"):
                sequences = (
                    _random(network, settings.random, unit.to(like))
                    if split == "random"
                    else _embedded(network, tokens[split])
                )
                parts = [
                    count_in_blocks(network, in_multiples(part, scale), frame, radii, POSITIONS, scale)
                    for part in (sequences if radii else ())
                ]
                if parts:
                    key = {"step": step, "split": split, "measured": measured}
                    rows += _rows(network, context.seeds, radii, torch.cat(parts, dim=2), key)
        return make_table("embedding_complexity", rows)

    return measure


def _embedded(network: Network, tokens: Tensor) -> Iterator[Tensor]:
    """Embedded sequences, as many at a time as memory allows."""
    for _, embedded in each_embedded(network, tokens):
        yield embedded


def _random(network: Network, kind: str, unit: Tensor) -> Iterator[Tensor]:
    """Random sequences, as many at a time."""
    for part in unit.split(sequences_at_once(network, unit.device.type), dim=1) if unit.shape[1] else ():
        yield DRAWN[kind](network, part)


def _rows(
    network: Network, seeds: list[int], radii: list[float], cuts: Tensor, key: dict[str, Any]
) -> list[dict[str, Any]]:
    """Rows of one split from cuts `(radii, S, points, positions, layers)`."""
    table = torch.cat([cuts.sum(dim=4, keepdim=True), cuts], dim=4)  # layer 0 first
    values = table.mean(dim=2)
    deviations = table.std(dim=2) if table.shape[2] > 1 else torch.full_like(values, math.nan)
    layers = [ALL_LAYERS, *counted_layers(network.layers)]
    return [
        key
        | {"seed": seed, "radius": radius, "positions": positions, "layer": layer, "points": table.shape[2]}
        | {"value": values[i, s, p, place].item(), "deviation": deviations[i, s, p, place].item()}
        for i, radius in enumerate(radii)
        for s, seed in enumerate(seeds)
        for p, positions in enumerate(POSITIONS)
        for place, layer in enumerate(layers)
    ]

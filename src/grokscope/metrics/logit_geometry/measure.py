"""Scale of the logits, and alignment of centroids with the inputs.

Scale: a network with cross-entropy saturates as its logits grow, and grokking then waits for them to shrink (arXiv
2606.18465). Alignment: the rows of the Jacobian of a network at an input, one for each logit, add up to a centroid.
GrokAlign (arXiv 2506.12284, "centroid alignment") takes the cosine between it and the input, which is to rise when the
network generalises and becomes robust.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.logit_geometry.declaration import LogitGeometrySettings
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network

SAMPLES_AT_A_TIME = 250


def build(settings: LogitGeometrySettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Measure both on `settings.points` samples of each split, evenly spaced.

    `logit_spread` is the mean over samples of the standard deviation of the logits over classes (divisor: their
    number). `centroid_alignment` is the mean over samples of the cosine between the sum of the Jacobian's rows and the
    input; samples where either is zero have none and are counted by `without_centroid`, their share. Rows are NaN for a
    seed with a logit that is not finite.
    """

    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        rows: list[dict[str, Any]] = []
        for split in settings.splits:
            inputs, _ = context.points(split, settings.points)
            parts = [
                _geometry(network, inputs[:, begin : begin + SAMPLES_AT_A_TIME])
                for begin in range(0, inputs.shape[1], SAMPLES_AT_A_TIME)
            ]
            joined = torch.cat(parts, dim=2).double().cpu()
            rows += _rows(joined, context.seeds, {"step": step, "split": split, "points": inputs.shape[1]})
        return make_table("logit_geometry", rows)

    return measure


def _geometry(network: Network, inputs: Tensor) -> Tensor:
    """Spread and cosine of every sample, `(2, S, B)`; the cosine is NaN where there is none."""
    every = inputs.expand(network.seeds, *inputs.shape[1:]).detach().clone().requires_grad_()
    with torch.enable_grad():
        logits = network(every)
        (centroids,) = torch.autograd.grad(logits.sum(), every)
    logits, centroids, samples = logits.detach(), centroids.flatten(2), every.detach().flatten(2)
    lengths = centroids.norm(dim=2) * samples.norm(dim=2)
    cosine = torch.where(lengths > 0, (centroids * samples).sum(dim=2) / lengths, math.nan)
    spread = logits.std(dim=2, correction=0)
    return torch.stack([spread, cosine])


def _rows(values: Tensor, seeds: list[int], key: dict[str, Any]) -> list[dict[str, Any]]:
    spread, cosine = values
    rows = []
    for place, seed in enumerate(seeds):
        finite = bool(spread[place].isfinite().all())
        there = cosine[place][cosine[place].isfinite()]
        numbers = {
            "logit_spread": float(spread[place].mean()),
            "centroid_alignment": float(there.mean()) if len(there) else math.nan,
            "without_centroid": 1 - len(there) / cosine.shape[1],
        }
        rows.append(key | {"seed": seed} | {name: number if finite else math.nan for name, number in numbers.items()})
    return rows

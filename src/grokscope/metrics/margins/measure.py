"""Margins of the true class, in units of the outputs and as distances from the decision boundary.

Elsayed et al. (2018, "Large margin deep networks for classification", equation 3) approximate the distance of a sample
from the boundary by its margin over the norm of the margin's gradient in the input.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.layer_outputs import samples_per_chunk
from grokscope.metrics.margins.declaration import MarginsSettings
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network


def build(
    settings: MarginsSettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Measure the mean margin over the chosen samples, and the mean distance over those of them that are classified
    rightly and whose margin has a gradient. A seed whose outputs are not finite gets NaN, as does a distance without
    such samples. `chunk`: samples at a time.
    """

    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        rows: list[dict[str, Any]] = []
        for split in settings.splits:
            inputs, labels = context.points(split, settings.points)
            inputs = inputs.expand(len(context.seeds), *inputs.shape[1:])
            size = chunk or samples_per_chunk(network, inputs)
            parts = [
                margins(network, some, targets)
                for some, targets in zip(inputs.split(size, dim=1), labels.split(size, dim=1), strict=True)
            ]
            margin, distance = (torch.cat(of_parts, dim=1).double() for of_parts in zip(*parts, strict=True))
            for position, seed in enumerate(context.seeds):
                mean, right = margin[position].mean(), (margin[position] > 0) & distance[position].isfinite()
                known = bool(mean.isfinite())
                rows.append({"seed": seed, "step": step, "split": split, "points": inputs.shape[1]})
                rows[-1]["margin"] = float(mean) if known else math.nan
                rows[-1]["distance"] = (
                    float(distance[position][right].mean()) if known and bool(right.any()) else math.nan
                )
        return make_table("margins", rows)

    return measure


def margins(network: Network, inputs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Margins (S, B) of inputs (S, B, *shape) with labels (S, B): the output of the true class minus the largest other
    one; and that over the 2-norm of its gradient in the input, in the units of the input (pixels from 0 to 1). A margin
    without a gradient has an infinite distance, or NaN where the margin is 0.
    """
    with torch.enable_grad():
        inputs = inputs.detach().requires_grad_()
        outputs = network(inputs)
        true = outputs.gather(2, labels[:, :, None])[:, :, 0]
        others = outputs.scatter(2, labels[:, :, None], -math.inf).amax(dim=2)
        margin = true - others
        (gradient,) = torch.autograd.grad(margin.sum(), inputs)
    margin = margin.detach()
    return margin, margin / gradient.flatten(2).norm(dim=2)

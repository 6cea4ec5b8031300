"""How large the gradient is that an attack follows, and by how much the label's logit leads.

An attack within epsilon in the infinity norm can raise an objective by epsilon times the 1-norm of its gradient, to
first order. The gradient of the cross-entropy shrinks as exp(-lead) where the label's logit leads, whatever the
network does around the point, and is exactly zero once that underflows; the gradient of the margin does not. So a
network whose margins grow at the same slope loses the first and keeps the second, and one that grows flat around the
points loses both.

Before it vanishes it points the wrong way. Where the lead exceeds 17 in float32, or 37 in float64, the softmax of the
label is exactly one, so that the label's part of the gradient, one minus that, is zero while those of the other classes
are there: the attack raises the others and does not lower the label (the metric `zero_loss` counts such points). Sizes
are therefore taken from a form of the cross-entropy that loses nothing until it underflows.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.adversarial.objectives.cross_entropy import objective as cross_entropy
from grokscope.metrics.adversarial.objectives.margin import objective as margin
from grokscope.metrics.adversarial.pgd import Objective, input_gradient, is_zero
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.input_gradients.declaration import InputGradientsSettings
from grokscope.metrics.layer_outputs import samples_per_chunk
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network


def exact_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """The cross-entropy of logits (S, B, classes) with labels (S, B), (S, B): log(1 + sum over the other classes of
    exp(logit - label's logit)), in which nothing small is subtracted from one.
    """
    own = logits.gather(2, labels[..., None])
    others = logits.scatter(2, labels[..., None], -math.inf).logsumexp(dim=2) - own[..., 0]
    return torch.logaddexp(others, torch.zeros_like(others))


CLIMBED: dict[str, tuple[Objective, Objective]] = {
    "cross_entropy": (cross_entropy, exact_cross_entropy),
    "margin": (margin, margin),
}
"""What an attack climbs, and the same without rounding that matters, for its size."""

PASS_SHARE = 4
"""A gradient in float64 takes about this many times the memory of the layers, which the size of a chunk counts."""


def build(
    settings: InputGradientsSettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Measure on `settings.points` samples of each split, evenly spaced; `chunk`: samples at a time.

    For the cross-entropy of the outputs, whatever the loss of the run, and for the margin: quantiles over the samples
    of the 1-norm and of the 2-norm of the gradient in the input, in float64 and in units of a pixel (or of an input
    vector's numbers); `zero` and `zero_float64`, the shares of samples at which all components of the gradient are
    exactly zero in the arithmetic of the run, which is what an attack sees, and in float64; and the quantiles of the
    lead of the label's logit over the largest other one, in float64. All are NaN for a seed with a logit that is not
    finite.
    """

    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        exact = network if context.run.training.dtype == "float64" else copy.deepcopy(network).double()
        rows: list[dict[str, Any]] = []
        for split in settings.splits:
            inputs, labels = context.points(split, settings.points)
            inputs = inputs.expand(len(context.seeds), *inputs.shape[1:])
            size = chunk or max(1, samples_per_chunk(network, inputs) // PASS_SHARE)
            for name, forms in CLIMBED.items():
                parts = [
                    _of_part(network, exact, some, targets, *forms)
                    for some, targets in zip(inputs.split(size, dim=1), labels.split(size, dim=1), strict=True)
                ]
                values = torch.cat(parts, dim=2).numpy()  # (5, S, points)
                key = {"step": step, "split": split, "objective": name, "points": inputs.shape[1]}
                rows += _rows(values, context.seeds, settings.quantiles, key)
        return make_table("input_gradients", rows)

    return measure


def _of_part(
    network: Network, exact: Network, inputs: Tensor, labels: Tensor, climbed: Objective, without_loss: Objective
) -> Tensor:
    """The norms of the gradient, the lead of the label, and whether the gradient is zero in both arithmetics, float64
    (5, S, B); NaN for seeds with a logit that is not finite.
    """
    gradient, logits = input_gradient(exact, inputs.double(), labels, without_loss)
    flat, there = gradient.flatten(2), is_zero(gradient).double()
    here = is_zero(input_gradient(network, inputs, labels, climbed)[0]).double()
    values = torch.stack([flat.abs().sum(dim=2), flat.norm(dim=2), -margin(logits, labels), here, there])
    usable = logits.isfinite().flatten(1).all(dim=1)
    return torch.where(usable[:, None], values, torch.nan).cpu()


def _rows(values: Any, seeds: list[int], quantiles: list[float], key: dict[str, Any]) -> list[dict[str, Any]]:
    """One row for each seed and quantile; the shares are the same in all of them."""
    rows = []
    for place, seed in enumerate(seeds):
        l1, l2, lead = (_quantiles(of_point, quantiles) for of_point in values[:3, place])
        zero, zero_float64 = values[3:, place].mean(axis=1).tolist()
        for column, quantile in enumerate(quantiles):
            numbers = {"l1": l1[column], "l2": l2[column], "margin": lead[column]}
            shares = {"zero": zero, "zero_float64": zero_float64}
            rows.append(key | {"seed": seed, "quantile": quantile} | numbers | shares)
    return rows


def _quantiles(values: Any, quantiles: list[float]) -> list[float]:
    """The least value that each of these shares of the values does not exceed; no mean of two values, since these may
    lie hundreds of decades apart.
    """
    found: list[float] = np.quantile(values, quantiles, method="inverted_cdf").tolist()
    return found

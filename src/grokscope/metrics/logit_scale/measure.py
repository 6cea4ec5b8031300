"""Accuracy under the published attack on one network, when the attack sees the logits times a factor.

A factor above zero of all logits changes no decision, so the robustness of a network does not depend on it. What the
published attack finds does: it climbs the cross-entropy, whose gradient points away from the label less and less, and
in the end vanishes, once the softmax is one-hot in floating point. A network whose logits grow in training, and nothing
else, so seems to become robust, to attacks of all sizes at once, as P2's networks for CIFAR do late in training (Figs 1
and 6). Here the logits grow, and nothing else does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.adversarial.objectives.cross_entropy import objective as cross_entropy
from grokscope.metrics.adversarial.pgd import Objective, attack
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.layer_outputs import samples_per_chunk
from grokscope.metrics.logit_scale.declaration import LogitScaleSettings
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network


def build(
    settings: LogitScaleSettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Attack `settings.points` test images, evenly spaced, from the images themselves; `chunk`: images at a time.

    The attack is that of the metric `adversarial` without a random start; with the factor 1 it is the same attack. Rows
    of epsilon 0 have the clean accuracy. `zero_gradient`: fraction of the points whose input gradient is exactly zero
    at the last iteration. NaN for a seed with a logit that is not finite.
    """
    images, labels = context.points("test", settings.points)
    epsilons = [epsilon for epsilon in dict.fromkeys(settings.epsilons) if epsilon > 0]
    factors = list(dict.fromkeys(settings.factors))

    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        size = chunk or max(1, samples_per_chunk(network, images) // (4 * max(1, len(epsilons))))
        total = torch.zeros(2, len(factors), len(labels), 1 + len(epsilons), dtype=torch.float64)
        for some, targets in zip(images.split(size, dim=1), labels.split(size, dim=1), strict=True):
            for place, factor in enumerate(factors):
                total[:, place] += _of_part(network, some, targets, factor, epsilons, settings)
        key = {"step": step, "points": images.shape[1]}
        return make_table("logit_scale", _rows(total / images.shape[1], context.seeds, factors, epsilons, key))

    return measure


def scaled(factor: float) -> Objective:
    """The cross-entropy of the logits times a factor."""
    return lambda logits, labels: cross_entropy(factor * logits, labels)


def _of_part(
    network: Network,
    images: Tensor,
    labels: Tensor,
    factor: float,
    epsilons: list[float],
    settings: LogitScaleSettings,
) -> Tensor:
    """Sums over images of right answers and of zero gradients, (2, S, 1 + E), epsilon 0 first; right answers are NaN
    where a logit is not finite.
    """
    with torch.no_grad():
        clean = network(images)
    columns = [torch.stack([_right(clean, labels), torch.zeros(len(labels), dtype=torch.float64)])[..., None]]
    if epsilons:
        found = attack(network, images, labels, epsilons, settings.step_size, settings.steps, objective=scaled(factor))
        zero = found.zero_at_last.sum(dim=2, dtype=torch.float64).cpu()
        columns.append(torch.stack([_right(found.logits, labels[:, None]), zero]))
    return torch.cat(columns, dim=2)


def _right(logits: Tensor, labels: Tensor) -> Tensor:
    """Number of right answers over the last dimension of labels (S, ..., B)."""
    right = (logits.argmax(dim=-1) == labels).sum(dim=-1, dtype=torch.float64)
    return torch.where(logits.isfinite().flatten(-2).all(dim=-1), right, math.nan).cpu()


def _rows(
    fractions: Tensor, seeds: Sequence[int], factors: list[float], epsilons: list[float], key: dict[str, Any]
) -> list[dict[str, Any]]:
    """Rows from fractions (2, factors, S, 1 + E), accuracy and the fraction of zero gradients."""
    usable = torch.where(fractions[0].isfinite(), fractions, math.nan)
    rows: list[dict[str, Any]] = []
    for factor, accuracies, zeros in zip(factors, *usable.tolist(), strict=True):
        for seed, *of_seed in zip(seeds, accuracies, zeros, strict=True):
            for epsilon, accuracy, zero in zip([0.0, *epsilons], *of_seed, strict=True):
                found = {"seed": seed, "factor": factor, "epsilon": epsilon}
                rows.append(key | found | {"accuracy": accuracy, "zero_gradient": zero})
    return rows

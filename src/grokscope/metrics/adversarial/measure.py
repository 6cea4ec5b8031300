"""Accuracy under attack, and how often the attack has no gradient to follow (P2 section 1).

A network whose logits lie far apart has a softmax that is exactly one-hot in floating point: in float32 once the margin
passes about 100 (88 where denormal numbers are flushed), in float64 about 745. The gradient of the cross-entropy is
then exactly zero, sign(0) = 0, and an attack without a random start leaves the image as it is: the point counts as
robust at every epsilon. P2's curves for CIFAR have this signature late in training, where the accuracies under all
epsilons coincide with each other and with the clean accuracy. So each row also says for which fraction of the points
the gradient was exactly zero: a robust accuracy is only evidence where that is small.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.adversarial.declaration import OBJECTIVES, AdversarialSettings
from grokscope.metrics.adversarial.pgd import Objective, attack, input_gradient, is_zero, random_start
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network

# What the attacked images, their gradients and the layers of a chunk may take.
CHUNK_BYTES = {"cpu": 64 * 2**20, "cuda": 4 * 2**30}


def build(
    settings: AdversarialSettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Measure accuracy under attack on `settings.points` test images, evenly spaced; `chunk`: images at a time.

    The attack is untargeted and climbs `settings.objective` of the logits, for networks trained with the squared error
    too; epsilon and step size are in pixels; what counts is the last iterate. Each start has a row of epsilon 0 first,
    which is the clean accuracy. `zero_gradient_start`: fraction of the points, right or wrong, whose input gradient is
    exactly zero in all components at the first iteration; `zero_gradient_last`: at the last one, so attacks that
    stalled on their way count too. Without a random start the former is the same for all epsilons, and such a point
    never moves: the signature of vanishing gradients described above. All three are NaN for a seed with a logit that is
    not finite.
    """
    images, labels = context.points("test", settings.points)
    epsilons = [epsilon for epsilon in dict.fromkeys(settings.epsilons) if epsilon > 0]
    noise = torch.empty(0)
    if "random" in settings.starts and epsilons:
        noise = torch.stack([random_start(epsilon, images.shape[1], images.shape[2:]) for epsilon in epsilons]).to(
            images
        )
    starts: dict[str, Tensor | None] = {start: noise if start == "random" else None for start in settings.starts}

    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        size = chunk or _images_per_chunk(network, images, len(epsilons))
        sums: dict[str, Tensor] = {
            start: torch.zeros(3, len(labels), 1 + len(epsilons), dtype=torch.float64) for start in starts
        }
        for begin in range(0, images.shape[1], size):
            part = slice(begin, begin + size)
            for start, sum_of_start in _attack_part(
                network, images[:, part], labels[:, part], part, epsilons, starts, settings
            ).items():
                sums[start] += sum_of_start.cpu()
        rows: list[dict[str, Any]] = []
        for start, total in sums.items():
            rows += _rows(
                total / images.shape[1],
                context.seeds,
                [0.0, *epsilons],
                {"step": step, "start": start, "points": images.shape[1]},
            )
        return make_table("adversarial", rows)

    return measure


def _attack_part(
    network: Network,
    images: Tensor,
    labels: Tensor,
    part: slice,
    epsilons: Sequence[float],
    starts: dict[str, Tensor | None],
    settings: AdversarialSettings,
) -> dict[str, Tensor]:
    """For every start the sums over images of right answers and both kinds of zero gradient, `(3, S, 1 + E)`."""
    objective: Objective = importlib.import_module(OBJECTIVES[settings.objective]).objective
    clean_gradient, clean_logits = input_gradient(
        network, images.expand(len(labels), -1, -1, -1, -1), labels, objective
    )
    clean_zero = is_zero(clean_gradient)
    clean = torch.stack([_right(clean_logits, labels), *[clean_zero.sum(dim=1, dtype=torch.float64)] * 2])  # (3, S)
    sums = {}
    for start, noise in starts.items():
        columns = clean[..., None]
        if epsilons:
            result = attack(
                network,
                images,
                labels,
                epsilons,
                settings.step_size,
                settings.steps,
                start=None if noise is None else noise[:, part],
                first_gradient=clean_gradient,
                objective=objective,
            )
            right = _right(result.logits, labels[:, None])
            zero = [zero.sum(dim=2, dtype=torch.float64) for zero in (result.zero_at_start, result.zero_at_last)]
            columns = torch.cat([columns, torch.stack([right, *zero])], dim=2)
        sums[start] = columns
    return sums


def _right(logits: Tensor, labels: Tensor) -> Tensor:
    """Number of right answers over the last dimension of labels, `(S, ..., B)`; NaN where a logit is not finite."""
    right = (logits.argmax(dim=-1) == labels).sum(dim=-1, dtype=torch.float64)
    return torch.where(logits.isfinite().flatten(-2).all(dim=-1), right, math.nan)


def _images_per_chunk(network: Network, images: Tensor, epsilons: int) -> int:
    """Numbers that one image takes at every epsilon: iterate, bounds, gradient, its sign, and all layers."""
    with torch.no_grad():
        layers = sum(layer.numel() for layer in network.preactivations(images[:, :1]))
    values = max(1, epsilons) * (5 * network.seeds * images[0, 0].numel() + 3 * layers)
    return max(1, CHUNK_BYTES.get(images.device.type, CHUNK_BYTES["cpu"]) // (values * images.element_size()))


def _rows(
    fractions: Tensor, seeds: Sequence[int], epsilons: Sequence[float], key: dict[str, Any]
) -> list[dict[str, Any]]:
    """Rows of one start from fractions `(3, S, E)`: accuracy and the two fractions of zero gradients."""
    usable = torch.where(fractions[0].isfinite(), fractions, math.nan)
    return [
        key
        | {
            "seed": seed,
            "epsilon": epsilon,
            "accuracy": accuracy,
            "zero_gradient_start": at_start,
            "zero_gradient_last": at_last,
        }
        for seed, *of_seed in zip(seeds, *usable.tolist(), strict=True)
        for epsilon, accuracy, at_start, at_last in zip(epsilons, *of_seed, strict=True)
    ]

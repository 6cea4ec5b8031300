"""Accuracy under Auto-PGD on the cross-entropy of the outputs (Croce and Hein 2020, arXiv 2003.01690; P2 Fig 18).

P2's caption says Auto-Attack; its released code has this part of it alone, with ten iterations from one random start.
It climbs what the published attack climbs, so that it has no gradient where that one has none.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.adversarial.objectives.cross_entropy import objective as cross_entropy
from grokscope.metrics.adversarial.pgd import input_gradient, is_zero
from grokscope.metrics.apgd.declaration import ApgdSettings
from grokscope.metrics.attack_suite.adaptive import adaptive_attack
from grokscope.metrics.attack_suite.pairs import random_start
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network

CHUNK_BYTES = {"cpu": 128 * 2**20, "cuda": 4 * 2**30}
"""What the pairs of an epsilon and an image that are attacked together may take."""

IMAGES_OF_A_PAIR = 10
"""Iterates, gradients, bounds and their copies, each as large as the image."""

LAYERS_OF_A_PAIR = 4
"""What a gradient takes, in units of all layers."""


def build(
    settings: ApgdSettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Measure accuracy under the attack on `settings.points` test images, evenly spaced; `chunk`: images at a time.

    An image is fooled where any iterate is classified wrongly, the start included. Each start has a row of epsilon 0
    first, which is the clean accuracy. `zero_gradient` is the fraction of the images, right or wrong, at which the
    gradient of the cross-entropy is exactly zero in all components where the first climb starts. All numbers are NaN
    for a seed with a logit that is not finite at an image.
    """
    images, labels = context.points("test", settings.points)
    epsilons = [epsilon for epsilon in dict.fromkeys(settings.epsilons) if epsilon > 0]
    starts = {start: _starts(start, epsilons, settings, images) for start in dict.fromkeys(settings.starts)}

    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        size = chunk or _images_at_a_time(network, images, len(epsilons))
        sums = {start: torch.zeros(2, len(labels), 1 + len(epsilons), dtype=torch.float64) for start in starts}
        for begin in range(0, images.shape[1], size):
            part = slice(begin, begin + size)
            clean = _at(network, images[:, part].expand(len(labels), -1, -1, -1, -1), labels[:, part])
            for start, given in starts.items():
                here = [None if one is None else one[:, part] for one in given]
                under = _attacked(network, images[:, part], labels[:, part], epsilons, settings.steps, here, clean[1])
                sums[start] += torch.cat([clean[..., None], under], dim=2).cpu()
        rows: list[dict[str, Any]] = []
        for start, total in sums.items():
            shares = total / images.shape[1]
            shares = torch.where(shares[0, :, :1].isfinite(), shares, math.nan)
            for place, seed in enumerate(context.seeds):
                for column, epsilon in enumerate([0.0, *epsilons]):
                    accuracy, zero = shares[:, place, column].tolist()
                    rows.append({"seed": seed, "step": step, "epsilon": epsilon, "start": start, "accuracy": accuracy})
                    rows[-1] |= {"zero_gradient": zero, "points": images.shape[1]}
        return make_table("apgd", rows)

    return measure


def _starts(start: str, epsilons: list[float], settings: ApgdSettings, images: Tensor) -> list[Tensor | None]:
    """None for the images themselves, or random points in units of epsilon, each `(E, B, C, H, W)`."""
    if start == "none" or not epsilons:
        return [None]
    of = (images.shape[1], images.shape[2:])
    return [
        torch.stack([random_start(epsilon, restart, *of) for epsilon in epsilons]).to(images)
        for restart in range(1, settings.restarts + 1)
    ]


def _at(network: Network, images: Tensor, labels: Tensor) -> Tensor:
    """How many of the images (S, B, C, H, W) are classified rightly, and how many have no gradient: (2, S)."""
    gradient, logits = input_gradient(network, images, labels)
    right = (logits.argmax(dim=-1) == labels).sum(dim=1, dtype=torch.float64)
    right = torch.where(logits.isfinite().flatten(1).all(dim=1), right, math.nan)
    return torch.stack([right, is_zero(gradient).sum(dim=1, dtype=torch.float64)])


def _attacked(
    network: Network,
    images: Tensor,
    labels: Tensor,
    epsilons: list[float],
    steps: int,
    starts: list[Tensor | None],
    zero_at_images: Tensor,
) -> Tensor:
    """How many images stay right, and how many have no gradient where the first climb starts: (2, S, E)."""
    if not epsilons:
        return torch.zeros(2, len(labels), 0, dtype=torch.float64, device=images.device)
    fooled = adaptive_attack(network, images, labels, epsilons, steps, cross_entropy, starts).fooled
    first, zero = starts[0], [zero_at_images] * len(epsilons)
    if first is not None:
        begins = [(images + epsilon * first[column]).clamp(0, 1) for column, epsilon in enumerate(epsilons)]
        zero = [_at(network, begin.expand(len(labels), -1, -1, -1, -1), labels)[1] for begin in begins]
    return torch.stack([(~fooled).sum(dim=2, dtype=torch.float64), torch.stack(zero, dim=1)])


def _images_at_a_time(network: Network, images: Tensor, epsilons: int) -> int:
    with torch.no_grad():
        layers = sum(layer.numel() for layer in network.preactivations(images[:, :1]))
    of_a_pair = IMAGES_OF_A_PAIR * network.seeds * images[0, 0].numel() + LAYERS_OF_A_PAIR * layers
    budget = CHUNK_BYTES.get(images.device.type, CHUNK_BYTES["cpu"])
    return max(1, budget // (max(1, epsilons) * of_a_pair * images.element_size()))

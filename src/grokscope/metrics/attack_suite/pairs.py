"""What the attacks of the suite share: pairs of an epsilon and an image, of which fooled ones are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

SEED = 240215557
"""Seed of all random numbers of the attacks. It has nothing to do with a training's seed."""


@dataclass(frozen=True)
class Attacked:
    """What came of an attack on all pairs: `images` `(S, E, B, C, H, W)`, the first that fools a network or else the
    one of the highest objective, and whether it is fooled, `(S, E, B)`.
    """

    images: Tensor
    fooled: Tensor


@dataclass
class Pairs:
    """Pairs of an epsilon and an image, numbered epsilon by epsilon: where they may go, and what is known of them.

    `origin`, `lowest` and `highest` are `(1, P, C, H, W)` with P = E B, `labels` `(S, P)`; `images` `(S, P, C, H, W)`
    and `fooled` `(S, P)` say what was found. `targets` `(S, P)` are the classes that a targeted attack aims at.
    """

    origin: Tensor
    lowest: Tensor
    highest: Tensor
    labels: Tensor
    images: Tensor
    fooled: Tensor
    targets: Tensor | None = None

    def found(self, epsilons: int) -> Attacked:
        """The result of the attack by seed, epsilon and image."""
        return Attacked(self.images.unflatten(1, (epsilons, -1)), self.fooled.unflatten(1, (epsilons, -1)))

    def note(self, chosen: Tensor, images: Tensor, fool: Tensor) -> None:
        """Keep those of `images` (S, K, C, H, W), which belong to the pairs `chosen` (S, K), that are the first to fool
        a network; `fool` (S, K) says which do.
        """
        first = fool & ~self.fooled.gather(1, chosen)
        seed, place = first.nonzero(as_tuple=True)
        self.images[seed, chosen[seed, place]] = images[seed, place]
        self.fooled[seed, chosen[seed, place]] = True


def pairs_of(images: Tensor, labels: Tensor, epsilons: Sequence[float]) -> Pairs:
    """All pairs of `epsilons` and `images` (1, B, C, H, W), with labels (S, B); nothing is fooled yet."""
    count = images.shape[1]
    radius = torch.tensor(epsilons, dtype=images.dtype, device=images.device).repeat_interleave(count)
    radius = radius.view(1, -1, 1, 1, 1)
    origin = images.repeat(1, len(epsilons), 1, 1, 1)
    own = labels.repeat(1, len(epsilons))
    lowest, highest = (origin - radius).clamp_(min=0), (origin + radius).clamp_(max=1)
    start = origin.expand(len(labels), -1, -1, -1, -1).clone()
    return Pairs(origin, lowest, highest, own, start, torch.zeros_like(own, dtype=torch.bool))


def still_right(fooled: Tensor) -> Tensor | None:
    """Which of K pairs to go on with, places `(S, fewer)`: those of each seed that are not `fooled` (S, K), and as many
    others as there are more of them in another seed. None where all are left, or where it would save too little.
    """
    left = int((~fooled).sum(dim=1).max())
    if left > 0.8 * fooled.shape[1]:
        return None
    return fooled.to(torch.uint8).argsort(dim=1, stable=True)[:, :left]


def pick(values: Tensor, places: Tensor) -> Tensor:
    """Of `values` (S or 1, K, ...) those at `places` (S, fewer)."""
    rows = torch.arange(len(places), device=places.device)[:, None]
    return values.expand(len(places), *values.shape[1:])[rows, places]


def generator(*of: int | float) -> np.random.Generator:
    """Random numbers that are a function of `of` alone: the same for all seeds, blocks and steps."""
    return np.random.default_rng([SEED, *(int(np.float64(number).view(np.uint64)) for number in of)])


def random_start(epsilon: float, restart: int, points: int, image_shape: Sequence[int]) -> Tensor:
    """Start of every point in units of epsilon, uniform in [-1, 1]: `(points, C, H, W)` float32."""
    drawn = generator(epsilon, restart).random((points, *image_shape), dtype=np.float32)
    return torch.from_numpy(drawn).mul_(2).sub_(1)

"""Projected sign-gradient descent in the infinity norm, for all seeds and all epsilons at once (P2 section 1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from grokscope.metrics.adversarial.objectives.cross_entropy import objective as cross_entropy
from grokscope.models.network import Network

Objective = Callable[[Tensor, Tensor], Tensor]
"""Logits `(S, B, classes)` and labels `(S, B)` -> what is climbed, `(S, B)`."""

START_SEED = 240215556
"""Seed of the random starts. It has nothing to do with a training's seed."""


@dataclass(frozen=True)
class Attack:
    """What came of an attack: the last iterates and where the input gradient vanished.

    `images` `(S, E, B, C, H, W)`, `logits` `(S, E, B, classes)`; `zero_at_start` and `zero_at_last` `(S, E, B)`:
    whether every component of a point's input gradient was exactly zero at the first iteration, and at the last.
    """

    images: Tensor
    logits: Tensor
    zero_at_start: Tensor
    zero_at_last: Tensor


def input_gradient(
    network: Network, images: Tensor, labels: Tensor, objective: Objective = cross_entropy
) -> tuple[Tensor, Tensor]:
    """Gradient of each image's objective with respect to `images` (S, B, C, H, W), and the logits.

    The objective is summed over images, so that an image's gradient does not depend on which others it shares a batch
    with. The published attack takes the mean, which has the same sign unless dividing by the batch size makes the
    gradient underflow.
    """
    with torch.enable_grad():
        variable = images.detach().requires_grad_()
        logits = network(variable)
        (gradient,) = torch.autograd.grad(objective(logits, labels).sum(), variable)
    return gradient, logits.detach()


def is_zero(gradient: Tensor) -> Tensor:
    """Whether all components of an image's gradient are exactly zero: `(S, B, C, H, W)` -> `(S, B)` bool."""
    components = gradient.flatten(2)
    # several times faster than comparing every component; a NaN makes both extremes NaN
    return (components.amax(dim=2) == 0) & (components.amin(dim=2) == 0)


def attack(
    network: Network,
    images: Tensor,
    labels: Tensor,
    epsilons: Sequence[float],
    step_size: float,
    steps: int,
    start: Tensor | None = None,
    first_gradient: Tensor | None = None,
    objective: Objective = cross_entropy,
) -> Attack:
    """Climb the objective from `images` (1, B, C, H, W) for `steps` >= 1 iterations, for each of E `epsilons`.

    An iteration adds `step_size` times the sign of the input gradient, where sign(0) = 0, and clamps to the epsilon
    ball and to the pixel box [0, 1]. All distances are in pixels. `labels` are `(S, B)`. `start` `(E, B, C, H, W)` in
    [-1, 1] gives the first iterates as image + epsilon start, clamped to the box; None starts at the images. Then
    `first_gradient` `(S, B, C, H, W)`, the input gradient at the images, may be given so that it is not computed again
    for each epsilon. A point whose gradient is exactly zero stays where it is.
    """
    seeds, count = labels.shape
    radius = torch.tensor(epsilons, dtype=images.dtype, device=images.device).view(-1, 1, 1, 1, 1)
    lowest = (images - radius).clamp_(min=0)  # (E, B, C, H, W)
    highest = (images + radius).clamp_(max=1)
    iterate = torch.empty(seeds, *lowest.shape, dtype=images.dtype, device=images.device)
    iterate.copy_(images if start is None else torch.clamp(images + radius * start, 0, 1))
    batch_labels = labels[:, None].expand(-1, len(epsilons), -1).flatten(1)  # (S, E * B)
    zero_at_start = zero_at_last = torch.empty(0)
    for step in range(steps):
        if step == 0 and start is None and first_gradient is not None:
            direction = first_gradient.sign()[:, None]  # the same for all epsilons
            zero = is_zero(first_gradient)[:, None].expand(-1, len(epsilons), -1)
        else:
            flat, _ = input_gradient(network, iterate.flatten(1, 2), batch_labels, objective)
            zero = is_zero(flat).view(seeds, len(epsilons), count)
            direction = flat.sign_().view_as(iterate)
        zero_at_start, zero_at_last = (zero if step == 0 else zero_at_start), zero
        iterate.add_(direction, alpha=step_size)
        torch.maximum(iterate, lowest, out=iterate)
        torch.minimum(iterate, highest, out=iterate)
    with torch.no_grad():
        logits = network(iterate.flatten(1, 2)).unflatten(1, (len(epsilons), count))
    return Attack(iterate, logits, zero_at_start, zero_at_last)


def random_start(epsilon: float, points: int, image_shape: Sequence[int]) -> Tensor:
    """Start of every point in units of epsilon, uniform in [-1, 1]: `(points, C, H, W)` float32.

    A function of epsilon and the point's number alone, so it is the same for all seeds, blocks and steps.
    """
    generator = np.random.default_rng([START_SEED, int(np.float64(epsilon).view(np.uint64))])
    return torch.from_numpy(generator.random((points, *image_shape), dtype=np.float32)).mul_(2).sub_(1)

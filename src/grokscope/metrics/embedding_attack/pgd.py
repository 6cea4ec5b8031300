"""Projected sign-gradient descent in the infinity norm on embedded sequences, which lie in no box, for all seeds and
epsilons at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from grokscope.metrics.adversarial.pgd import input_gradient, is_zero
from grokscope.models.transformer.embedded import EmbeddedNetwork


@dataclass(frozen=True)
class Attack:
    """What came of an attack: the last iterates and where the gradient vanished.

    `sequences` `(S, E, B, positions, width)`, `logits` `(S, E, B, classes)` or `(S, E, B, positions, classes)`;
    `zero_at_start` and `zero_at_last` `(S, E, B)`: whether every component of a sequence's gradient was exactly zero at
    the first iteration, and at the last.
    """

    sequences: Tensor
    logits: Tensor
    zero_at_start: Tensor
    zero_at_last: Tensor


def summed_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Logits (S, B, classes) or (S, B, positions, classes), targets (S, B) or (S, B, positions) -> (S, B): the
    cross-entropy, summed over the positions that have a target.
    """
    each = functional.cross_entropy(logits.flatten(0, -2), targets.flatten(), reduction="none")
    return each.view(*targets.shape[:2], -1).sum(dim=2)


def sequence_gradient(network: EmbeddedNetwork, sequences: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Gradient of each sequence's cross-entropy with respect to `sequences` (S, B, positions, width), and the
    logits.
    """
    return input_gradient(network, sequences, targets, summed_cross_entropy)


def attack(
    network: EmbeddedNetwork,
    sequences: Tensor,
    targets: Tensor,
    radii: Tensor,
    step_sizes: Tensor,
    steps: int,
    start: Tensor | None = None,
    first_gradient: Tensor | None = None,
) -> Attack:
    """Climb the cross-entropy from `sequences` (S, B, positions, width) for `steps` >= 1 iterations, for every seed's
    own `radii` (S, E) and `step_sizes` (S,).

    An iteration adds the step size times the sign of the gradient, where sign(0) = 0, and clamps to the ball. `targets`
    are `(S, B)` or `(S, B, positions)`. `start` `(E, B, positions, width)` in [-1, 1] gives the first iterates as
    sequence + radius start; None starts at the sequences. Then `first_gradient` `(S, B, positions, width)`, the
    gradient there, may be given so that it is not computed again for each radius.
    """
    seeds, epsilons = radii.shape
    count = sequences.shape[1]
    radius, step_size = radii.view(seeds, epsilons, 1, 1, 1), step_sizes.view(seeds, 1, 1, 1, 1)
    centre = sequences[:, None]
    lowest, highest = centre - radius, centre + radius  # (S, E, B, positions, width)
    iterate = (centre if start is None else centre + radius * start).expand_as(lowest).clone()
    repeated = targets[:, None].expand(-1, epsilons, *targets.shape[1:]).flatten(1, 2)  # (S, E * B, ...)
    zero_at_start = zero_at_last = torch.empty(0)
    for step in range(steps):
        if step == 0 and start is None and first_gradient is not None:
            direction = first_gradient.sign()[:, None]  # the same for all radii
            zero = is_zero(first_gradient)[:, None].expand(-1, epsilons, -1)
        else:
            gradient, _ = sequence_gradient(network, iterate.flatten(1, 2), repeated)
            zero = is_zero(gradient).view(seeds, epsilons, count)
            direction = gradient.sign_().view_as(iterate)
        zero_at_start, zero_at_last = (zero if step == 0 else zero_at_start), zero
        iterate = torch.minimum(torch.maximum(iterate + step_size * direction, lowest), highest)
    with torch.no_grad():
        logits = network(iterate.flatten(1, 2)).unflatten(1, (epsilons, count))
    return Attack(iterate, logits, zero_at_start, zero_at_last)

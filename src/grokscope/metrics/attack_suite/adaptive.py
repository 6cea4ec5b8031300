"""Projected gradient ascent whose step sizes shrink by themselves: Auto-PGD (Croce and Hein 2020, arXiv 2003.01690,
algorithm 1), in the infinity norm, for all seeds and all epsilons at once.

There are two differences. Pairs of an epsilon and an image that are fooled are left out after each of the iterations at
which step sizes may shrink. And the first start is the image itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from grokscope.metrics.adversarial.objectives.margin import objective as margin
from grokscope.metrics.adversarial.pgd import Objective, input_gradient
from grokscope.metrics.attack_suite.pairs import Attacked, Pairs, pairs_of, pick, still_right
from grokscope.models.network import Network

MOMENTUM = 0.75
"""Share of a step that follows the gradient; the rest goes on as the step before."""
RISING = 0.75
"""The step size is halved where fewer than this share of the iterations since the last check raised the objective."""


def check_iterations(steps: int) -> list[int]:
    """The iterations after which step sizes may shrink, 22 % of `steps` apart at first and 6 % in the end."""
    shares = [0.0, 0.22]
    while shares[-1] < 1:
        shares.append(shares[-1] + max(shares[-1] - shares[-2] - 0.03, 0.06))
    return sorted({math.ceil(share * steps - 1e-9) for share in shares[1:] if share <= 1})


@dataclass
class _Climb:
    """Pairs on their way, `(S, K, ...)`: where they are and were, where the objective was highest, and step sizes."""

    chosen: Tensor
    iterate: Tensor
    previous: Tensor
    gradient: Tensor
    value: Tensor
    best: Tensor
    best_gradient: Tensor
    best_value: Tensor
    step_size: Tensor
    rises: Tensor
    best_at_check: Tensor
    shrunk_at_check: Tensor

    def keep(self, places: Tensor) -> None:
        """Go on with the pairs at `places` alone."""
        for one in fields(self):
            setattr(self, one.name, pick(getattr(self, one.name), places))


def adaptive_attack(
    network: Network,
    images: Tensor,
    labels: Tensor,
    epsilons: Sequence[float],
    steps: int,
    objective: Objective,
    starts: Sequence[Tensor | None] = (None,),
) -> Attacked:
    """Climb the objective from `images` (1, B, C, H, W) for `steps` iterations, once from each of `starts`, for each
    of E `epsilons`; `labels` are (S, B).

    A start is None for the images themselves, or `(E, B, C, H, W)` in [-1, 1], in units of epsilon. Later starts deal
    with the images alone that are not fooled yet. An image is fooled where any iterate, the start included, is
    classified wrongly.
    """
    pairs = pairs_of(images, labels, epsilons)
    highest = torch.full_like(pairs.labels, -math.inf, dtype=images.dtype)
    for start in starts:
        _climb(network, pairs, highest, epsilons, steps, objective, start)
    return pairs.found(len(epsilons))


def targeted_attack(
    network: Network, images: Tensor, labels: Tensor, epsilons: Sequence[float], steps: int, targets: int
) -> Attacked:
    """Climb the difference between the logit of another class and the label's, from the images themselves: once for
    each of the `targets` classes with the largest other logits there (Croce and Hein 2020, section 6). The rest is as
    in `adaptive_attack`.
    """
    pairs = pairs_of(images, labels, epsilons)
    with torch.no_grad():
        logits = network(images.expand(len(labels), -1, -1, -1, -1)).scatter(2, labels[..., None], -math.inf)
    others = logits.argsort(dim=2, descending=True)[..., : min(targets, logits.shape[2] - 1)]
    highest = torch.full_like(pairs.labels, -math.inf, dtype=images.dtype)
    for rank in range(others.shape[2]):
        pairs.targets = others[..., rank].repeat(1, len(epsilons))
        _climb(network, pairs, highest, epsilons, steps, margin, None)
    return pairs.found(len(epsilons))


def _climb(
    network: Network,
    pairs: Pairs,
    highest: Tensor,
    epsilons: Sequence[float],
    steps: int,
    objective: Objective,
    start: Tensor | None,
) -> None:
    """One start, of the images that are not fooled yet. What it finds is noted in `pairs`, and the highest objective of
    every pair in `highest` (S, P).
    """
    chosen = still_right(pairs.fooled)
    if chosen is None:
        chosen = torch.arange(pairs.labels.shape[1], device=pairs.labels.device).expand(len(pairs.labels), -1)
    if not chosen.shape[1]:
        return
    begin, size = pairs.origin, _radius(pairs, epsilons)
    if start is not None:
        begin = (begin + size.view(1, -1, 1, 1, 1) * start.flatten(0, 1)[None]).clamp_(0, 1)
    climb = _begin(network, pairs, chosen, pick(begin, chosen), pick(2 * size, chosen), objective)
    checks = check_iterations(steps)
    last_check = 0
    for iteration in range(1, steps + 1):
        _step(climb, pairs, first=iteration == 1)
        climb.gradient, value = _evaluate(network, pairs, climb, objective)
        climb.rises += value > climb.value
        climb.value = value
        _remember(climb)
        if iteration in checks:
            _shrink(climb, iteration - last_check)
            last_check = iteration
            places = still_right(pairs.fooled.gather(1, climb.chosen))
            if places is not None:
                _store(climb, pairs, highest)
                climb.keep(places)
                if not places.shape[1]:
                    return
    _store(climb, pairs, highest)


def _radius(pairs: Pairs, epsilons: Sequence[float]) -> Tensor:
    """The epsilon of every pair, `(1, P)`."""
    radius = torch.tensor(epsilons, dtype=pairs.origin.dtype, device=pairs.origin.device)
    return radius.repeat_interleave(pairs.labels.shape[1] // len(epsilons))[None]


def _begin(
    network: Network, pairs: Pairs, chosen: Tensor, begin: Tensor, step_size: Tensor, objective: Objective
) -> _Climb:
    zeros = torch.zeros_like(step_size)
    climb = _Climb(
        chosen, begin, begin, begin, zeros, begin, begin, zeros, step_size, zeros.clone(), zeros,
        torch.ones_like(zeros, dtype=torch.bool),
    )  # fmt: skip
    gradient, value = _evaluate(network, pairs, climb, objective)
    climb.gradient = climb.best_gradient = gradient
    climb.value = climb.best_value = climb.best_at_check = value
    return climb


def _evaluate(network: Network, pairs: Pairs, climb: _Climb, objective: Objective) -> tuple[Tensor, Tensor]:
    """Gradient and value of the objective at the iterates; images that fool the network are noted."""
    labels = pick(pairs.labels, climb.chosen)
    if pairs.targets is not None:
        objective = _towards(pick(pairs.targets, climb.chosen))
    gradient, logits = input_gradient(network, climb.iterate, labels, objective)
    pairs.note(climb.chosen, climb.iterate, logits.argmax(dim=-1) != labels)
    return gradient, objective(logits, labels)


def _towards(targets: Tensor) -> Objective:
    """How far the logit of a pair's target exceeds the label's."""

    def objective(logits: Tensor, labels: Tensor) -> Tensor:
        wanted, own = (logits.gather(2, classes[..., None])[..., 0] for classes in (targets, labels))
        return wanted - own

    return objective


def _step(climb: _Climb, pairs: Pairs, first: bool) -> None:
    """Follow the sign of the gradient, with momentum after the first step, inside ball and box."""
    lowest, highest = pick(pairs.lowest, climb.chosen), pick(pairs.highest, climb.chosen)
    length = climb.step_size[..., None, None, None]
    moved = _inside(climb.iterate + length * climb.gradient.sign(), lowest, highest)
    if not first:
        momentum = (1 - MOMENTUM) * (climb.iterate - climb.previous)
        moved = _inside(climb.iterate + MOMENTUM * (moved - climb.iterate) + momentum, lowest, highest)
    climb.previous, climb.iterate = climb.iterate, moved


def _inside(images: Tensor, lowest: Tensor, highest: Tensor) -> Tensor:
    return torch.minimum(torch.maximum(images, lowest, out=images), highest, out=images)


def _remember(climb: _Climb) -> None:
    better = climb.value > climb.best_value
    wide = better[..., None, None, None]
    climb.best = torch.where(wide, climb.iterate, climb.best)
    climb.best_gradient = torch.where(wide, climb.gradient, climb.best_gradient)
    climb.best_value = torch.where(better, climb.value, climb.best_value)


def _shrink(climb: _Climb, iterations: int) -> None:
    """Halve step sizes, and go back to the best iterate, where the objective rose too seldom, or not at all although
    the step size stayed at the last check.
    """
    stuck = ~climb.shrunk_at_check & (climb.best_value == climb.best_at_check)
    shrink = (climb.rises < RISING * iterations) | stuck
    wide = shrink[..., None, None, None]
    climb.step_size = torch.where(shrink, climb.step_size / 2, climb.step_size)
    climb.iterate = torch.where(wide, climb.best, climb.iterate)
    climb.gradient = torch.where(wide, climb.best_gradient, climb.gradient)
    climb.value = torch.where(shrink, climb.best_value, climb.value)
    climb.rises, climb.shrunk_at_check = torch.zeros_like(climb.rises), shrink
    climb.best_at_check = climb.best_value


def _store(climb: _Climb, pairs: Pairs, highest: Tensor) -> None:
    """Write the best iterates of pairs that are not fooled back, where they are better than those of earlier starts."""
    better = (climb.best_value > highest.gather(1, climb.chosen)) & ~pairs.fooled.gather(1, climb.chosen)
    seed, place = better.nonzero(as_tuple=True)
    pairs.images[seed, climb.chosen[seed, place]] = climb.best[seed, place]
    highest[seed, climb.chosen[seed, place]] = climb.best_value[seed, place]

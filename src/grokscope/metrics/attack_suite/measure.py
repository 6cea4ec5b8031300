"""Accuracy under several attacks, and under the worst of them for each image.

Accuracy under one attack is an upper bound of robustness: the attack may fail where another one would succeed, because
its gradient vanishes, or because it climbs the wrong way. An image counts as robust in the worst case if it is
classified rightly as it is and under every attack of the suite.
"""

from __future__ import annotations

import copy
import importlib
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.adversarial.declaration import OBJECTIVES
from grokscope.metrics.adversarial.pgd import Objective, attack, input_gradient, is_zero
from grokscope.metrics.attack_suite.adaptive import adaptive_attack, targeted_attack
from grokscope.metrics.attack_suite.declaration import ADAPTIVE, AttackSuiteSettings
from grokscope.metrics.attack_suite.pairs import random_start
from grokscope.metrics.attack_suite.square import square_attack
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network

POINTS_AT_A_TIME = {"cpu": 50, "cuda": 1000}
"""Images that are attacked together, with all seeds and epsilons; more do not fit the caches of a processor."""

Right = Tensor
"""Whether images are classified rightly, `(S, E, B)` bool."""


def build(settings: AttackSuiteSettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Measure accuracy under every attack of `settings` on `settings.points` test images, evenly spaced.

    `zero_gradient` is the fraction of the images, right or wrong, at which the gradient of what the attack climbs is
    exactly zero in all components; NaN for attacks that follow no gradient. The square attack has but the first
    `settings.square_points` images. `transfer` evaluates each seed on the images that the published attack made for the
    next seed of its block; where the block has one seed, there is no such row. `float64` is the published attack, and
    again in float64 for images that withstand it, evaluated in the arithmetic of the run; a run in float64 has no such
    row. All numbers of a seed with a logit that is not finite are NaN.
    """
    images, labels = context.points("test", settings.points)
    at_once = POINTS_AT_A_TIME.get(context.device.type, POINTS_AT_A_TIME["cpu"])
    starts = _starts(settings, images)

    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        right: dict[str, list[Right]] = {}
        zero: dict[str, list[Tensor]] = {}
        finite = torch.ones(len(labels), dtype=torch.bool)
        for begin in range(0, images.shape[1], at_once):
            part = slice(begin, begin + at_once)
            squares = max(0, min(at_once, _square_points(settings, images) - begin))
            found, vanished, usable = _attack_part(
                network, images[:, part], labels[:, part], settings, [start[:, part] for start in starts], squares
            )
            finite &= usable.cpu()
            for kept, new in ((right, found), (zero, vanished)):
                for name, values in new.items():
                    kept.setdefault(name, []).append(values.cpu())
        joined = {name: torch.cat(parts, dim=-1) for name, parts in right.items()}
        return make_table("attack_suite", _rows(joined, zero, finite, settings, context, step))

    return measure


def _starts(settings: AttackSuiteSettings, images: Tensor) -> list[Tensor]:
    """Random starts for all restarts after the first, each `(E, B, C, H, W)`."""
    of = (images.shape[1], images.shape[2:])
    return [
        torch.stack([random_start(epsilon, restart, *of) for epsilon in settings.epsilons]).to(images)
        for restart in range(1, settings.restarts)
    ]


def _square_points(settings: AttackSuiteSettings, images: Tensor) -> int:
    if "square" not in settings.attacks:
        return 0
    return min(images.shape[1], settings.square_points or images.shape[1])


def _attack_part(
    network: Network, images: Tensor, labels: Tensor, settings: AttackSuiteSettings, starts: list[Tensor], squares: int
) -> tuple[dict[str, Right], dict[str, Tensor], Tensor]:
    """For every attack which images stay right, for those that follow a gradient where it is zero `(S, B)`, and which
    seeds have finite logits alone `(S,)`.
    """
    epsilons, wanted = settings.epsilons, settings.attacks
    every = images.expand(len(labels), -1, -1, -1, -1)
    gradient, logits = input_gradient(network, every, labels)
    usable = logits.isfinite().flatten(1).all(dim=1)
    right = {"none": _is_right(logits, labels)[:, None].expand(-1, len(epsilons), -1)}
    zero: dict[str, Tensor] = {}
    if {"published", "float64", "transfer"} & set(wanted):
        found = attack(
            network, images, labels, epsilons, settings.step_size, settings.published_steps, first_gradient=gradient
        )
        usable &= found.logits.isfinite().flatten(1).all(dim=1)
        published = _is_right(found.logits, labels[:, None])
        if "published" in wanted:
            right["published"], zero["published"] = published, is_zero(gradient)
        if "float64" in wanted and images.dtype != torch.float64:
            right["float64"], zero["float64"] = _again_in_float64(network, images, labels, settings, published)
        if "transfer" in wanted and len(labels) > 1:
            right["transfer"] = _evaluate(network, found.images.roll(-1, dims=0), labels)
    for name in ADAPTIVE:
        if name in wanted:
            objective: Objective = importlib.import_module(OBJECTIVES[name]).objective
            zero[name] = is_zero(input_gradient(network, every, labels, objective)[0])
            right[name] = ~adaptive_attack(
                network, images, labels, epsilons, settings.steps, objective, (None, *starts)
            ).fooled
    if "targeted_margin" in wanted:
        right["targeted_margin"] = ~targeted_attack(
            network, images, labels, epsilons, settings.steps, settings.targets
        ).fooled
    if squares:
        right["square"] = ~square_attack(
            network, images[:, :squares], labels[:, :squares], epsilons, settings.queries
        ).fooled
    worst = torch.stack([values for name, values in right.items() if name != "square"]).all(dim=0)
    if squares:
        worst[..., :squares] &= right["square"]
    return right | {"worst_case": worst}, zero, usable


def _again_in_float64(
    network: Network, images: Tensor, labels: Tensor, settings: AttackSuiteSettings, right: Right
) -> tuple[Right, Tensor]:
    """The published attack in float64 on all images that any network still classifies rightly after it; which of them
    stay right in the arithmetic of the run, and where the gradient in float64 is zero `(S, B)`.
    """
    exact = copy.deepcopy(network).double()
    first, _ = input_gradient(exact, images.double().expand(len(labels), -1, -1, -1, -1), labels)
    left, right = right.flatten(0, 1).any(dim=0).nonzero()[:, 0], right.clone()
    if len(left):
        found = attack(
            exact,
            images[:, left].double(),
            labels[:, left],
            settings.epsilons,
            settings.step_size,
            settings.published_steps,
            first_gradient=first[:, left],
        )
        right[..., left] &= _evaluate(network, found.images.to(images), labels[:, left])
    return right, is_zero(first)


def _is_right(logits: Tensor, labels: Tensor) -> Tensor:
    return logits.argmax(dim=-1) == labels


def _evaluate(network: Network, images: Tensor, labels: Tensor) -> Right:
    """Which of the images `(S, E, B, C, H, W)` are classified rightly."""
    with torch.no_grad():
        logits = network(images.flatten(1, 2)).unflatten(1, images.shape[1:3])
    return _is_right(logits, labels[:, None])


def _rows(
    right: dict[str, Right],
    zero: dict[str, list[Tensor]],
    finite: Tensor,
    settings: AttackSuiteSettings,
    context: EvaluationContext,
    step: int,
) -> list[dict[str, Any]]:
    """One row for each seed, epsilon and attack."""
    rows = []
    for name, values in right.items():
        fractions = values.double().mean(dim=-1)
        vanished = torch.cat(zero[name], dim=-1).double().mean(dim=-1) if name in zero else None
        for place, seed in enumerate(context.seeds):
            usable = bool(finite[place])
            for column, epsilon in enumerate(settings.epsilons):
                rows.append(
                    {
                        "seed": seed,
                        "step": step,
                        "epsilon": epsilon,
                        "attack": name,
                        "accuracy": float(fractions[place, column]) if usable else math.nan,
                        "zero_gradient": float(vanished[place]) if usable and vanished is not None else math.nan,
                        "points": values.shape[-1],
                    }
                )
    return rows

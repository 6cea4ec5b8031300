"""Accuracy under the published attack on one network, when the attack sees the logits times a factor.

A factor above zero of all logits changes no decision, so the robustness of a network does not depend on it. What the
published attack finds does: it climbs the cross-entropy, whose gradient points away from the label less and less, and
in the end vanishes, once the softmax is one-hot in floating point. A network whose logits grow in training, and nothing
else, so seems to become robust, to attacks of all sizes at once, as P2's networks for CIFAR do late in training (Figs 1
and 6). Here the logits grow, and nothing else does.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import pandas as pd
import torch

from grokscope.metrics.adversarial import measure as adversarial
from grokscope.metrics.adversarial.declaration import AdversarialSettings
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.logit_scale.declaration import LogitScaleSettings
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network

KEPT = ["seed", "step", "factor", "epsilon", "accuracy", "zero_gradient", "points"]


def build(
    settings: LogitScaleSettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Attack `settings.points` test images, evenly spaced, from the images themselves; `chunk`: images at a time.

    The attack is that of the metric `adversarial` without a random start. Rows of epsilon 0 have the clean accuracy.
    `zero_gradient`: fraction of the points whose input gradient is exactly zero at the last iteration. NaN for a seed
    with a logit that is not finite.
    """
    shared = settings.model_dump(include={"epsilons", "step_size", "steps", "points"})
    attacked = adversarial.build(AdversarialSettings.model_validate(shared), context, chunk)

    def measure(network: Network, step: int) -> pd.DataFrame:
        tables = [attacked(scaled(network, factor), step).assign(factor=factor) for factor in settings.factors]
        found = pd.concat(tables, ignore_index=True).rename(columns={"zero_gradient_last": "zero_gradient"})
        rows = [dict(zip(KEPT, row, strict=True)) for row in found[KEPT].itertuples(index=False)]
        return make_table("logit_scale", rows)

    return measure


@torch.no_grad()
def scaled(network: Network, factor: float) -> Network:
    """A copy whose last layer, and so every logit, is multiplied by a factor."""
    found = copy.deepcopy(network)
    for name in (f"weight_{len(found.layers)}", f"bias_{len(found.layers)}"):
        found.get_parameter(name).mul_(factor)
    return found

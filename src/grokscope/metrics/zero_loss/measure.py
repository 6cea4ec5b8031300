"""Share of samples whose loss is exactly zero in the arithmetic of the training, or its gradient in the logits.

Prieto and others (2025, arXiv 2501.04697, "softmax collapse"): where the logit of the label leads by far, the other
exponentials vanish in the sum, and the cross-entropy is zero; in float32 from a lead of about 17 on. Such a sample
does not train the network any further once its gradient in the logits is zero as well. The gradient of the label's
logit is zero at the same lead; those of the others are zero once their exponentials underflow, from a lead of about 88
on where denormal numbers are flushed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.config.run_settings import TrainingSettings
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.layer_outputs import samples_per_chunk
from grokscope.metrics.tables import make_table
from grokscope.metrics.zero_loss.declaration import ZeroLossSettings
from grokscope.models.network import Network
from grokscope.training.loss import loss_function


def build(
    settings: ZeroLossSettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Measure both shares, over samples or, where there are any, over positions. A seed with a logit that is not finite
    gets NaN. `chunk`: samples at a time.
    """

    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        rows: list[dict[str, Any]] = []
        for split in settings.splits:
            inputs, labels = context.points(split, settings.points)
            size = chunk or samples_per_chunk(network, inputs)
            found = [
                _of_part(network, some, targets, context.run.training)
                for some, targets in zip(inputs.split(size, dim=1), labels.split(size, dim=1), strict=True)
            ]
            loss, gradient = (torch.cat(parts, dim=1).mean(dim=1).tolist() for parts in zip(*found, strict=True))
            for place, seed in enumerate(context.seeds):
                rows.append({"seed": seed, "step": step, "split": split, "points": inputs.shape[1]})
                rows[-1] |= {"zero_loss": loss[place], "zero_gradient": gradient[place]}
        return make_table("zero_loss", rows)

    return measure


def _of_part(network: Network, inputs: Tensor, labels: Tensor, training: TrainingSettings) -> tuple[Tensor, Tensor]:
    """Whether the loss, and its gradient, is zero: 1 or 0, or NaN where a logit is not finite, each (S, places)."""
    with torch.no_grad():
        outputs = network(inputs)
    logits = outputs.detach().requires_grad_()
    with torch.enable_grad():
        losses = losses_of_training(logits, labels, training)
        (gradient,) = torch.autograd.grad(losses.sum(), logits)
    none = ~logits.detach().isfinite().all(dim=-1)
    found = (losses.detach() == 0, (gradient == 0).all(dim=-1))
    shares = [torch.where(none, math.nan, zero.double()).flatten(1).cpu() for zero in found]
    return shares[0], shares[1]


def losses_of_training(logits: Tensor, labels: Tensor, training: TrainingSettings) -> Tensor:
    """The loss of each sample or position (S, B, ...), at the temperature and with the smoothing of the run and without
    its further terms, of logits (S, B, ..., classes) with labels (S, B, ...).
    """
    loss = loss_function(training.loss)
    logits = logits / (training.temperature or 1.0)
    # a batch of one sample for each seed, so that the mean over the batch is the loss of that sample
    losses = loss(logits.flatten(0, -2)[:, None], labels.flatten()[:, None]).view(labels.shape)
    if training.label_smoothing is None:
        return losses
    share = training.label_smoothing
    return (1 - share) * losses - share * torch.log_softmax(logits, dim=-1).mean(dim=-1)

"""The loss on the whole training subset and the whole test set, for every kind of task."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.layer_outputs import samples_per_chunk
from grokscope.metrics.loss.declaration import LossSettings
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network
from grokscope.training.loss import evaluate_loss


def build(
    settings: LossSettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Measure the run's training loss, without a rank penalty, the mean over all samples of a split; `chunk`: samples
    at a time.

    Labels of the training split hold the run's label noise. A seed with an output that is not finite gets NaN for the
    split.
    """
    name = context.run.training.loss

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        rows: list[dict[str, Any]] = []
        for split in ("train", "test"):
            loss = _mean_loss(network, context.inputs(split), context.targets(split), name, chunk)
            for seed, of_seed in zip(context.seeds, loss.tolist(), strict=True):
                rows.append({"seed": seed, "step": step, "split": split, "loss": of_seed})
        return make_table("loss", rows)

    return measure


def _mean_loss(network: Network, inputs: Tensor, targets: Tensor, name: str, chunk: int | None) -> Tensor:
    """The loss (S,) float64 of inputs (S or 1, N, *shape) with targets (S, N, ...)."""
    size = chunk or samples_per_chunk(network, inputs)
    total = torch.zeros(len(targets), dtype=torch.float64, device=inputs.device)
    for part, part_targets in zip(inputs.split(size, dim=1), targets.split(size, dim=1), strict=True):
        outputs = network(part)
        loss = evaluate_loss(name, outputs, part_targets) * (part.shape[1] / inputs.shape[1])
        total += torch.where(outputs.isfinite().flatten(1).all(dim=1), loss, math.nan)
    return torch.where(total.isfinite(), total, math.nan)

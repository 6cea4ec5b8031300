"""Accuracy and loss on the whole training subset and the whole test set (both papers' accuracy figures)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.accuracy.declaration import AccuracySettings
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.layer_outputs import samples_per_chunk
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network
from grokscope.training.loss import evaluate_accuracy, evaluate_loss


def build(
    settings: AccuracySettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Measure accuracy (fraction) and the run's training loss, the mean over all samples of a split; `chunk`: samples
    at a time.

    Labels of the training split hold the run's label noise. A seed with a logit that is not finite gets NaN for the
    split.
    """

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        rows: list[dict[str, Any]] = []
        for split in ("train", "test"):
            accuracy, loss = _evaluate(
                network, context.inputs(split), context.targets(split), context.run.training.loss, chunk
            )
            for seed, of_accuracy, of_loss in zip(context.seeds, accuracy.tolist(), loss.tolist(), strict=True):
                rows.append({"seed": seed, "step": step, "split": split, "accuracy": of_accuracy, "loss": of_loss})
        return make_table("accuracy", rows)

    return measure


def _evaluate(
    network: Network, inputs: Tensor, labels: Tensor, loss_name: str, chunk: int | None
) -> tuple[Tensor, Tensor]:
    """Accuracy and loss, each (S,) float64, of inputs (S or 1, N, *shape) with labels (S, N, ...)."""
    size = chunk or samples_per_chunk(network, inputs)
    accuracy = torch.zeros(len(labels), dtype=torch.float64, device=inputs.device)
    loss = torch.zeros_like(accuracy)
    for part, part_labels in zip(inputs.split(size, dim=1), labels.split(size, dim=1), strict=True):
        logits = network(part)
        share = part.shape[1] / inputs.shape[1]
        right = evaluate_accuracy(logits, part_labels)
        accuracy += share * torch.where(logits.isfinite().flatten(1).all(dim=1), right, math.nan)
        loss += share * evaluate_loss(loss_name, logits, part_labels)
    return accuracy, torch.where(loss.isfinite() & accuracy.isfinite(), loss, math.nan)

"""Test accuracy of linear probes on every layer's pre-activations (P1 Fig 1, bottom row)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.layer_outputs import as_features, each_chunk
from grokscope.metrics.moments import Moments
from grokscope.metrics.probes.declaration import ProbesSettings
from grokscope.metrics.probes.logistic import logistic_head
from grokscope.metrics.probes.published_probe import published_head
from grokscope.metrics.probes.ridge import Head, ridge_head
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network


def build(
    settings: ProbesSettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Fit the probes of `settings.kinds` on the training subset, with its labels, and score them on the whole test set.

    The features are those of `layer_outputs.as_features`, made in the run's dtype. Ridge needs only their moments,
    which are summed up in float64 chunk by chunk; the other kinds hold the features of all layers at once. A layer of a
    seed that is not finite gets NaN.
    """

    def measure(network: Network, step: int) -> pd.DataFrame:
        network.eval()
        heads = _heads(network, settings, context, chunk)
        accuracies = _test_accuracies(network, heads, context, chunk)
        rows: list[dict[str, Any]] = []
        for kind, of_layers in accuracies.items():
            for layer, of_seeds in enumerate(of_layers, start=1):
                for seed, accuracy in zip(context.seeds, of_seeds.tolist(), strict=True):
                    rows.append({"seed": seed, "step": step, "layer": layer, "probe": kind, "accuracy": accuracy})
        return make_table("probes", rows)

    return measure


@torch.no_grad()
def _heads(
    network: Network, settings: ProbesSettings, context: EvaluationContext, chunk: int | None
) -> dict[str, list[Head]]:
    """Heads of every kind, one a layer, from one pass over the training samples."""
    depth, labels = len(network.layers), context.targets("train")
    targets = torch.eye(network.outputs, dtype=torch.float64, device=context.device)[labels]
    moments = [Moments() for _ in range(depth)]
    kept: list[list[Tensor]] = [[] for _ in range(depth)]
    for part, layers in each_chunk(network, context.train_inputs, chunk):
        for index, features in enumerate(map(as_features, layers, network.layers)):
            if "ridge" in settings.kinds:
                moments[index].add(torch.cat([features.to(torch.float64), targets[:, part]], dim=2))
            if settings.kinds != ["ridge"]:
                kept[index].append(features)
    heads: dict[str, list[Head]] = {}
    for kind in settings.kinds:
        if kind == "ridge":
            heads[kind] = [
                ridge_head(moment.mean, moment.gram, network.outputs, settings.ridge_penalty) for moment in moments
            ]
        else:
            whole = [torch.cat(parts, dim=1) for parts in kept]
            fit = _logistic if kind == "logistic" else _published
            heads[kind] = [fit(features, labels, network.outputs, settings, context.seeds) for features in whole]
    return heads


def _logistic(features: Tensor, labels: Tensor, classes: int, settings: ProbesSettings, seeds: list[int]) -> Head:
    return logistic_head(features, labels, classes, settings.logistic_penalty)


def _published(features: Tensor, labels: Tensor, classes: int, settings: ProbesSettings, seeds: list[int]) -> Head:
    return published_head(features, labels, classes, seeds)


@torch.inference_mode()
def _test_accuracies(
    network: Network, heads: dict[str, list[Head]], context: EvaluationContext, chunk: int | None
) -> dict[str, list[Tensor]]:
    """Test accuracy `(S,)` of every head, from one pass over the test samples."""
    labels, count = context.targets("test"), context.test_inputs.shape[1]
    accuracies = {
        kind: [torch.zeros(len(context.seeds), dtype=torch.float64, device=context.device) for _ in of]
        for kind, of in heads.items()
    }
    for part, layers in each_chunk(network, context.test_inputs, chunk):
        for index, features in enumerate(map(as_features, layers, network.layers)):
            precise = features.to(torch.float64)
            for kind, of_layers in heads.items():
                scores = of_layers[index].scores(precise)
                right = (scores.argmax(dim=2) == labels[:, part]).sum(dim=1) / count
                accuracies[kind][index] += torch.where(scores.isfinite().flatten(1).all(dim=1), right, math.nan)
    return accuracies

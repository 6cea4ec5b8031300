"""Batch normalisation in evaluation mode as a factor and a shift."""

from __future__ import annotations

import torch
from torch import Tensor

from grokscope.models.network import BATCH_NORM_EPSILON, Network


def normalisation(network: Network, seed: int, layer: int) -> tuple[Tensor, Tensor]:
    """Factor and shift `(features,)` of a layer's batch normalisation; 1 and 0 where it has none."""
    features = network.layers[layer - 1].features
    if f"scale_{layer}" not in network.parameter_layers:
        reference = next(network.parameters())
        return reference.new_ones(features), reference.new_zeros(features)
    mean = network.get_buffer(f"running_mean_{layer}")[seed]
    variance = network.get_buffer(f"running_variance_{layer}")[seed]
    factor = network.get_parameter(f"scale_{layer}")[seed] / torch.sqrt(variance + BATCH_NORM_EPSILON)
    return factor, network.get_parameter(f"shift_{layer}")[seed] - mean * factor

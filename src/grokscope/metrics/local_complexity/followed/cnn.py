"""Local complexity of convolutional networks, by following each point."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings
from grokscope.metrics.local_complexity.followed.carried import Carried
from grokscope.metrics.local_complexity.followed.measure import build_with
from grokscope.models.cnn.network import ConvolutionalNetwork
from grokscope.models.network import BATCH_NORM_EPSILON, Network


def build(settings: LocalComplexitySettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Measure local complexity around train, test and random points."""
    return build_with(walk, settings, context)


def walk(network: Network, seed: int, z: Carried) -> None:
    """The layers of `ConvolutionalNetwork.rest`, of one seed."""
    assert isinstance(network, ConvolutionalNetwork)
    x = z.activated(1)
    for layer in range(2, network.convolutions + 1):
        factor, shift = normalisation(network, seed, layer)
        weight = network.get_parameter(f"weight_{layer}")[seed] * factor[:, None, None, None]
        bias = network.get_parameter(f"bias_{layer}")[seed] * factor + shift
        x = x.convolved(weight, bias, network.strides[layer - 1], 1).activated(layer)
    x = x.pooled(network.window).flattened()
    for layer in (network.convolutions + 1, network.depth):
        factor, shift = normalisation(network, seed, layer)
        weight = network.get_parameter(f"weight_{layer}")[seed] * factor
        bias = network.get_parameter(f"bias_{layer}")[seed, 0] * factor + shift
        z = x.linear(weight, bias)
        if layer < network.depth:
            x = z.activated(layer)
        else:
            z.counted(layer)


def normalisation(network: Network, seed: int, layer: int) -> tuple[Tensor, Tensor]:
    """Factor and shift `(features,)` of batch normalisation in evaluation mode; 1 and 0 where a layer has none."""
    features = network.layers[layer - 1].features
    reference = network.get_parameter(f"weight_{layer}")
    if f"scale_{layer}" not in network.parameter_layers:
        return reference.new_ones(features), reference.new_zeros(features)
    mean = network.get_buffer(f"running_mean_{layer}")[seed]
    variance = network.get_buffer(f"running_variance_{layer}")[seed]
    factor = network.get_parameter(f"scale_{layer}")[seed] / torch.sqrt(variance + BATCH_NORM_EPSILON)
    return factor, network.get_parameter(f"shift_{layer}")[seed] - mean * factor

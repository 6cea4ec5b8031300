"""Local complexity of convolutional networks, by following each point."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings
from grokscope.metrics.local_complexity.followed.carried import Carried
from grokscope.metrics.local_complexity.followed.measure import build_with
from grokscope.metrics.local_complexity.followed.normalisation import normalisation
from grokscope.models.cnn.network import ConvolutionalNetwork
from grokscope.models.network import Network

FLIPS = 8.0
"""Flips for each vertex that take as long as the vertices of one radius; measured on a CPU in float32."""


def build(settings: LocalComplexitySettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Measure local complexity around train, test and random points."""
    return build_with(walk, settings, context, FLIPS)


def walk(network: Network, seed: int, z: Carried) -> None:
    """The layers of `ConvolutionalNetwork.rest`, of one seed."""
    assert isinstance(network, ConvolutionalNetwork)
    x = z.activated(1)
    for layer in range(2, network.convolutions + 1):
        factor, shift = normalisation(network, seed, layer)
        weight = network.get_parameter(f"weight_{layer}")[seed] * factor[:, None, None, None]
        bias = network.get_parameter(f"bias_{layer}")[seed] * factor + shift
        x = x.convolved(weight, bias, network.strides[layer - 1], 1).activated(layer)
    x = x.pooled(network.window)
    for layer in (network.convolutions + 1, network.depth):
        factor, shift = normalisation(network, seed, layer)
        weight = network.get_parameter(f"weight_{layer}")[seed] * factor
        bias = network.get_parameter(f"bias_{layer}")[seed, 0] * factor + shift
        z = x.linear(weight, bias)
        followed_by_nonlinearity = layer < network.depth and network.layers[layer - 1].activated
        x = z.activated(layer) if followed_by_nonlinearity else z.reported(layer)

"""A trained network as the arrays that its linear regions are computed from."""

from __future__ import annotations

import numpy as np
import torch

from grokscope.models.network import LEAKY_SLOPE, Network
from grokscope.partitions.network import DenseLayer, PiecewiseLinearNetwork


def piecewise_network(network: Network, seed_index: int) -> PiecewiseLinearNetwork:
    """One seed of `network`, in float64, on flattened inputs; normalisation is part of layer 1.

    Raises ValueError where the network is no chain of linear layers and piecewise linear nonlinearities.
    """
    if not network.affine_chain() or any(kind != "linear" for kind in network.layer_kinds):
        raise ValueError("regions are computed of linear layers with relu or leaky_relu and no batch normalisation")
    layers = []
    for number in range(1, len(network.layers) + 1):
        weight, bias = (
            network.get_parameter(f"{name}_{number}").detach()[seed_index].cpu().to(torch.float64).numpy()
            for name in ("weight", "bias")
        )
        layers.append(DenseLayer(weight.copy(), bias.reshape(-1).copy()))
    if network.normalize:
        layers[0] = _normalized(layers[0], network)
    slope = LEAKY_SLOPE if network.activation == "leaky_relu" else 0.0
    return PiecewiseLinearNetwork(tuple(layers), slope)


def _normalized(layer: DenseLayer, network: Network) -> DenseLayer:
    """`layer` on pixels instead of normalised pixels."""
    mean = network.channel_mean.double().cpu().numpy().reshape(-1)
    deviation = network.channel_deviation.double().cpu().numpy().reshape(-1)
    pixels = layer.inputs // len(mean)
    mean, deviation = np.repeat(mean, pixels), np.repeat(deviation, pixels)
    weight = layer.weight / deviation[:, None]
    return DenseLayer(weight, layer.bias - mean @ weight)

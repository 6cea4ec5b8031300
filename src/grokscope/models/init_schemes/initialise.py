"""Initial weights by a named scheme, drawn by one generator for each seed, times a factor."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import torch

from grokscope.models.init_schemes.registry import INIT_SCHEMES
from grokscope.models.initialise import initialise
from grokscope.models.network import Network


def initialise_by_scheme(network: Network, seeds: Sequence[int], init_scale: float, scheme: str) -> None:
    """Draw the weights of every seed in place and multiply them by `init_scale`; biases become zero.

    A seed's generator draws in float64, weight by weight in the order of `network.named_parameters()`, so that a seed's
    weights depend neither on the other seeds nor, beyond rounding, on the dtype. A weight of a linear layer is
    (inputs, outputs). One of a convolution (channels, channels of the input, height, width) is drawn as a matrix with a
    row for each of the inputs of one unit, where `torch.nn.init.xavier_uniform_` counts the outputs of a convolution
    times the size of its window. Batch normalisation starts as it does by default. Raises ValueError when the number of
    seeds is not the network's.
    """
    initialise(network, seeds, init_scale)
    draw = importlib.import_module(INIT_SCHEMES[scheme]).draw
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name not in network.fan_in:
                continue
            if name.startswith("bias_"):
                parameter.zero_()
                continue
            inputs, shape = network.fan_in[name], parameter.shape[1:]
            outputs = shape.numel() // inputs
            for index, generator in enumerate(generators):
                drawn = draw(inputs, outputs, generator) * init_scale
                # a linear weight is (inputs, outputs); that of a convolution has its outputs first
                parameter[index].copy_(drawn if len(shape) == 2 else drawn.T.reshape(shape))

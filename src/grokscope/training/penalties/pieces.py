"""Derivatives along the linear pieces of a network, for terms of the loss.

Automatic differentiation gives the same numbers for every architecture (`torch.func.jvp`, or gradients of gradients).
For a chain of linear layers and piecewise linear nonlinearities, products with the weights alone give them from the
pre-activations of the batch, which are there already, in a third of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grokscope.models.network import Network


def slopes(network: Network, inputs: Tensor, layers: Sequence[Tensor], directions: Tensor) -> list[Tensor]:
    """Derivatives (S, B, *layer) of every hidden layer's pre-activations along directions (S, B, *shape) in the inputs
    (S, B, *shape), whose pre-activations are `layers`.
    """
    if not network.affine_chain():
        found: Any = torch.func.jvp(lambda x: tuple(network.preactivations(x)[:-1]), (inputs,), (directions,))
        return list(found[1])
    found, moved = [], _divided(network, directions).flatten(2)
    for number, layer in enumerate(layers[:-1], start=1):
        found.append(moved @ network.get_parameter(f"weight_{number}"))
        moved = found[-1] * _gate(network, layer)
    return found


def gradients(network: Network, inputs: Tensor, layers: Sequence[Tensor], directions: Tensor) -> Tensor:
    """Gradients (S, B, inputs) in each input of the outputs' components along directions (S, B, outputs).

    `layers` are the pre-activations of the inputs (S, B, *shape).
    """
    if not network.affine_chain():
        inputs = inputs.detach().requires_grad_()
        outputs = network.preactivations(inputs)[-1].flatten(2)
        (found,) = torch.autograd.grad((outputs * directions).sum(), inputs, create_graph=True)
        return found.flatten(2)
    found = directions @ network.get_parameter(f"weight_{len(layers)}").mT
    for number in range(len(layers) - 1, 0, -1):
        found = (found * _gate(network, layers[number - 1])) @ network.get_parameter(f"weight_{number}").mT
    return _divided(network, found.view(inputs.shape)).flatten(2)


def _gate(network: Network, layer: Tensor) -> Tensor:
    """The slope of the nonlinearity at pre-activations: 1 above 0, and below it what the network's own has there."""
    below = -network.activate(torch.full((), -1.0, dtype=layer.dtype, device=layer.device))
    return torch.where(layer > 0, 1.0, below)


def _divided(network: Network, directions: Tensor) -> Tensor:
    """Directions in inputs as the first layer sees them, or gradients there as those in inputs."""
    return directions / network.channel_deviation if network.normalize else directions

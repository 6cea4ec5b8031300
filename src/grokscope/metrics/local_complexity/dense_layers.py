"""Extremes of every neuron's pre-activation over the vertices, all vertices of a group of points together."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from grokscope.metrics.local_complexity.linear_pieces import has_linear_pieces
from grokscope.metrics.local_complexity.vertex_layers import Vertices
from grokscope.models.network import Network, activation_function


def extremes(vertices: Vertices, first: int) -> list[Tensor]:
    """Extremes `(2, S, n, *layer)`, smallest first, of the layers from `first` on, given its or earlier `vertices`."""
    found: list[Tensor] = []
    pieces = vertices.pieces
    through = _through_perceptron if has_linear_pieces(pieces.network) else _through_any
    buffer = None
    for part in pieces.groups():
        values = vertices.values(part)
        if buffer is None:
            buffer = torch.empty_like(values)
        for index, z in enumerate(
            through(pieces.network, vertices.layer, values, buffer), start=vertices.layer - first
        ):
            if index < 0:
                continue
            if index == len(found):
                found.append(z.new_empty(2, len(z), pieces.points, *z.shape[3:]))
            torch.amin(z, dim=2, out=found[index][0, :, part])
            torch.amax(z, dim=2, out=found[index][1, :, part])
    if has_linear_pieces(pieces.network):
        for layer, of_layer in enumerate(found, start=first):
            if layer > vertices.layer:
                of_layer += pieces.network.get_parameter(f"bias_{layer}")
    return found


def _through_perceptron(network: Network, layer: int, values: Tensor, buffer: Tensor) -> Iterator[Tensor]:
    """`values` (S, n, 2P, width) of `layer`, then the later layers without their biases, which the caller adds."""
    activate = activation_function(network.activation, in_place=True)
    points, vertices = values.shape[1:3]
    yield values
    last = len(network.layers)
    for following in range(layer + 1, last + 1):
        x = activate(values).flatten(1, 2)
        weight = network.get_parameter(f"weight_{following}")
        if weight.shape[1] == weight.shape[2] == buffer.shape[3]:
            other, buffer = buffer[:, :points], values
            torch.bmm(x, weight, out=other.flatten(1, 2))
            values = other
        else:
            values = torch.bmm(x, weight).unflatten(1, (points, vertices))
        yield values
        if following < last:
            values += network.get_parameter(f"bias_{following}")[:, None]


def _through_any(network: Network, layer: int, values: Tensor, buffer: Tensor) -> Iterator[Tensor]:
    for z in network.rest(values.flatten(1, 2)):
        yield z.unflatten(1, values.shape[1:3])

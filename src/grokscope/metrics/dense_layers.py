"""Smallest and largest pre-activation of every neuron over the vertices, all vertices of a group of points going through the network together."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from grokscope.metrics.linear_pieces import has_linear_pieces
from grokscope.metrics.vertex_layers import Vertices
from grokscope.models.network import Network, activation_function


def extremes(vertices: Vertices, first: int) -> list[Tensor]:
    """Extremes `(2, S, n, *layer)`, the smallest ones first, of the layers from `first` to the last; `vertices` are of `first` or the layer before."""
    found: list[Tensor] = []
    pieces = vertices.pieces
    through = _Perceptron(pieces.network, vertices.layer) if has_linear_pieces(pieces.network) else _Any(pieces.network)
    for part in pieces.groups():
        for index, z in enumerate(through(vertices.values(part)), start=vertices.layer - first):
            if index < 0:
                continue
            if index == len(found):
                found.append(z.new_empty(2, len(z), pieces.points, *z.shape[3:]))
            torch.amin(z, dim=2, out=found[index][0, :, part])
            torch.amax(z, dim=2, out=found[index][1, :, part])
    through.finish(found, first)
    return found


class _Any:
    def __init__(self, network: Network) -> None:
        self.network = network

    def __call__(self, values: Tensor) -> Iterator[Tensor]:
        for z in self.network.rest(values.flatten(1, 2)):
            yield z.unflatten(1, values.shape[1:3])

    def finish(self, found: list[Tensor], first: int) -> None:
        pass


class _Perceptron:
    def __init__(self, network: Network, layer: int) -> None:
        self.layer = layer
        self.activate = activation_function(network.activation, in_place=True)
        following = range(layer + 1, len(network.layer_kinds) + 1)
        self.weights = [network.get_parameter(f"weight_{l}") for l in following]
        self.biases = [network.get_parameter(f"bias_{l}") for l in following]
        self.room: Tensor | None = None

    def __call__(self, values: Tensor) -> Iterator[Tensor]:
        shape = values.shape[1:3]
        yield values
        flat = values.flatten(1, 2)
        if self.room is None:
            self.room = torch.empty_like(flat)
        other = self.room[:, : flat.shape[1]]
        for weight, bias in zip(self.weights, self.biases):
            if weight.shape[1] == weight.shape[2]:
                torch.bmm(self.activate(flat), weight, out=other)
                flat, other = other, flat
            else:
                flat = torch.bmm(self.activate(flat), weight)
            yield flat.unflatten(1, shape)
            if bias is not self.biases[-1]:
                flat += bias

    def finish(self, found: list[Tensor], first: int) -> None:
        for index, bias in enumerate(self.biases, start=self.layer + 1 - first):
            found[index] += bias

"""Pre-activations of the layers after the first, at all vertices x +- r v_p around points, without forming the vertices as images."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from grokscope.models.mlp import MultiLayerPerceptron
from grokscope.models.network import Network, activation_function

SPARSE_SHARE = 0.3
"""The sparse way is taken while no point has more than this share of the first layer's neurons cut; it was faster up to about there."""

NARROW_LAYER = 32
"""Matrix products with fewer outputs than this are faster transposed on a CPU (MKL: four times with 10 outputs in float32)."""


class LaterLayers:
    """Layers 2 to L around a chunk of points with first-layer pre-activations `z` `(S, n, *layer)`.

    `offsets` `(S, P, n or 1, *layer)` is what the directions add to the first layer's pre-activation, so that z +- r offsets is layer 1
    at the vertices. Networks in general take the dense way: all those go through the rest of the network.

    An MLP with ReLU or leaky ReLU and no batch normalisation has a cheaper, sparse way through its second layer, the same but for
    rounding. The nonlinearity f is linear, with slope s = f'(z), at all vertices for every neuron that is not cut. So with W the weights
    of layer 2, and with both terms of f(z +- r a) = [f(z) +- r s a] + [f(z +- r a) - f(z) -+ r s a],

        layer 2 = (W f(z) + bias) +- r W s a + W (the second term, zero but for the cut neurons),

    where the first product has one row a point, the second P rows that serve all radii, and the third few columns.
    """

    def __init__(self, network: Network, z: Tensor, offsets: Tensor) -> None:
        self.network, self.z, self.offsets = network, z, offsets
        self.directions = offsets.shape[1]
        self.activate = activation_function(network.activation, in_place=True)
        self._affine: tuple[Tensor, Tensor, Tensor] | None = None
        self._buffer: Tensor | None = None

    def at_vertices(self, radius: float, cut: Tensor) -> Iterator[Tensor]:
        """Yield the pre-activations `(S, 2P, n, *layer)` of layer 2, 3, ..., L at the vertices; each is overwritten by the next one's making.

        `cut` `(S, n, *layer)`: whether the vertices of this radius have a neuron of the first layer cut.
        """
        if has_sparse_way(self.network):
            most = int(cut.sum(dim=2).amax())
            if most <= SPARSE_SHARE * cut.shape[2]:
                yield from self._sparse(radius, cut, most)
                return
        vertices = self._room(self.z.shape[0], 2 * self.directions, *self.z.shape[1:])
        torch.add(self.z[:, None], self.offsets, alpha=radius, out=vertices[:, : self.directions])
        torch.sub(self.z[:, None], self.offsets, alpha=radius, out=vertices[:, self.directions :])
        for layer in self._through_rest(vertices.flatten(1, 2)):
            yield layer.unflatten(1, (2 * self.directions, -1))

    def _through_rest(self, z: Tensor) -> Iterator[Tensor]:
        if has_sparse_way(self.network):
            yield from self._layers_after(1, z)
        else:
            yield from self.network.rest(z)[1:]

    def _sparse(self, radius: float, cut: Tensor, most: int) -> Iterator[Tensor]:
        """The sparse way; `most` is the largest number of cut neurons of a point."""
        seeds, count, width = self.z.shape
        slope, centre, spread = self._affine_part()
        second = self._room(seeds, count, 2 * self.directions, centre.shape[3])
        torch.add(centre, spread, alpha=radius, out=second[:, :, : self.directions])
        torch.sub(centre, spread, alpha=radius, out=second[:, :, self.directions :])
        if most:
            # every point gets as many neurons as the one with the most; those that are not cut have a correction of zero
            chosen = cut.byte().topk(most, dim=2, sorted=False).indices  # (S, n, k)
            z, chosen_slope = (values.gather(2, chosen)[:, :, None] for values in (self.z, slope))
            around = self.offsets.transpose(1, 2).expand(-1, count, -1, -1)  # (S, n, P, width)
            around = around.gather(3, chosen[:, :, None].expand(-1, -1, self.directions, -1)) * radius
            around = torch.cat([around, -around], dim=2)  # (S, n, 2P, k)
            base = self.activate(z.clone())
            correction = self.activate(z + around).sub_(base).sub_(around.mul_(chosen_slope))
            first_row = torch.arange(seeds, device=chosen.device)[:, None, None] * width
            weight = self.network.get_parameter("weight_2").flatten(0, 1)  # (S * width, outputs)
            weight = weight.index_select(0, (chosen + first_row).flatten()).view(seeds * count, most, -1)
            second.flatten(0, 1).baddbmm_(correction.flatten(0, 1), weight)
        yield second.transpose(1, 2)
        for layer in self._layers_after(2, second.flatten(1, 2)):
            yield layer.unflatten(1, (count, 2 * self.directions)).transpose(1, 2)

    def _affine_part(self) -> tuple[Tensor, Tensor, Tensor]:
        """Slope s `(S, n, width)`, `W f(z) + bias` `(S, n, 1, outputs)` and `W s a` `(S, n, P, outputs)`; made once for all radii."""
        if self._affine is None:
            seeds, count, _ = self.z.shape
            negative = self.activate(-torch.ones_like(self.z[:1, :1, :1])).neg()  # slope on the negative side
            slope = torch.where(self.z > 0, torch.ones_like(negative), negative)
            centre = self._linear(2, self.activate(self.z.clone()))[:, :, None]
            scaled = self.offsets.transpose(1, 2) * slope[:, :, None]  # (S, n, P, width)
            spread = torch.bmm(scaled.flatten(1, 2), self.network.get_parameter("weight_2"))
            self._affine = slope, centre, spread.view(seeds, count, self.directions, -1)
        return self._affine

    def _layers_after(self, layer: int, z: Tensor) -> Iterator[Tensor]:
        """Pre-activations of the layers after `layer`, whose own `z` `(S, rows, width)` is overwritten."""
        for following in range(layer + 1, len(self.network.layer_kinds) + 1):
            z = self._linear(following, self.activate(z))
            yield z

    def _linear(self, layer: int, x: Tensor) -> Tensor:
        """(S, rows, in) -> (S, rows, out)"""
        weight, bias = self.network.get_parameter(f"weight_{layer}"), self.network.get_parameter(f"bias_{layer}")
        if weight.shape[2] < NARROW_LAYER and x.device.type == "cpu":
            return torch.baddbmm(bias.mT, weight.mT, x.mT).mT
        return torch.baddbmm(bias, x, weight)

    def _room(self, *shape: int) -> Tensor:
        """Uninitialised memory, the same for all radii."""
        if self._buffer is None or self._buffer.numel() != torch.Size(shape).numel():
            self._buffer = self.z.new_empty(torch.Size(shape).numel())
        return self._buffer.view(shape)


def has_sparse_way(network: Network) -> bool:
    """Whether the second layer can be had from a linear part and the cut neurons, see `LaterLayers`."""
    if not isinstance(network, MultiLayerPerceptron) or network.use_batch_norm:
        return False
    return network.activation in ("relu", "leaky_relu") and network.depth > 1

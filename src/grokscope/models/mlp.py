"""Multi-layer perceptrons with stacked seeds (P1 and the MNIST experiments of P2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import prod

import torch
from torch import Tensor

from grokscope.models.network import Network, activation_function


class MultiLayerPerceptron(Network):
    """`depth` linear layers, the output layer included, with `width` units in each hidden one (P1 section 2).

    Parameters of layer l: `weight_l` (seeds, in, out) and `bias_l` (seeds, 1, out); with batch normalisation `scale_l` and `shift_l`.
    """

    def __init__(
        self,
        image_shape: Sequence[int],
        classes: int,
        seeds: int,
        *,
        depth: int,
        width: int,
        activation: str = "relu",
        batch_norm: bool = False,
        normalize: bool = False,
        channel_mean: Sequence[float] = (0.0,),
        channel_deviation: Sequence[float] = (1.0,),
    ) -> None:
        super().__init__(
            image_shape, classes, seeds, normalize=normalize, channel_mean=channel_mean, channel_deviation=channel_deviation
        )
        self.depth = depth
        self.activation = activation
        self.use_batch_norm = batch_norm
        self.layer_kinds = ["linear"] * depth
        sizes = [prod(self.image_shape), *[width] * (depth - 1), classes]
        for layer, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
            self.add_parameter(f"weight_{layer}", (inputs, outputs), layer, fan_in=inputs)
            self.add_parameter(f"bias_{layer}", (1, outputs), layer, fan_in=inputs)
            if batch_norm and layer < depth:
                self.add_batch_norm(layer, outputs)
        self._activate = activation_function(activation)
        self._activate_in_place = activation_function(activation, in_place=True)

    def _layer(self, layer: int, x: Tensor) -> Tensor:
        """(S, B, in) -> (S, B, out), after batch normalisation where the layer has it."""
        z = torch.baddbmm(self._parameters[f"bias_{layer}"], x, self._parameters[f"weight_{layer}"])  # type: ignore[arg-type]
        if not self.use_batch_norm or layer == self.depth:
            return z
        seeds, batch, units = z.shape
        flat = z.transpose(0, 1).reshape(batch, seeds * units)
        return self.batch_norm(layer, flat).view(batch, seeds, units).transpose(0, 1)

    def first(self, pixels: Tensor) -> Tensor:
        """(S or 1, B, C, H, W) pixels -> (S, B, width), or (S, B, classes) when there is one layer only."""
        x = self.normalized(pixels).flatten(start_dim=2)
        return self._layer(1, x.expand(self.seeds, -1, -1))

    def _later(self, z: Tensor, activate: Callable[[Tensor], Tensor]) -> list[Tensor]:
        outputs = [z]
        for layer in range(2, self.depth + 1):
            outputs.append(self._layer(layer, activate(outputs[-1])))
        return outputs

    def rest(self, z: Tensor) -> list[Tensor]:
        """(S, B, width) pre-activation of layer 1 -> pre-activations (S, B, width) of the hidden layers and logits (S, B, classes)."""
        return self._later(z, self._activate)

    def forward(self, pixels: Tensor) -> Tensor:
        """(S or 1, B, C, H, W) pixels -> logits (S, B, classes). Nobody sees the pre-activations, so the nonlinearity overwrites them."""
        return self._later(self.first(pixels), self._activate_in_place)[-1]

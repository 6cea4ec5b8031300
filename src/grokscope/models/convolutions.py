"""What networks of convolutions share: seeds lie along the channels, and convolutions are grouped."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from grokscope.models.network import BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM, Network


class StackedConvolutions(Network):
    """Networks whose images lie inside as (B, S * C, H, W), and are reported as (S, B, C, H, W).

    Convolutions and batch normalisations have names, for a layer of a residual network may hold several of them. A
    convolution `name` has the parameter `name` (seeds, out, in, size, size), and a batch normalisation `name` has
    `scale_name`, `shift_name`, `running_mean_name` and `running_variance_name`, all (seeds, features).
    """

    def add_convolution(self, name: str, layer: int, inputs: int, outputs: int, size: int = 3) -> None:
        """Register the weights of a convolution without biases, windows of `size` x `size`."""
        self.add_parameter(name, (outputs, inputs, size, size), layer, fan_in=inputs * size**2)

    def convolve(self, name: str, x: Tensor, stride: int = 1, bias: Tensor | None = None) -> Tensor:
        """(B, S * C, H, W), or (B, C, H, W) where all seeds see the same images -> (B, S * out, H', W'), as many
        places as the stride leaves.
        """
        weight = self.get_parameter(name)
        # images that all seeds share need no copy for each seed: one ungrouped convolution gives every seed's channels
        groups = x.shape[1] // weight.shape[2]
        return functional.conv2d(
            x, weight.flatten(0, 1), bias, stride=stride, padding=weight.shape[3] // 2, groups=groups
        )

    def add_named_batch_norm(self, name: str, layer: int, features: int) -> None:
        """`add_batch_norm` for what is not the only normalisation of its layer."""
        self.add_parameter(f"scale_{name}", (features,), layer, value=1.0)
        self.add_parameter(f"shift_{name}", (features,), layer)
        self.register_buffer(f"running_mean_{name}", torch.zeros(self.seeds, features))
        self.register_buffer(f"running_variance_{name}", torch.ones(self.seeds, features))

    def named_batch_norm(self, name: str, z: Tensor) -> Tensor:
        """Normalise z (B, S * C, H, W) by the batch or, in evaluation, by running statistics."""
        return functional.batch_norm(
            z,
            self.get_buffer(f"running_mean_{name}").view(-1),
            self.get_buffer(f"running_variance_{name}").view(-1),
            self.get_parameter(f"scale_{name}").view(-1),
            self.get_parameter(f"shift_{name}").view(-1),
            training=self.training,
            momentum=BATCH_NORM_MOMENTUM,
            eps=BATCH_NORM_EPSILON,
        )

    def by_channel(self, images: Tensor) -> Tensor:
        """(S or 1, B, C, H, W) -> (B, S * C or C, H, W).

        On a CPU the channels of a place lie side by side in memory, as they then do in all that follows: an update of a
        small residual network in float32 takes a fifth to two fifths less time so. The shapes are the same.
        """
        flat = images.transpose(0, 1).flatten(1, 2)
        return flat.contiguous(memory_format=torch.channels_last) if flat.device.type == "cpu" else flat

    def by_seed(self, z: Tensor) -> Tensor:
        """(B, S * C, ...) -> (S, B, C, ...), a view."""
        return z.unflatten(1, (self.seeds, -1)).transpose(0, 1)

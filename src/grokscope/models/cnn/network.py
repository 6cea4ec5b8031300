"""Convolutional networks with stacked seeds (the CIFAR experiments of P2)."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional

from grokscope.data.declared import Input, Target
from grokscope.models.cnn.declaration import CnnSettings, layers, pooling_window, strides
from grokscope.models.convolutions import StackedConvolutions


class ConvolutionalNetwork(StackedConvolutions):
    """`depth` convolutions, average pooling, a hidden linear layer and an output layer.

    P2 does not state the layers of its CNN, only "5 convolutional and 2 linear"; this one follows the style of the CNN
    in its authors' SplineCam. Every convolution is 3x3 with padding 1. Convolutions 1 and 2 have `width` channels, 3
    and 4 twice as many, 5 and 6 four times; the second of each pair has stride 2. So depth 5 is width, width (stride
    2), 2 width, 2 width (stride 2), 4 width. With width 32 on CIFAR-10 it begins with the local complexity of P2 Fig 6
    (11.5 at training and 6.7 at random points); with the strides in the first of each pair, or none, it begins well
    above. The pooling has square windows of ceil(size / 4) and leaves at most 4x4; linear layers of `dense_width` and
    `classes` units follow. The nonlinearity comes after every layer but the last; with batch normalisation, that comes
    just before each nonlinearity. Without `dense_activation` the two linear layers follow each other, as in SplineCam's
    network; without `dense_batch_norm` batch normalisation comes after convolutions only, as P2 says of its Fig 12.

    Parameters of layer l: `weight_l` (seeds, out, in, 3, 3) and `bias_l` (seeds, out) of a convolution, (seeds, in,
    out) and (seeds, 1, out) of a linear layer; with batch normalisation `scale_l` and `shift_l`. Inside, the seeds lie
    along the channels, (B, S * C, H, W), and convolutions are grouped; pre-activations are reported as (S, B, C, H, W).
    """

    def __init__(self, settings: CnnSettings, input: Input, target: Target, seeds: int) -> None:
        super().__init__(settings, layers(settings, input, target), input, seeds)
        self.convolutions, self.depth = settings.depth, settings.depth + 2
        self.strides = strides(settings)
        channels = input.shape[0]
        for number, layer in enumerate(self.layers[: self.convolutions], start=1):
            self.add_convolution(f"weight_{number}", number, channels, layer.features)
            self.add_parameter(f"bias_{number}", (layer.features,), number, fan_in=9 * channels)
            if self.use_batch_norm:
                self.add_batch_norm(number, layer.features)
            channels = layer.features
        _, height, width = self.layers[self.convolutions - 1].shape
        self.window = pooling_window(height, width)
        pooled = channels * (height // self.window[0]) * (width // self.window[1])
        self.add_linear(self.depth - 1, pooled, settings.dense_width)
        if self.use_batch_norm and settings.dense_batch_norm:
            self.add_batch_norm(self.depth - 1, settings.dense_width)
        self.add_linear(self.depth, settings.dense_width, target.outputs)

    def _convolve(self, layer: int, x: Tensor) -> Tensor:
        """(B, S * C, H, W), or (B, C, H, W) shared by all seeds -> (B, S * out, H', W'), after batch normalisation."""
        bias = self.get_parameter(f"bias_{layer}").flatten()
        z = self.convolve(f"weight_{layer}", x, self.strides[layer - 1], bias)
        return self.batch_norm(layer, z) if self.use_batch_norm else z

    def first(self, pixels: Tensor) -> Tensor:
        """(S or 1, B, C, H, W) pixels -> (S, B, width, H, W)."""
        return self.by_seed(self._convolve(1, self.by_channel(self.normalized(pixels))))

    def _later(self, z: Tensor, activate: Callable[[Tensor], Tensor]) -> list[Tensor]:
        outputs = [z]
        x = activate(self.by_channel(z))
        for layer in range(2, self.convolutions + 1):
            flat = self._convolve(layer, x)
            outputs.append(self.by_seed(flat))
            x = activate(flat)
        pooled = functional.avg_pool2d(x, self.window)
        dense = self.linear(self.convolutions + 1, self.by_seed(pooled).flatten(2))
        seen = activate(dense) if self.layers[self.convolutions].activated else dense
        return [*outputs, dense, self.linear(self.depth, seen)]

    def rest(self, z: Tensor) -> list[Tensor]:
        """(S, B, width, H, W) -> pre-activations of the convolutions and the dense layer, logits (S, B, classes)."""
        return self._later(z, self.activate)

    def forward(self, pixels: Tensor) -> Tensor:
        """(S or 1, B, C, H, W) pixels -> logits (S, B, classes); the nonlinearity works in place."""
        return self._later(self.first(pixels), self.activate_in_place)[-1]

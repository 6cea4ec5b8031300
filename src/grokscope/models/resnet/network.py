"""Pre-activation residual networks for small images, with stacked seeds (the ResNet18 of P2 on CIFAR-10)."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from grokscope.data.declared import Input, Target
from grokscope.models.convolutions import StackedConvolutions
from grokscope.models.network import BATCH_NORM_EPSILON
from grokscope.models.residual_blocks import blocks_of
from grokscope.models.resnet.declaration import ResnetSettings, layers


class ResidualNetwork(StackedConvolutions):
    """A convolution, blocks whose nonlinearities come before the convolutions, averages over all places, and a linear
    layer with biases.

    This is the network of P2's code, a ResNet18 after He et al. (2016, "Identity mappings in deep residual networks").
    Block n maps x to conv(f(conv(f(x)))) + s, where s is x, or conv(f(x)) with windows of 1 x 1 where the block changes
    the shape; with batch normalisation, that comes just before each f. There is no f after the last block. Convolutions
    have no biases.

    Block n is between the layers 2n - 1 and 2n + 1. Parameters: `weight_1` of the first convolution, `weight_2n`,
    `branch_(2n+1)` and, where there is one, `shortcut_(2n+1)` of block n, all (seeds, out, in, size, size); of the last
    layer L `weight_L` (seeds, in, out) and `bias_L` (seeds, 1, out); with batch normalisation `scale_l` and `shift_l`
    of every layer l before the averages.
    """

    def __init__(self, settings: ResnetSettings, input: Input, target: Target, seeds: int) -> None:
        super().__init__(settings, layers(settings, input, target), input, seeds)
        channels, height, width = input.shape
        self.blocks = list(blocks_of(settings, height, width))
        self._add_normalised(1, "weight_1", channels, settings.width)
        for number, block in enumerate(self.blocks, start=1):
            self._add_normalised(2 * number, f"weight_{2 * number}", block.inputs, block.outputs)
            end = 2 * number + 1
            if block.projects:
                self.add_convolution(f"shortcut_{end}", end, block.inputs, block.outputs, size=1)
            self._add_normalised(end, f"branch_{end}", block.outputs, block.outputs)
        self.add_linear(len(self.layers), self.blocks[-1].outputs, target.outputs)

    def _add_normalised(self, layer: int, name: str, inputs: int, outputs: int) -> None:
        """A convolution and, if a nonlinearity follows, its batch normalisation."""
        self.add_convolution(name, layer, inputs, outputs)
        if self.use_batch_norm and self.layers[layer - 1].activated:
            self.add_batch_norm(layer, outputs)

    def _normalised(self, layer: int, x: Tensor) -> Tensor:
        """What the nonlinearity of a layer gets, (B, S * C, H, W)."""
        return self.batch_norm(layer, x) if self.use_batch_norm else x

    def _stem(self, pixels: Tensor) -> Tensor:
        return self.convolve("weight_1", self.by_channel(self.normalized(pixels)))

    def first(self, pixels: Tensor) -> Tensor:
        """(S or 1, B, C, H, W) pixels -> (S, B, width, H, W)."""
        return self.by_seed(self._normalised(1, self._stem(pixels)))

    def _later(self, x: Tensor, z: Tensor, activate: Callable[[Tensor], Tensor]) -> list[Tensor]:
        """From the sum x (B, S * C, H, W) that the first block adds to, and its normalisation z, the input of the
        nonlinearity.
        """
        outputs = [self.by_seed(z)]
        for number, block in enumerate(self.blocks, start=1):
            middle, end = 2 * number, 2 * number + 1
            # x itself is still needed where the shortcut is the identity
            y = self.activate(z) if z is x and not block.projects else activate(z)
            shortcut = self.convolve(f"shortcut_{end}", y, block.stride) if block.projects else x
            inside = self._normalised(middle, self.convolve(f"weight_{middle}", y, block.stride))
            outputs.append(self.by_seed(inside))
            x = self.convolve(f"branch_{end}", activate(inside)) + shortcut
            if number < len(self.blocks):
                z = self._normalised(end, x)
                outputs.append(self.by_seed(z))
        outputs.append(self.by_seed(x.mean(dim=(2, 3))))
        return [*outputs, self.linear(len(self.layers), outputs[-1])]

    def rest(self, z: Tensor) -> list[Tensor]:
        """(S, B, width, H, W) -> pre-activations of the blocks (S, B, C, H, W), averages (S, B, C) and outputs (S, B,
        outputs).

        The shortcut of the first block needs what came before the first normalisation. It follows from z and the
        running statistics, but not where a scale is exactly 0: there it is NaN. Raises RuntimeError in training mode
        with batch normalisation, where the statistics are those of a batch that is not known here.
        """
        flat = self.by_channel(z)
        return self._later(self._before_normalisation(flat), flat, self.activate)

    def _before_normalisation(self, z: Tensor) -> Tensor:
        """The x (B, S * C, H, W) of which z is the first layer's batch normalisation by running statistics."""
        if not self.use_batch_norm:
            return z
        if self.training:
            raise RuntimeError("rest: with batch normalisation a network has to be in evaluation mode; call eval()")
        factor = (self.get_buffer("running_variance_1") + BATCH_NORM_EPSILON).sqrt() / self.get_parameter("scale_1")
        shift, mean = self.get_parameter("shift_1").view(-1, 1, 1), self.get_buffer("running_mean_1").view(-1, 1, 1)
        return (z - shift) * factor.view(-1, 1, 1) + mean

    def preactivations(self, pixels: Tensor) -> list[Tensor]:
        """(S or 1, B, C, H, W) pixels -> the pre-activations of all layers, the outputs last, in training mode too."""
        x = self._stem(pixels)
        return self._later(x, self._normalised(1, x), self.activate)

    def forward(self, pixels: Tensor) -> Tensor:
        """(S or 1, B, C, H, W) pixels -> outputs (S, B, outputs); the nonlinearity works in place where it can."""
        x = self._stem(pixels)
        return self._later(x, self._normalised(1, x), self.activate_in_place)[-1]

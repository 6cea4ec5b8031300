"""Residual networks for larger images, with stacked seeds (the ResNet18 of P2 on Imagenette)."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional

from grokscope.data.declared import Input, Target
from grokscope.models.convolutions import StackedConvolutions
from grokscope.models.residual_blocks import blocks_of, halved
from grokscope.models.resnet_imagenet.declaration import ResnetImagenetSettings, layers


class ImagenetResidualNetwork(StackedConvolutions):
    """The layers of `torchvision.models.resnet18`, with any number of channels and blocks.

    A convolution of 7 x 7 with stride 2, the nonlinearity f and a maximum over 3 x 3 with stride 2; blocks that map x
    to f(conv(f(conv(x))) + s), where s is x, or a convolution of 1 x 1 of x where the block changes the shape; averages
    over all places, and a linear layer with biases. Convolutions have no biases. With batch normalisation each
    convolution is followed by one, those of shortcuts included.

    Block n is between the layers 2n - 1 and 2n + 1. Parameters: `weight_1` of the first convolution, `weight_2n`,
    `weight_(2n+1)` and, where there is one, `shortcut_(2n+1)` of block n, all (seeds, out, in, size, size); of the last
    layer L `weight_L` (seeds, in, out) and `bias_L` (seeds, 1, out); with batch normalisation `scale_l` and `shift_l`,
    and `scale_shortcut_l` and `shift_shortcut_l`. Initial weights are those of every network here, where torchvision
    draws convolutions by `kaiming_normal_(mode="fan_out")`.
    """

    def __init__(self, settings: ResnetImagenetSettings, input: Input, target: Target, seeds: int) -> None:
        super().__init__(settings, layers(settings, input, target), input, seeds)
        channels, height, width = input.shape
        self.blocks = list(blocks_of(settings, halved(halved(height)), halved(halved(width))))
        self._add_normalised("1", 1, channels, settings.width, size=7)
        for number, block in enumerate(self.blocks, start=1):
            middle, end = 2 * number, 2 * number + 1
            self._add_normalised(str(middle), middle, block.inputs, block.outputs)
            self._add_normalised(str(end), end, block.outputs, block.outputs)
            if block.projects:
                self._add_normalised(f"shortcut_{end}", end, block.inputs, block.outputs, size=1)
        self.add_linear(len(self.layers), self.blocks[-1].outputs, target.outputs)

    def _add_normalised(self, name: str, layer: int, inputs: int, outputs: int, size: int = 3) -> None:
        self.add_convolution(_weight(name), layer, inputs, outputs, size)
        if self.use_batch_norm:
            self.add_named_batch_norm(name, layer, outputs)

    def _normalised(self, name: str, x: Tensor, stride: int = 1) -> Tensor:
        """(B, S * C, H, W) -> (B, S * out, H', W'): the convolution and its batch normalisation, if there is one."""
        z = self.convolve(_weight(name), x, stride)
        return self.named_batch_norm(name, z) if self.use_batch_norm else z

    def first(self, pixels: Tensor) -> Tensor:
        """(S or 1, B, C, H, W) pixels -> (S, B, width, H / 2, W / 2)."""
        return self.by_seed(self._normalised("1", self.by_channel(self.normalized(pixels)), stride=2))

    def _later(self, z: Tensor, activate: Callable[[Tensor], Tensor]) -> list[Tensor]:
        outputs = [z]
        x = functional.max_pool2d(activate(self.by_channel(z)), kernel_size=3, stride=2, padding=1)
        for number, block in enumerate(self.blocks, start=1):
            end = 2 * number + 1
            shortcut = self._normalised(f"shortcut_{end}", x, block.stride) if block.projects else x
            inside = self._normalised(str(2 * number), x, block.stride)
            total = self._normalised(str(end), activate(inside)) + shortcut
            outputs += [self.by_seed(inside), self.by_seed(total)]
            x = activate(total)
        outputs.append(self.by_seed(x.mean(dim=(2, 3))))
        return [*outputs, self.linear(len(self.layers), outputs[-1])]

    def rest(self, z: Tensor) -> list[Tensor]:
        """(S, B, width, H / 2, W / 2) -> pre-activations of the blocks (S, B, C, H', W'), averages (S, B, C) and
        outputs (S, B, outputs).
        """
        return self._later(z, self.activate)

    def forward(self, pixels: Tensor) -> Tensor:
        """(S or 1, B, C, H, W) pixels -> outputs (S, B, outputs); the nonlinearity works in place."""
        return self._later(self.first(pixels), self.activate_in_place)[-1]


def _weight(name: str) -> str:
    return name if name.startswith("shortcut") else f"weight_{name}"

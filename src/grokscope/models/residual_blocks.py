"""The blocks of residual networks, as they are planned and built; imports no torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from grokscope.config.section import Positive
from grokscope.models.declared import Layer, ModelSettings, linear_layer


class ResidualSettings(ModelSettings):
    """What both residual networks can be told; the defaults of `stages` and `blocks` are those of ResNet18."""

    width: Positive = Field(description="channels of the first stage; each further stage has twice as many")
    stages: int = Field(
        default=4, ge=1, le=6, description="stages of blocks; each but the first halves the image's sides"
    )
    blocks: Positive = Field(default=2, description="residual blocks of a stage, each with two convolutions of 3 x 3")

    @property
    def depth(self) -> int:
        """Number of layers with weights on the longest way through the network: 18 for ResNet18."""
        return 2 * self.stages * self.blocks + 2


@dataclass(frozen=True)
class Block:
    """Two convolutions and the shortcut around them; the first convolution has the stride. Sizes are of the output."""

    inputs: int
    outputs: int
    stride: int
    height: int
    width: int

    @property
    def projects(self) -> bool:
        """Whether the shortcut is a convolution of 1 x 1, as the block changes the shape; else it is the identity."""
        return self.stride != 1 or self.inputs != self.outputs

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of what both convolutions give."""
        return self.outputs, self.height, self.width

    @property
    def weights(self) -> tuple[int, int]:
        """Of the first convolution, and of the second one together with the shortcut's."""
        shortcut = self.inputs * self.outputs if self.projects else 0
        return 9 * self.inputs * self.outputs, 9 * self.outputs**2 + shortcut


def halved(size: int) -> int:
    """Rows or columns after a stride of 2 with the usual padding."""
    return -(-size // 2)


def blocks_of(settings: ResidualSettings, height: int, width: int) -> Iterator[Block]:
    """The blocks in order; the first one gets `settings.width` channels of this size."""
    channels = settings.width
    for stage in range(settings.stages):
        for number in range(settings.blocks):
            made, stride = settings.width * 2**stage, 1 if stage == 0 or number > 0 else 2
            if stride == 2:
                height, width = halved(height), halved(width)
            yield Block(channels, made, stride, height, width)
            channels = made


def convolution(name: str, shape: tuple[int, int, int], weights: int) -> Layer:
    """A layer without biases that is made by convolutions to one `shape` with this many `weights` together."""
    return Layer(name, "convolution", shape, weights * shape[1] * shape[2], weights)


def pooled(channels: int, multiply_adds: int = 0, parameters: int = 0) -> Layer:
    """The averages over all places that the output layer sees. No nonlinearity follows, so they do not count for local
    complexity. The cost is that of what comes between the last nonlinearity and the averages.
    """
    return Layer("pooled", "pooling", (channels,), multiply_adds, parameters, counted=False, activated=False)


def output_layer(number: int, channels: int, outputs: int) -> Layer:
    """The linear layer on the averages; it does not count for local complexity."""
    return linear_layer(number, channels, outputs, counted=False)

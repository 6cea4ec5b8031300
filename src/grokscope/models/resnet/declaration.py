"""What a pre-activation residual network for small images says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokscope.data.declared import Input, Target
from grokscope.models.declared import Layer, ModelDeclaration
from grokscope.models.residual_blocks import ResidualSettings, blocks_of, convolution, output_layer, pooled


class ResnetSettings(ResidualSettings):
    """A convolution, pre-activation blocks, averages over all places and an output layer (P2 Fig 1)."""

    kind: Literal["resnet"] = Field(description="architecture: pre-activation residual network for small images")


def layers(settings: ResnetSettings, input: Input, target: Target) -> list[Layer]:
    """The inputs of the nonlinearities, two for each block, which count for local complexity; then the averages and the
    outputs, which do not.

    What a block adds to is the input of the next block's first nonlinearity, so the second convolution of a block is
    counted there, and that of the last block in the averages.
    """
    channels, height, width = input.shape
    blocks = list(blocks_of(settings, height, width))
    found = [convolution("stem", (settings.width, height, width), 9 * channels * settings.width)]
    for number, block in enumerate(blocks, start=1):
        first, second = block.weights
        found.append(convolution(f"block {number}, inside", block.shape, first))
        if number < len(blocks):
            found.append(convolution(f"block {number}", block.shape, second))
        else:
            found.append(pooled(block.outputs, second * block.height * block.width, second))
    return [*found, output_layer(len(found) + 1, blocks[-1].outputs, target.outputs)]


def words(settings: ResnetSettings) -> str:
    """A network in a few words."""
    return f"resnet depth {settings.depth}"


RESNET = ModelDeclaration(
    "resnet",
    ResnetSettings,
    "grokscope.models.resnet.network:ResidualNetwork",
    layers,
    words,
    inputs=("images",),
    label="ResNet",
    not_measured={"probes": "16 features for each channel are too many for a probe on the whole training set"},
)

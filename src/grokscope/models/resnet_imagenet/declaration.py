"""What a residual network for larger images says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokscope.data.declared import Input, Target
from grokscope.models.declared import Layer, ModelDeclaration
from grokscope.models.residual_blocks import ResidualSettings, blocks_of, convolution, halved, output_layer, pooled


class ResnetImagenetSettings(ResidualSettings):
    """A convolution and a pooling that quarter the sides, blocks with the nonlinearity after the sum, averages over all
    places and an output layer: the layout of torchvision's ResNet18 (P2 Fig 6, right).
    """

    kind: Literal["resnet_imagenet"] = Field(
        description="architecture: residual network for larger images, in the layout of torchvision"
    )


def layers(settings: ResnetImagenetSettings, input: Input, target: Target) -> list[Layer]:
    """The inputs of the nonlinearities, the stem's and two for each block, which count for local complexity; then the
    averages and the outputs, which do not.
    """
    channels, height, width = input.shape
    height, width = halved(height), halved(width)
    found = [convolution("stem", (settings.width, height, width), 49 * channels * settings.width)]
    for number, block in enumerate(blocks_of(settings, halved(height), halved(width)), start=1):
        first, second = block.weights
        found.append(convolution(f"block {number}, inside", block.shape, first))
        found.append(convolution(f"block {number}", block.shape, second))
    last = found[-1].features
    return [*found, pooled(last), output_layer(len(found) + 2, last, target.outputs)]


def words(settings: ResnetImagenetSettings) -> str:
    """A network in a few words."""
    return f"resnet (ImageNet layout) depth {settings.depth}"


RESNET_IMAGENET = ModelDeclaration(
    "resnet_imagenet",
    ResnetImagenetSettings,
    "grokscope.models.resnet_imagenet.network:ImagenetResidualNetwork",
    layers,
    words,
    inputs=("images",),
    label="ResNet (ImageNet layout)",
    not_measured={"probes": "16 features for each channel are too many for a probe on the whole training set"},
)

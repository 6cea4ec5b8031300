"""What a convolutional network says of itself."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from grokscope.config.section import Positive
from grokscope.data.declared import Input, Target
from grokscope.models.declared import Layer, ModelDeclaration, ModelSettings, linear_layer

POOLED_SIZE = 4
"""The average pooling leaves at most this many rows and columns."""


class CnnSettings(ModelSettings):
    """`depth` convolutions, average pooling, a hidden linear layer and an output layer."""

    kind: Literal["cnn"] = Field(description="architecture: convolutional network")
    depth: int = Field(ge=1, le=6, description="number of convolutions")
    width: Positive = Field(description="channels of the first convolution")
    dense_width: Positive = Field(default=128, description="units of the hidden linear layer after pooling")
    dense_activation: bool = Field(
        default=True, description="whether there is a nonlinearity between the two linear layers"
    )
    dense_batch_norm: bool = Field(
        default=True, description="with batch_norm, whether the hidden linear layer has it, too, or convolutions alone"
    )

    @model_validator(mode="before")
    @classmethod
    def _same_without_batch_norm(cls, values: Any) -> Any:
        """Without batch normalisation there is none to leave out, so such a run of a sweep is the plain run."""
        if isinstance(values, dict) and "dense_batch_norm" in values and not values.get("batch_norm", False):
            return {**values, "dense_batch_norm": True}
        return values


def strides(settings: CnnSettings) -> list[int]:
    """Of the convolutions: the second of each pair halves the image."""
    return [2 if number % 2 == 0 else 1 for number in range(1, settings.depth + 1)]


def pooling_window(height: int, width: int) -> tuple[int, int]:
    """Windows of the average pooling, which leaves at most POOLED_SIZE rows and columns."""
    return -(-height // POOLED_SIZE), -(-width // POOLED_SIZE)


def layers(settings: CnnSettings, input: Input, target: Target) -> list[Layer]:
    """Convolutions, of which all neurons count for local complexity, and two linear layers, which do not (P2 App C)."""
    channels, height, width = input.shape
    found = []
    for number, stride in enumerate(strides(settings), start=1):
        height, width = -(-height // stride), -(-width // stride)
        made = settings.width * 2 ** ((number - 1) // 2)
        weights = 9 * channels * made
        found.append(
            Layer(
                f"convolution {number}", "convolution", (made, height, width), weights * height * width, weights + made
            )
        )
        channels = made
    rows, columns = pooling_window(height, width)
    pooled = channels * (height // rows) * (width // columns)
    dense = linear_layer(
        settings.depth + 1, pooled, settings.dense_width, counted=False, activated=settings.dense_activation
    )
    return [*found, dense, linear_layer(settings.depth + 2, settings.dense_width, target.outputs, counted=False)]


def words(settings: CnnSettings) -> str:
    """A network in a few words."""
    return f"cnn depth {settings.depth}"


CNN = ModelDeclaration(
    "cnn",
    CnnSettings,
    "grokscope.models.cnn.network:ConvolutionalNetwork",
    layers,
    words,
    inputs=("images",),
    not_measured={"probes": "16 features for each channel are too many for a probe on the whole training set"},
)

"""What a multi-layer perceptron says of itself."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal

from pydantic import Field, model_validator

from grokscope.config.section import Positive, is_none
from grokscope.data.declared import Input, Target
from grokscope.models.declared import Layer, ModelDeclaration, ModelSettings, linear_layer


class MlpSettings(ModelSettings):
    """`depth` linear layers, the output layer included, with `width` units in each hidden one (P1 section 2)."""

    kind: Literal["mlp"] = Field(description="architecture: multi-layer perceptron")
    depth: int = Field(ge=1, description="number of linear layers, the output layer included")
    width: Positive = Field(description="units of a hidden layer")
    bottleneck: Positive | None = Field(
        default=None,
        exclude_if=is_none,
        description="units of the hidden layer before the logits, at most `width`; none means `width`",
    )

    @model_validator(mode="before")
    @classmethod
    def _none_without_narrowing(cls, values: Any) -> Any:
        """A bottleneck as wide as the other layers is none, so such a run of a sweep is the plain run."""
        if (
            isinstance(values, dict)
            and values.get("bottleneck") is not None
            and values["bottleneck"] == values.get("width")
        ):
            return {**values, "bottleneck": None}
        return values

    @property
    def has_hidden_layer(self) -> bool:
        """Whether there is a layer before the logits."""
        return self.depth > 1

    @model_validator(mode="after")
    def _possible_bottleneck(self) -> MlpSettings:
        if self.bottleneck is None:
            return self
        if not self.has_hidden_layer:
            raise ValueError(f"bottleneck {self.bottleneck}: an mlp of depth {self.depth} has no hidden layer")
        if self.bottleneck > self.width:
            raise ValueError(f"bottleneck {self.bottleneck} is larger than width {self.width}")
        return self


def layers(settings: MlpSettings, input: Input, target: Target) -> list[Layer]:
    """Linear layers; all count for local complexity, the logits included, as in P2's code."""
    hidden = [settings.width] * (settings.depth - 1)
    if settings.bottleneck is not None:
        hidden[-1:] = [settings.bottleneck]
    sizes = [input.size, *hidden, target.outputs]
    return [linear_layer(number, before, after) for number, (before, after) in enumerate(pairwise(sizes), start=1)]


def words(settings: MlpSettings) -> str:
    """A network in a few words."""
    return f"mlp depth {settings.depth}"


MLP = ModelDeclaration("mlp", MlpSettings, "grokscope.models.mlp.network:MultiLayerPerceptron", layers, words)

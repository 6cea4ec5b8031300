"""What a transformer says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from grokscope.config.section import Positive, is_none
from grokscope.data.declared import Input, Target, Tokens
from grokscope.models.declared import Layer, ModelDeclaration, ModelSettings

WIDENING = 4
"""Units of a block's MLP for each unit of the width, where nothing else is said."""


class TransformerSettings(ModelSettings):
    """Token and learned position embeddings, blocks of attention and an MLP, and a linear layer that gives the outputs.

    A target of one class for each sample is read at the last position.
    """

    kind: Literal["transformer"] = Field(description="architecture: transformer on tokens")
    blocks: Positive = Field(description="blocks, each of attention and an MLP with one hidden layer")
    width: Positive = Field(description="numbers of an embedded token; `heads` divides it")
    heads: Positive = Field(description="attention heads of a block")
    hidden: Positive | None = Field(
        default=None, exclude_if=is_none, description="hidden units of a block's MLP; none means 4 times `width`"
    )
    attention: Literal["causal", "full"] = Field(
        default="causal", description="causal: a position sees itself and those before it; full: it sees all"
    )
    norm: Literal["post", "pre", "none"] = Field(
        default="pre",
        description=(
            "layer normalisation after each sum of a block, before its attention and its MLP (and before the outputs),"
            " or nowhere"
        ),
    )
    tied: bool = Field(
        default=False,
        description=(
            "whether the outputs are products with the embeddings of the first tokens, one for each class, without"
            " biases, instead of a linear layer of their own"
        ),
    )
    activation: Literal["gelu", "relu"] = Field(default="gelu", description="nonlinearity of every MLP")
    batch_norm: Literal[False] = Field(default=False, description="there is none; see `norm`")
    init_scheme: Literal["torch", "gpt2"] = Field(
        default="torch",
        description=(
            "how initial weights are drawn. torch: as torch's Embedding, MultiheadAttention and Linear; gpt2: normal"
            " with deviation 0.02, less for what is added to the residual stream, and biases zero"
        ),
    )

    @field_validator("init_scheme", mode="before")
    @classmethod
    def _none_for_the_default(cls, scheme: Any) -> Any:
        """The default has a name here, as its distributions are those of several modules."""
        return "torch" if scheme is None else scheme

    @model_validator(mode="before")
    @classmethod
    def _none_for_the_usual_hidden_units(cls, values: Any) -> Any:
        """Four times the width is none, so such a run of a sweep is the plain run."""
        if isinstance(values, dict) and isinstance(width := values.get("width"), int):
            return {**values, "hidden": None} if values.get("hidden") == WIDENING * width else values
        return values

    @model_validator(mode="after")
    def _heads_share_the_width(self) -> TransformerSettings:
        if self.width % self.heads:
            raise ValueError(f"heads {self.heads} does not divide width {self.width}")
        return self

    @property
    def hidden_units(self) -> int:
        """Hidden units of a block's MLP."""
        return WIDENING * self.width if self.hidden is None else self.hidden


def hidden_layer(block: int) -> int:
    """Number of the layer that is the hidden one of a block's MLP; blocks count from 1."""
    return 2 * block


def output_of_block(block: int) -> int:
    """Number of the layer that is what a block's MLP adds to the residual stream."""
    return 2 * block + 1


def layers(settings: TransformerSettings, input: Input, target: Target) -> list[Layer]:
    """The embeddings, two layers for each block and the outputs.

    The hidden layer of a block's MLP counts for local complexity (P2). What the MLP gives back, before it is added, is
    the layer whose rank P1's code measures. Attention and its normalisation belong to the hidden layer of their block.
    """
    assert isinstance(input, Tokens)
    positions, width, hidden, outputs = input.positions, settings.width, settings.hidden_units, target.outputs
    normalisation = 0 if settings.norm == "none" else 2 * width
    # queries, keys, values and the projection of what they give; then queries with keys, and their shares with values
    attention = 4 * positions * width**2 + 2 * positions**2 * width
    attention_parameters = 4 * width * (width + 1)
    embeddings = (input.vocabulary + positions) * width
    found = [Layer("embedding", "embedding", (positions, width), 0, embeddings, 1, counted=False, activated=False)]
    for block in range(1, settings.blocks + 1):
        found.append(
            Layer(
                f"block {block} hidden",
                "linear",
                (positions, hidden),
                attention + positions * width * hidden,
                # before attention and MLP there are two normalisations; after them, the second comes after the MLP
                attention_parameters + (width + 1) * hidden + (2 if settings.norm == "pre" else 1) * normalisation,
                1,
            )
        )
        found.append(
            Layer(
                f"block {block} output",
                "linear",
                (positions, width),
                positions * hidden * width,
                (hidden + 1) * width + (normalisation if settings.norm == "post" else 0),
                1,
                counted=False,
                activated=False,
            )
        )
    places = positions if target.kind == "classes_of_positions" else 1
    own = 0 if settings.tied else (width + 1) * outputs
    found.append(
        Layer(
            "outputs",
            "linear",
            (outputs,) if places == 1 and target.kind == "classes" else (positions, outputs),
            places * width * outputs,
            own + (normalisation if settings.norm == "pre" else 0),
            0 if target.kind == "classes" else 1,
            counted=False,
        )
    )
    return found


def words(settings: TransformerSettings) -> str:
    """A network in a few words."""
    return f"transformer of {settings.blocks} block{'' if settings.blocks == 1 else 's'}"


def complaints(settings: TransformerSettings, input: Input, target: Target) -> Iterator[str]:
    """Settings that make no sense for a task of tokens."""
    if settings.tied and isinstance(input, Tokens) and target.outputs > input.vocabulary:
        yield (
            f"model.tied true: there are {target.outputs} classes and only {input.vocabulary} tokens whose embeddings"
            " could give them; use false"
        )


TRANSFORMER = ModelDeclaration(
    "transformer",
    TransformerSettings,
    "grokscope.models.transformer.network:Transformer",
    layers,
    words,
    inputs=("tokens",),
    targets=("classes", "classes_of_positions"),
    not_measured={
        "neural_collapse": "what its outputs are made from is a sum over all blocks, which no layer reports",
    },
    label="transformer",
    complaints=complaints,
    initialised_by="grokscope.models.transformer.initialise",
)

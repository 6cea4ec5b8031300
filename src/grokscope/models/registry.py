"""The architectures; a new one is a folder with a declaration and a network, and a line in MODELS. Imports no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field, TypeAdapter

from grokscope.data.declared import Input, Target
from grokscope.models.cnn.declaration import CNN
from grokscope.models.declared import Layer, ModelDeclaration, ModelSettings
from grokscope.models.mlp.declaration import MLP
from grokscope.models.resnet.declaration import RESNET
from grokscope.models.resnet_imagenet.declaration import RESNET_IMAGENET
from grokscope.models.transformer.declaration import TRANSFORMER

MODELS: dict[str, ModelDeclaration] = {
    model.kind: model
    for model in (
        MLP,
        CNN,
        RESNET,
        RESNET_IMAGENET,
        TRANSFORMER,
    )
}

if TYPE_CHECKING:
    AnyModel = ModelSettings
else:
    AnyModel = Annotated[Union[tuple(model.settings for model in MODELS.values())], Field(discriminator="kind")]  # noqa: UP007
    """The settings of any architecture, told apart by `kind`."""


def model_settings(**values: Any) -> ModelSettings:
    """Validated settings of the architecture that `kind` names."""
    return TypeAdapter(AnyModel).validate_python(values)


def declaration(settings: ModelSettings) -> ModelDeclaration:
    """The architecture of some settings."""
    return MODELS[settings.kind]


def layers_of(settings: ModelSettings, input: Input, target: Target) -> list[Layer]:
    """The layers of a network, the outputs last."""
    return declaration(settings).layers(settings, input, target)


def keys_of_other_kinds(kind: str) -> frozenset[str]:
    """Settings that other architectures have and `kind` has not: what a sweep inherits from a base of another kind."""
    own = set(MODELS[kind].settings.model_fields)
    return frozenset(key for model in MODELS.values() for key in model.settings.model_fields) - own

"""What an architecture declares: its settings and layers. Imports no torch, so runs can be planned anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from grokscope.config.section import OneOf, Section, is_none
from grokscope.data.declared import Input, InputKind, Target, TargetKind
from grokscope.models.init_schemes.registry import INIT_SCHEMES


class ModelSettings(Section):
    """What all architectures can be told; each adds settings of its own."""

    kind: str = Field(description="architecture")
    activation: Literal["relu", "gelu", "leaky_relu", "tanh"] = "relu"
    batch_norm: bool = Field(default=False, description="batch normalisation before every hidden nonlinearity")
    init_scale: float = Field(default=1.0, gt=0, description="factor on every parameter after its initialisation")
    init_scheme: Annotated[str, OneOf(INIT_SCHEMES)] | None = Field(
        default=None,
        exclude_if=is_none,
        description="how initial weights are drawn; none, or `torch`, is PyTorch's default (P1 and P2)",
    )
    normalize: bool = Field(
        default=False,
        description="subtract the data set's channel mean and divide by the deviation that P2 uses, inside the model",
    )

    @field_validator("init_scheme", mode="before")
    @classmethod
    def _none_for_the_default(cls, scheme: Any) -> Any:
        """The default by its name is none, so that a sweep over schemes shares the run that has it."""
        return None if scheme == "torch" else scheme

    @property
    def scheme(self) -> str:
        """Name of the initialisation scheme, for names of runs."""
        return self.init_scheme or "torch"

    @property
    def has_hidden_layer(self) -> bool:
        """Whether there is a layer before the logits."""
        return True


@dataclass(frozen=True)
class Layer:
    """One layer, as a run is planned and as metrics read it; numbers are for one sample and one seed.

    The pre-activation of a sample has `shape`; along `feature_axis` lie its features (units, channels), every other
    place is one more row of features. `multiply_adds` and `parameters` are its cost; `counted` says whether it counts
    for local complexity (P2). `activated` says of a layer before the outputs whether the nonlinearity follows, so that
    the next layer sees its activation; without, the next layer sees it as it is.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    multiply_adds: int
    parameters: int
    feature_axis: int = 0
    counted: bool = True
    activated: bool = True

    @property
    def outputs(self) -> int:
        """Numbers in the pre-activation."""
        return prod(self.shape)

    @property
    def features(self) -> int:
        """Features that a spectrum or a probe sees at one place."""
        return self.shape[self.feature_axis]

    @property
    def places(self) -> int:
        """Rows of features in one sample: positions of a convolution or of tokens, 1 in a linear layer."""
        return self.outputs // self.features


def linear_layer(number: int, inputs: int, outputs: int, *, counted: bool = True, activated: bool = True) -> Layer:
    """A linear layer with biases."""
    cost = inputs * outputs, (inputs + 1) * outputs
    return Layer(f"linear {number}", "linear", (outputs,), *cost, counted=counted, activated=activated)


def no_complaints(settings: Any, input: Input, target: Target) -> Iterator[str]:
    """Of architectures whose settings make sense for every task of a fitting kind."""
    yield from ()


@dataclass(frozen=True)
class ModelDeclaration:
    """An architecture.

    `layers` gives its layers, the outputs last, from settings, input and target of the task. `network` is
    `module:class` of the torch module, which is loaded by name. `words` describes a network in a few words; `label`
    is the architecture's name in sentences, by default the kind in capitals. `inputs` and `targets` are the kinds of
    input that it takes and of target that it can give. `not_measured` has the metrics that make no sense on it, each
    with the reason. `complaints` says which settings make no sense for a task, each as `key value: reason`.

    `initialised_by` is the module that draws the weights of an architecture whose parameters are not all weights of
    linear layers and convolutions with their biases. It has

        initialise_by_scheme(network, seeds, init_scale, scheme)

    and the settings of such an architecture always name a scheme. It is loaded by name.
    """

    kind: str
    settings: type[ModelSettings]
    network: str
    layers: Callable[[Any, Input, Target], list[Layer]]
    words: Callable[[Any], str]
    inputs: tuple[InputKind, ...] = ("images", "vectors")
    targets: tuple[TargetKind, ...] = ("classes", "values")
    not_measured: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    complaints: Callable[[Any, Input, Target], Iterator[str]] = no_complaints
    initialised_by: str = ""

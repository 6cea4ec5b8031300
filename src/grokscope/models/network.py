"""What every network of the package promises: stacked seeds and reported pre-activations."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from grokscope.data.declared import Images, Input
from grokscope.models.declared import Layer, ModelSettings

LEAKY_SLOPE = 0.01
"""Negative slope of leaky_relu (P2 Fig 15)."""

BATCH_NORM_EPSILON = 1e-5
BATCH_NORM_MOMENTUM = 0.1


def activation_function(name: str, *, in_place: bool = False) -> Callable[[Tensor], Tensor]:
    """The nonlinearity called `name` (relu, gelu, leaky_relu, tanh); `in_place` only where gradients allow it."""
    functions: dict[str, Callable[[Tensor], Tensor]] = {
        "relu": torch.relu_ if in_place else torch.relu,
        "gelu": functional.gelu,
        "leaky_relu": lambda z: functional.leaky_relu(z, LEAKY_SLOPE, inplace=in_place),
        "tanh": torch.tanh_ if in_place else torch.tanh,
    }
    if name not in functions:
        raise ValueError(f"activation {name!r} is not one of {', '.join(functions)}")
    return functions[name]


class Network(nn.Module, ABC):
    """`seeds` networks of one architecture, stacked along a leading axis of every parameter and buffer.

    Takes what the task declares, images as pixels in [0, 1]; normalisation, if any, is part of the first layer. Layers
    count from 1; the last one gives the outputs, which are logits where the task has classes. What is reported of a
    hidden layer is the input of its nonlinearity, after batch normalisation where there is one. A new network is in
    training mode, as torch modules are; call `eval()` to use the running statistics of batch normalisation. An
    architecture says in its declaration what layers it has and makes them here.
    """

    layers: list[Layer]
    """What the declaration says of each layer."""

    parameter_layers: dict[str, int]
    """Number of the layer that a parameter belongs to, by the parameter's name."""

    fan_in: dict[str, int]
    """Inputs of one unit, by the name of each parameter that is drawn at random; batch normalisation's are not in it.
    """

    channel_mean: Tensor
    channel_deviation: Tensor

    def __init__(
        self,
        settings: ModelSettings,
        layers: Sequence[Layer],
        input: Input,
        seeds: int,
    ) -> None:
        """`layers` are those of the declaration; the channel statistics of images are used only with
        `settings.normalize`. Raises ValueError where these are asked for and `input` has none.
        """
        super().__init__()
        self.activation = settings.activation
        self.activate = activation_function(settings.activation)
        self.activate_in_place = activation_function(settings.activation, in_place=True)
        self.use_batch_norm = settings.batch_norm
        self.layers = list(layers)
        self.outputs = self.layers[-1].features
        self.seeds = seeds
        self.normalize = settings.normalize
        if self.normalize and not isinstance(input, Images):
            raise ValueError(f"normalize: {input.kind} have no channel statistics")
        statistics = input if isinstance(input, Images) else Images((1, 1, 1))
        shape = (1, 1, -1, 1, 1)
        mean = torch.tensor(list(statistics.channel_mean), dtype=torch.float64).reshape(shape)
        deviation = torch.tensor(list(statistics.channel_deviation), dtype=torch.float64).reshape(shape)
        channels = input.shape[0]
        if self.normalize and not mean.shape == deviation.shape == (1, 1, channels, 1, 1):
            raise ValueError(f"{mean.numel()} channel means and {deviation.numel()} deviations for {channels} channels")
        # not part of the state: a checkpoint holds what was trained and nothing else
        self.register_buffer("channel_mean", mean, persistent=False)
        self.register_buffer("channel_deviation", deviation, persistent=False)
        self.parameter_layers = {}
        self.fan_in = {}

    @property
    def layer_kinds(self) -> list[str]:
        """ "linear" or "convolution", one for each layer."""
        return [layer.kind for layer in self.layers]

    def add_parameter(
        self, name: str, shape: Sequence[int], layer: int, *, fan_in: int | None = None, value: float = 0.0
    ) -> None:
        """Register a parameter (seeds, *shape) of `layer`; with `fan_in`, `initialise` draws it."""
        self.register_parameter(name, nn.Parameter(torch.full((self.seeds, *shape), value)))
        self.parameter_layers[name] = layer
        if fan_in is not None:
            self.fan_in[name] = fan_in

    def add_linear(self, layer: int, inputs: int, outputs: int) -> None:
        """Register `weight_l` (seeds, inputs, outputs) and `bias_l` (seeds, 1, outputs) of linear layer l."""
        self.add_parameter(f"weight_{layer}", (inputs, outputs), layer, fan_in=inputs)
        self.add_parameter(f"bias_{layer}", (1, outputs), layer, fan_in=inputs)

    def add_batch_norm(self, layer: int, features: int) -> None:
        """Register `scale_l`, `shift_l` (1 and 0) and running statistics, all (seeds, features), of layer l."""
        self.add_parameter(f"scale_{layer}", (features,), layer, value=1.0)
        self.add_parameter(f"shift_{layer}", (features,), layer)
        self.register_buffer(f"running_mean_{layer}", torch.zeros(self.seeds, features))
        self.register_buffer(f"running_variance_{layer}", torch.ones(self.seeds, features))

    def batch_norm(self, layer: int, z: Tensor) -> Tensor:
        """Normalise z (batch, seeds * features, ...), by the batch or, in evaluation, by running statistics."""
        return functional.batch_norm(
            z,
            self.get_buffer(f"running_mean_{layer}").view(-1),
            self.get_buffer(f"running_variance_{layer}").view(-1),
            self.get_parameter(f"scale_{layer}").view(-1),
            self.get_parameter(f"shift_{layer}").view(-1),
            training=self.training,
            momentum=BATCH_NORM_MOMENTUM,
            eps=BATCH_NORM_EPSILON,
        )

    def linear(self, layer: int, x: Tensor) -> Tensor:
        """(S, B, in) -> (S, B, out), after batch normalisation where the layer has it."""
        z = torch.baddbmm(self.get_parameter(f"bias_{layer}"), x, self.get_parameter(f"weight_{layer}"))
        if f"scale_{layer}" not in self.parameter_layers:
            return z
        seeds, batch, units = z.shape
        flat = z.transpose(0, 1).reshape(batch, seeds * units)
        return self.batch_norm(layer, flat).view(batch, seeds, units).transpose(0, 1)

    def normalized(self, inputs: Tensor) -> Tensor:
        """Inputs (S or 1, B, *shape) as the first layer sees them."""
        return (inputs - self.channel_mean) / self.channel_deviation if self.normalize else inputs

    @abstractmethod
    def first(self, inputs: Tensor) -> Tensor:
        """Inputs (S or 1, B, *shape) -> (S, B, *layer) pre-activation of layer 1; affine in pixels and vectors in
        evaluation mode.
        """

    @abstractmethod
    def rest(self, z: Tensor) -> list[Tensor]:
        """(S, B, *layer) pre-activation of layer 1 -> the pre-activations of all layers, `[z, ..., outputs]`."""

    def affine_chain(self) -> bool:
        """Whether `weight_l`, `bias_l` and a piecewise linear nonlinearity alternate, so pieces can be followed."""
        return False

    def preactivations(self, inputs: Tensor) -> list[Tensor]:
        """Inputs (S or 1, B, *shape) -> the pre-activations of all layers, the outputs last: (S, B, outputs), or (S, B,
        positions, outputs) where the target is one for each position.
        """
        return self.rest(self.first(inputs))

    def forward(self, inputs: Tensor) -> Tensor:
        """Inputs (S or 1, B, *shape) -> the outputs."""
        return self.preactivations(inputs)[-1]

"""What every architecture of the registry promises, tried on each."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from grokscope.data.declared import Classes, Images, Input, Target, Tokens
from grokscope.models.build import build_network
from grokscope.models.declared import ModelSettings
from grokscope.models.init_schemes.by_architecture import initialise_by_scheme
from grokscope.models.initialise import initialise
from grokscope.models.network import Network
from grokscope.models.registry import MODELS, layers_of, model_settings

CLASSES, BATCH, SEEDS = 5, 4, [3, 8]
IMAGES = [Images((1, 12, 12)), Images((3, 16, 16))]
TOKENS = [Tokens(3, 7), Tokens(6, 5)]
CASES = [
    pytest.param(kind, input, Classes(CLASSES, of_positions=target == "classes_of_positions"), id=f"{kind}-{input}")
    for kind, declared in MODELS.items()
    for input, target in [*product(IMAGES, ["classes"]), *product(TOKENS, ["classes", "classes_of_positions"])]
    if input.kind in declared.inputs and target in declared.targets
]
ATTENTION = {
    # torch's counter has its formula of attention for GPUs alone; pairs of positions that are masked count as others do
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: lambda queries, keys, values, *_, **__: sdpa_flop_count(
        queries, keys, values
    )
}


def settings(kind: str, **changes: Any) -> ModelSettings:
    """A small network of the kind: every required number is small."""
    needed = {
        key: 3 for key, field in MODELS[kind].settings.model_fields.items() if field.is_required() and key != "kind"
    }
    return model_settings(kind=kind, **{**needed, **changes})


def network(kind: str, input: Input, target: Target, seeds: list[int] = SEEDS, **changes: Any) -> Network:
    chosen = settings(kind, **changes)
    made = build_network(chosen, input, target, len(seeds), dtype=torch.float64)
    if chosen.init_scheme is None:
        initialise(made, seeds, 1.0)
    else:
        initialise_by_scheme(made, seeds, 1.0, chosen.init_scheme)
    return made


def samples(input: Input, first: int = 1) -> Tensor:
    """Pixels or tokens (first, BATCH, *shape)."""
    random, shape = torch.Generator().manual_seed(0), (first, BATCH, *input.shape)
    if isinstance(input, Tokens):
        return torch.randint(input.vocabulary, shape, generator=random)
    return torch.rand(shape, dtype=torch.float64, generator=random)


def test_every_architecture_is_tried() -> None:
    assert {case.values[0] for case in CASES} == MODELS.keys()


@pytest.mark.parametrize(("kind", "input", "target"), CASES)
def test_layers_are_those_that_are_declared(kind: str, input: Input, target: Target) -> None:
    made = network(kind, input, target, [0])
    declared = layers_of(settings(kind), input, target)
    assert made.layers == declared
    with FlopCounterMode(display=False, custom_mapping=ATTENTION) as counted, torch.no_grad():
        outputs = made.preactivations(samples(input)[:, :1])
    assert [tuple(output.shape[2:]) for output in outputs] == [layer.shape for layer in declared]
    assert sum(layer.parameters for layer in declared) == sum(parameter.numel() for parameter in made.parameters())
    assert 2 * sum(layer.multiply_adds for layer in declared) == counted.get_total_flops()
    places = (input.size,) if target.kind == "classes_of_positions" else ()
    assert declared[-1].shape == (*places, CLASSES)
    assert declared[-1].features == CLASSES
    assert set(made.parameter_layers) == dict(made.named_parameters()).keys()
    assert set(made.parameter_layers.values()) <= set(range(1, len(declared) + 1))
    for number, layer in enumerate(declared, start=1):
        own = [name for name, of_layer in made.parameter_layers.items() if of_layer == number]
        assert sum(made.get_parameter(name).numel() for name in own) == layer.parameters, layer.name


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize(("kind", "input", "target"), CASES)
def test_reported_layers_lead_to_the_outputs(kind: str, input: Input, target: Target, batch_norm: bool) -> None:
    if batch_norm and input.kind == "tokens":
        pytest.skip("there is no batch normalisation on tokens")
    made = network(kind, input, target, batch_norm=batch_norm).eval()
    inputs = samples(input)
    outputs = made.preactivations(inputs)
    torch.testing.assert_close(outputs[-1], made(inputs), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(made.rest(made.first(inputs))[-1], outputs[-1], rtol=1e-12, atol=1e-12)
    of_each_seed = inputs.expand(len(SEEDS), *inputs.shape[1:])
    torch.testing.assert_close(made(of_each_seed), outputs[-1], rtol=1e-10, atol=1e-12)
    if input.kind == "tokens":
        return
    one, other = samples(input), samples(input).flip(1)
    mixed = made.first(0.3 * one + 0.7 * other)
    torch.testing.assert_close(mixed, 0.3 * made.first(one) + 0.7 * made.first(other), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("kind", "input", "target"), CASES)
def test_seeds_do_not_mix(kind: str, input: Input, target: Target) -> None:
    together, alone = network(kind, input, target), network(kind, input, target, SEEDS[1:])
    inputs = samples(input, len(SEEDS))
    torch.testing.assert_close(together(inputs)[1:], alone(inputs[1:]), rtol=1e-12, atol=1e-12)
    parameters = dict(together.named_parameters())
    loss = together(inputs)[0].square().sum()
    for name, gradient in zip(parameters, torch.autograd.grad(loss, list(parameters.values())), strict=True):
        assert gradient[0].abs().sum() > 0, name
        assert gradient[1].abs().sum() == 0, name

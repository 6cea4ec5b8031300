"""What every architecture of the registry promises, tried on each."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from grokscope.data.declared import Classes, Images
from grokscope.models.build import build_network
from grokscope.models.declared import ModelSettings
from grokscope.models.initialise import initialise
from grokscope.models.network import Network
from grokscope.models.registry import MODELS, layers_of, model_settings

SHAPES = [(1, 12, 12), (3, 16, 16)]
CLASSES, BATCH, SEEDS = 5, 4, [3, 8]


def settings(kind: str, **changes: Any) -> ModelSettings:
    """A small network of the kind: every required number is small."""
    needed = {
        key: 3 for key, field in MODELS[kind].settings.model_fields.items() if field.is_required() and key != "kind"
    }
    return model_settings(kind=kind, **{**needed, **changes})


def network(kind: str, shape: tuple[int, int, int], seeds: list[int] = SEEDS, **changes: Any) -> Network:
    made = build_network(settings(kind, **changes), Images(shape), Classes(CLASSES), len(seeds), dtype=torch.float64)
    initialise(made, seeds, 1.0)
    return made


def images(shape: tuple[int, int, int], first: int = 1) -> Tensor:
    return torch.rand(first, BATCH, *shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("kind", MODELS)
def test_layers_are_those_that_are_declared(kind: str, shape: tuple[int, int, int]) -> None:
    made = network(kind, shape, [0])
    declared = layers_of(settings(kind), Images(shape), Classes(CLASSES))
    assert made.layers == declared
    with FlopCounterMode(display=False) as counted, torch.no_grad():
        outputs = made.preactivations(images(shape)[:, :1])
    assert [tuple(output.shape[2:]) for output in outputs] == [layer.shape for layer in declared]
    assert sum(layer.parameters for layer in declared) == sum(parameter.numel() for parameter in made.parameters())
    assert 2 * sum(layer.multiply_adds for layer in declared) == counted.get_total_flops()
    assert declared[-1].shape == (CLASSES,)
    assert set(made.parameter_layers) == dict(made.named_parameters()).keys()
    assert set(made.parameter_layers.values()) <= set(range(1, len(declared) + 1))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("kind", MODELS)
def test_reported_layers_lead_to_the_logits(kind: str, shape: tuple[int, int, int], batch_norm: bool) -> None:
    made = network(kind, shape, batch_norm=batch_norm).eval()
    pixels = images(shape)
    outputs = made.preactivations(pixels)
    torch.testing.assert_close(outputs[-1], made(pixels), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(made.rest(made.first(pixels))[-1], outputs[-1], rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(made(pixels.expand(len(SEEDS), -1, -1, -1, -1)), outputs[-1], rtol=1e-10, atol=1e-12)
    one, other = images(shape), images(shape).flip(1)
    mixed = made.first(0.3 * one + 0.7 * other)
    torch.testing.assert_close(mixed, 0.3 * made.first(one) + 0.7 * made.first(other), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", MODELS)
def test_seeds_do_not_mix(kind: str) -> None:
    shape = SHAPES[0]
    together, alone = network(kind, shape), network(kind, shape, SEEDS[1:])
    pixels = images(shape)
    torch.testing.assert_close(together(pixels)[1:], alone(pixels), rtol=1e-12, atol=1e-12)
    (gradient,) = torch.autograd.grad(together(pixels)[0].sum(), [together.get_parameter("weight_1")])
    assert gradient[0].abs().sum() > 0
    assert gradient[1].abs().sum() == 0

"""Stacked convolutional networks against torch.nn layers, one seed at a time."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from grokscope.data.declared import Classes, Images
from grokscope.models.build import build_network
from grokscope.models.cnn.network import ConvolutionalNetwork
from grokscope.models.initialise import initialise
from grokscope.models.registry import model_settings

SEEDS, BATCH, CLASSES = 3, 4, 10


def cnn(depth: int = 5, shape: tuple[int, int, int] = (3, 32, 32), **changes: object) -> ConvolutionalNetwork:
    settings = model_settings(**{"kind": "cnn", "depth": depth, "width": 4, "dense_width": 9, **changes})
    network = build_network(
        settings, Images(shape, (0.4,) * shape[0], (0.3,) * shape[0]), Classes(CLASSES), SEEDS, dtype=torch.float64
    )
    initialise(network, list(range(SEEDS)), 1.0)
    assert isinstance(network, ConvolutionalNetwork)
    return network


def reference(network: ConvolutionalNetwork, seed: int, dense_activation: bool = True) -> nn.Sequential:
    """torch.nn's network with the weights of one seed."""
    tensors = {name: value[seed] for name, value in network.state_dict().items()}
    layers: list[nn.Module] = []
    for layer, kind in enumerate(network.layer_kinds, start=1):
        weight, bias = tensors[f"weight_{layer}"], tensors[f"bias_{layer}"].flatten()
        module: nn.Conv2d | nn.Linear
        norm: nn.Module
        if kind == "convolution":
            module = nn.Conv2d(weight.shape[1], weight.shape[0], 3, stride=network.strides[layer - 1], padding=1)
            module.weight.data, norm = weight.clone(), nn.BatchNorm2d(len(bias))
        else:
            if network.layer_kinds[layer - 2] == "convolution":
                layers += [nn.AvgPool2d(network.window), nn.Flatten()]
            module = nn.Linear(*weight.shape)
            module.weight.data, norm = weight.T.clone(), nn.BatchNorm1d(len(bias))
        module.bias.data = bias.clone()
        layers.append(module)
        if f"scale_{layer}" in tensors:
            layers.append(norm)
        if layer < network.depth and (kind == "convolution" or dense_activation):
            layers.append(nn.ReLU())
    return nn.Sequential(*layers).double().train(network.training)


@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 28, 28)])
@pytest.mark.parametrize("depth", [1, 2, 5, 6])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_forward_and_preactivations(depth: int, shape: tuple[int, int, int], batch_norm: bool) -> None:
    network = cnn(depth, shape, batch_norm=batch_norm)
    models = [reference(network, seed) for seed in range(SEEDS)]
    for training, shared in ((True, False), (False, False), (False, True)):
        network.train(training)
        images = torch.rand(1 if shared else SEEDS, BATCH, *shape, dtype=torch.float64)
        logits = network(images)
        for seed, model in enumerate(models):
            model.train(training)
            torch.testing.assert_close(logits[seed], model(images[0 if shared else seed]), rtol=1e-10, atol=1e-10)
    reported = network.preactivations(images)
    torch.testing.assert_close(reported[-1], logits, rtol=0, atol=0)
    for one, other in zip(network.rest(reported[0]), reported, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)
    z, seen = images[0], []
    for module in models[1]:
        if isinstance(module, nn.ReLU):
            seen.append(z)
        z = module(z)
    for one, other in zip(reported, [*seen, z], strict=True):
        torch.testing.assert_close(one[1], other, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("dense_activation", [False, True])
@pytest.mark.parametrize("dense_batch_norm", [False, True])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_the_hidden_linear_layer_without_nonlinearity_or_batch_normalisation(
    batch_norm: bool, dense_batch_norm: bool, dense_activation: bool
) -> None:
    network = cnn(
        3, batch_norm=batch_norm, dense_batch_norm=dense_batch_norm, dense_activation=dense_activation, normalize=True
    )
    names = {f"scale_{layer}" for layer in range(1, 4 + dense_batch_norm)} if batch_norm else set()
    assert {name for name in network.parameter_layers if name.startswith("scale_")} == names
    assert [layer.activated for layer in network.layers] == [True] * 3 + [dense_activation, True]
    models = [reference(network, seed, dense_activation) for seed in range(SEEDS)]
    pixels = torch.rand(SEEDS, BATCH, 3, 32, 32, dtype=torch.float64)
    for training in (True, True, False):
        network.train(training)
        logits, layers = network(pixels), network.preactivations(pixels)
        assert torch.equal(logits, layers[-1])
        network.zero_grad()
        logits.square().sum().backward()
        for seed, model in enumerate(models):
            model.train(training).zero_grad()
            # twice, as the stacked network has seen the batch twice
            normalised = (pixels[seed] - 0.4) / 0.3
            model(normalised)
            expected = model(normalised)
            torch.testing.assert_close(logits[seed], expected, rtol=1e-10, atol=1e-10)
            expected.square().sum().backward()
            first = model[0].weight.grad
            assert isinstance(first, torch.Tensor)
            gradient = network.weight_1.grad
            assert gradient is not None
            torch.testing.assert_close(gradient[seed], first, rtol=1e-8, atol=1e-10 * float(first.abs().max()))


def test_settings_of_the_hidden_linear_layer_and_their_defaults() -> None:
    plain = model_settings(kind="cnn", depth=5, width=4)
    assert model_settings(kind="cnn", depth=5, width=4, dense_activation=True, dense_batch_norm=True) == plain
    assert model_settings(kind="cnn", depth=5, width=4, dense_batch_norm=False) == plain
    assert model_settings(kind="cnn", depth=5, width=4, batch_norm=True, dense_batch_norm=False) != model_settings(
        kind="cnn", depth=5, width=4, batch_norm=True
    )


def test_shapes_of_depth_five() -> None:
    network = cnn(normalize=True).eval()
    images = torch.rand(1, BATCH, 3, 32, 32, dtype=torch.float64)
    shapes = [(4, 32, 32), (4, 16, 16), (8, 16, 16), (8, 8, 8), (16, 8, 8), (9,), (10,)]
    assert [tuple(z.shape) for z in network.preactivations(images)] == [(SEEDS, BATCH, *shape) for shape in shapes]
    assert network.weight_6.shape == (SEEDS, 16 * 4 * 4, 9)
    assert network.layer_kinds == ["convolution"] * 5 + ["linear"] * 2
    assert network.parameter_layers["weight_7"] == 7


def test_first_is_affine_and_gradients_survive_overwriting() -> None:
    network = cnn(2, normalize=True, batch_norm=True)
    one, other = torch.rand(2, SEEDS, BATCH, 3, 32, 32, dtype=torch.float64)
    wanted = torch.autograd.grad(network.preactivations(one)[-1].square().sum(), list(network.parameters()))
    got = torch.autograd.grad(network(one).square().sum(), list(network.parameters()))
    for gradient, same in zip(got, wanted, strict=True):
        torch.testing.assert_close(gradient, same, rtol=1e-10, atol=1e-10)
    network.eval()
    torch.testing.assert_close(
        network.first(0.3 * one + 0.7 * other),
        0.3 * network.first(one) + 0.7 * network.first(other),
        rtol=1e-10,
        atol=1e-10,
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_diverged_seed_leaves_the_others(dtype: torch.dtype) -> None:
    network = cnn(3, batch_norm=True).to(dtype)
    images = torch.rand(SEEDS, BATCH, 3, 32, 32, dtype=dtype)
    wanted = torch.autograd.grad(network(images)[[0, 2]].square().sum(), list(network.parameters()))
    with torch.no_grad():
        network.weight_2[1].fill_(float("nan"))
    logits = network(images)
    assert logits[1].isnan().all()
    got = torch.autograd.grad(logits.square().sum(), list(network.parameters()))
    for gradient, same in zip(got, wanted, strict=True):
        torch.testing.assert_close(gradient[[0, 2]], same[[0, 2]])

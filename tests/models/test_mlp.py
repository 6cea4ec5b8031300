"""Stacked multi-layer perceptrons against torch.nn layers, one seed at a time."""

from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor, nn

from grokscope.data.declared import Classes, Images
from grokscope.models.build import build_network
from grokscope.models.initialise import initialise
from grokscope.models.network import Network
from grokscope.models.registry import model_settings

SHAPE, CLASSES, BATCH = (1, 6, 5), 10, 7
ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "leaky_relu": lambda: nn.LeakyReLU(0.01), "tanh": nn.Tanh}


def mlp(seeds: int = 3, depth: int = 3, **changes: object) -> Network:
    settings = model_settings(**{"kind": "mlp", "depth": depth, "width": 8, **changes})
    network = build_network(settings, Images(SHAPE, (0.2,), (0.4,)), Classes(CLASSES), seeds, dtype=torch.float64)
    initialise(network, list(range(seeds)), 2.0)
    return network


def reference(network: Network, seed: int) -> nn.Sequential:
    """torch.nn's network with the weights of one seed."""
    tensors = {name: value[seed] for name, value in network.state_dict().items()}
    depth = len(network.layer_kinds)
    layers: list[nn.Module] = []
    for layer in range(1, depth + 1):
        weight = tensors[f"weight_{layer}"]
        linear = nn.Linear(*weight.shape)
        linear.weight.data, linear.bias.data = weight.T.clone(), tensors[f"bias_{layer}"][0].clone()
        layers.append(linear)
        if f"scale_{layer}" in tensors:
            norm = nn.BatchNorm1d(weight.shape[1])
            norm.weight.data, norm.bias.data = tensors[f"scale_{layer}"].clone(), tensors[f"shift_{layer}"].clone()
            norm.running_mean, norm.running_var = (
                tensors[f"running_mean_{layer}"].clone(),
                tensors[f"running_variance_{layer}"].clone(),
            )
            layers.append(norm)
        if layer < depth:
            layers.append(ACTIVATIONS[network.activation]())
    return nn.Sequential(*layers).double().train(network.training)


def pixels(seeds: int) -> Tensor:
    return torch.rand((seeds, BATCH, *SHAPE), dtype=torch.float64, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_forward_is_that_of_linear_layers(depth: int, activation: str) -> None:
    network = mlp(depth=depth, activation=activation)
    images = pixels(3)
    logits = network(images)
    assert logits.shape == (3, BATCH, CLASSES)
    for seed in range(3):
        torch.testing.assert_close(
            logits[seed], reference(network, seed)(images[seed].flatten(1)), rtol=1e-12, atol=1e-12
        )


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("shared", [False, True])
def test_preactivations(batch_norm: bool, normalize: bool, shared: bool) -> None:
    network = mlp(depth=4, batch_norm=batch_norm, normalize=normalize).eval()
    images = pixels(1 if shared else 3)
    reported = network.preactivations(images)
    assert [tuple(z.shape) for z in reported] == [(3, BATCH, 8)] * 3 + [(3, BATCH, CLASSES)]
    torch.testing.assert_close(reported[-1], network(images), rtol=0, atol=0)
    for one, other in zip(network.rest(network.first(images)), reported, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)
    torch.testing.assert_close(
        reported[-1], network.preactivations(images.expand(3, -1, -1, -1, -1))[-1], rtol=1e-12, atol=1e-12
    )
    for seed in range(3):
        inputs = (images[0 if shared else seed].flatten(1) - (0.2 if normalize else 0)) / (0.4 if normalize else 1)
        model, seen = reference(network, seed), []
        for module in model:
            if isinstance(module, nn.ReLU):
                seen.append(inputs)
            inputs = module(inputs)
        for one, other in zip(reported, [*seen, inputs], strict=True):
            torch.testing.assert_close(one[seed], other, rtol=1e-12, atol=1e-12)


def test_batch_norm_in_training_and_evaluation() -> None:
    network = mlp(batch_norm=True)
    models = [reference(network, seed) for seed in range(3)]
    for _ in range(3):
        images = pixels(3) + torch.rand(3, 1, 1, 1, 1, dtype=torch.float64)
        logits = network(images)
        for seed, model in enumerate(models):
            torch.testing.assert_close(logits[seed], model(images[seed].flatten(1)), rtol=1e-11, atol=1e-11)
    network.eval()
    logits = network(images)
    for seed, model in enumerate(models):
        torch.testing.assert_close(network.running_variance_2[seed], model[4].running_var, rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(logits[seed], model.eval()(images[seed].flatten(1)), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_first_is_affine_in_evaluation(batch_norm: bool) -> None:
    network = mlp(batch_norm=batch_norm, normalize=True)
    network(pixels(3))
    network.eval()
    one, other = pixels(3), pixels(3).flip(1)
    torch.testing.assert_close(
        network.first(0.3 * one + 0.7 * other),
        0.3 * network.first(one) + 0.7 * network.first(other),
        rtol=1e-12,
        atol=1e-12,
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_survive_overwriting(activation: str) -> None:
    """`forward` overwrites pre-activations; its gradients are those of the layers that do not."""
    network = mlp(activation=activation, batch_norm=activation == "relu")
    images = pixels(3).requires_grad_()
    wanted = torch.autograd.grad(network.preactivations(images)[-1].square().sum(), [*network.parameters(), images])
    got = torch.autograd.grad(network(images).square().sum(), [*network.parameters(), images])
    for one, other in zip(got, wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-12)


def test_layers_of_parameters() -> None:
    network = mlp(depth=2, batch_norm=True)
    assert network.layer_kinds == ["linear", "linear"]
    assert network.parameter_layers == {
        "weight_1": 1,
        "bias_1": 1,
        "scale_1": 1,
        "shift_1": 1,
        "weight_2": 2,
        "bias_2": 2,
    }
    assert set(network.parameter_layers) == dict(network.named_parameters()).keys()
    assert all(value.shape[0] == 3 for value in network.state_dict().values())
    assert "channel_mean" not in network.state_dict()


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize(("depth", "units"), [(2, [3]), (3, [8, 3]), (5, [8, 8, 8, 3])])
def test_a_bottleneck_is_before_the_logits(depth: int, units: list[int], batch_norm: bool) -> None:
    network = mlp(depth=depth, bottleneck=3, batch_norm=batch_norm)
    images = pixels(3)
    layers = network.preactivations(images)
    assert [layer.shape[2] for layer in layers] == [*units, CLASSES]
    for seed in range(3):
        torch.testing.assert_close(
            layers[-1][seed], reference(network, seed)(images[seed].flatten(1)), rtol=1e-11, atol=1e-11
        )
    logits = layers[-1][0] - layers[-1][0].mean(dim=0)
    assert int(torch.linalg.matrix_rank(logits)) <= 3


def test_a_bottleneck_changes_nothing_before_it() -> None:
    """So that runs with and without one start alike."""
    without, whole, narrow = (mlp(depth=4, bottleneck=bottleneck).state_dict() for bottleneck in (None, 8, 3))
    for name, value in without.items():
        assert torch.equal(whole[name], value), name
        assert torch.equal(narrow[name], value) == (name[-1] in "12"), name


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"bottleneck": 9}, "bottleneck 9 is larger than width 8"),
        ({"bottleneck": 0}, "greater than 0"),
        ({"bottleneck": 3, "depth": 1}, "bottleneck 3: an mlp of depth 1 has no hidden layer"),
        ({"bottleneck": 3, "kind": "cnn"}, "cnn.bottleneck\n  Extra inputs are not permitted"),
    ],
)
def test_impossible_bottlenecks(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        mlp(**{"depth": 3, **changes})

"""Stacked pre-activation residual networks against a plain module after the released code of P2."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from grokscope.data.declared import Classes, Images
from grokscope.models.network import Network
from grokscope.models.registry import layers_of, model_settings
from residual_support import (
    CLASSES,
    SEEDS,
    Pairs,
    PlainResnet,
    Same,
    check_training,
    images,
    inputs_of_relus,
    load,
    norm_pairs,
    residual,
)

SHAPE = (3, 16, 16)


def pairs(blocks: int) -> Pairs:
    """Names of parameters and buffers, ours and those of `PlainResnet` with this many blocks in all."""
    last = 2 * blocks + 2
    found = [("weight_1", "conv1.weight"), (f"weight_{last}", "linear.weight"), (f"bias_{last}", "linear.bias")]
    for number in range(blocks):
        middle, end, block = 2 * number + 2, 2 * number + 3, f"blocks.{number}"
        found += [(f"weight_{middle}", f"{block}.conv1.weight"), (f"branch_{end}", f"{block}.conv2.weight")]
        found += [(f"shortcut_{end}", f"{block}.shortcut.weight")]
        found += [*norm_pairs(str(end - 2), f"{block}.bn1"), *norm_pairs(str(middle), f"{block}.bn2")]
    return found


def plain(
    width: int, stages: int, blocks: int, batch_norm: bool, channels: int = 3, pool: int | None = None
) -> nn.Module:
    return PlainResnet(channels, width, stages, blocks, nn.BatchNorm2d if batch_norm else Same, pool)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize(
    ("shape", "stages", "blocks", "pool"),
    [((3, 32, 32), 4, 2, 4), ((1, 28, 28), 4, 1, 4), ((3, 17, 12), 3, 2, None), ((3, 8, 8), 1, 3, 8)],
    ids=str,
)
def test_training_is_that_of_the_plain_module(
    shape: tuple[int, int, int], stages: int, blocks: int, pool: int | None, batch_norm: bool
) -> None:
    network = residual("resnet", shape, stages=stages, blocks=blocks, batch_norm=batch_norm, normalize=True)
    modules = [plain(3, stages, blocks, batch_norm, shape[0], pool) for _ in SEEDS]
    check_training(network, modules, pairs(stages * blocks), shape)


def trained_statistics(network: Network, shape: tuple[int, int, int] = SHAPE) -> Network:
    """The network in evaluation mode after batch normalisation has seen a few batches."""
    with torch.no_grad():
        for draw in range(3):
            network.train()(images(shape, draw=draw))
    return network.eval()


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_reported_are_the_sixteen_inputs_of_relus_the_averages_and_the_logits(batch_norm: bool, training: bool) -> None:
    network = trained_statistics(residual("resnet", batch_norm=batch_norm)).train(training)
    modules = [plain(3, 4, 2, batch_norm) for _ in SEEDS]
    load(network, modules, pairs(8))
    pixels = images(SHAPE, draw=5)
    reported = network.preactivations(pixels)
    assert len(reported) == 18
    for position, module in enumerate(modules):
        averages: list[torch.Tensor] = []
        module.train(training).linear.register_forward_pre_hook(lambda _, inputs, kept=averages: kept.append(inputs[0]))
        seen = inputs_of_relus(module, pixels[position])
        assert len(seen) == 16
        for one, other in zip([layer[position] for layer in reported[:17]], [*seen, *averages], strict=True):
            torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_the_rest_goes_on_from_the_first_layer_alone(batch_norm: bool) -> None:
    network = trained_statistics(residual("resnet", blocks=1, batch_norm=batch_norm))
    pixels = images(SHAPE, draw=5)
    wanted = network.preactivations(pixels)
    for one, other in zip(network.rest(network.first(pixels).contiguous()), wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-11)


def test_the_rest_with_batch_normalisation_needs_running_statistics_and_scales() -> None:
    network = trained_statistics(residual("resnet", blocks=1, batch_norm=True))
    z = network.first(images(SHAPE))
    with pytest.raises(RuntimeError, match=r"evaluation mode; call eval\(\)"):
        network.train().rest(z)
    with torch.no_grad():
        network.get_parameter("scale_1")[1, 2] = 0.0
    network.eval()
    outputs = network.rest(network.first(images(SHAPE)))[-1]
    assert outputs[1].isnan().all()
    assert outputs[[0, 2]].isfinite().all()
    assert network(images(SHAPE)).isfinite().all()


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("kind", ["resnet", "resnet_imagenet"])
def test_gradients_survive_overwriting(kind: str, batch_norm: bool) -> None:
    network = residual(kind, batch_norm=batch_norm)
    pixels = images(SHAPE).requires_grad_()
    asked = [pixels, *network.parameters()]
    wanted = torch.autograd.grad(network.preactivations(pixels)[-1].square().sum(), asked)
    for one, other in zip(torch.autograd.grad(network(pixels).square().sum(), asked), wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("kind", ["resnet", "resnet_imagenet"])
def test_a_diverged_seed_leaves_the_others(kind: str, dtype: torch.dtype) -> None:
    network = residual(kind, dtype=dtype, batch_norm=True)
    pixels = images(SHAPE).to(dtype)
    wanted = torch.autograd.grad(network(pixels)[[0, 2]].square().sum(), list(network.parameters()))
    with torch.no_grad():
        network.get_parameter("weight_2")[1].fill_(float("nan"))
    logits = network(pixels)
    assert logits[1].isnan().all()
    got = torch.autograd.grad(logits.square().sum(), list(network.parameters()))
    for gradient, same in zip(got, wanted, strict=True):
        torch.testing.assert_close(gradient[[0, 2]], same[[0, 2]])


@pytest.mark.parametrize("kind", ["resnet", "resnet_imagenet"])
def test_seeds_are_single_networks(kind: str) -> None:
    together = residual(kind, dtype=torch.float32)
    for position, seed in enumerate(SEEDS):
        alone = residual(kind, seeds=[seed], dtype=torch.float32)
        pixels = images(SHAPE, first=1).float()
        for name, value in alone.named_parameters():
            assert torch.equal(together.get_parameter(name)[position], value[0]), name
        torch.testing.assert_close(together(pixels)[position], alone(pixels)[0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", ["resnet", "resnet_imagenet"])
def test_parameters_are_counted_in_their_layers(kind: str) -> None:
    network = residual(kind, blocks=2)
    found = [0] * len(network.layers)
    for name, parameter in network.named_parameters():
        found[network.parameter_layers[name] - 1] += parameter[0].numel()
    assert found == [layer.parameters for layer in network.layers]


def test_resnet18_has_the_sizes_of_the_published_one() -> None:
    """The ResNet18 of the code that P2 took its network from has 11 171 146 parameters at width 64, 6 784 of them in
    batch normalisation, and 0.56 G multiply-adds.
    """
    settings = model_settings(kind="resnet", width=64)
    layers = layers_of(settings, Images((3, 32, 32)), Classes(10))
    assert sum(layer.parameters for layer in layers) == 11_171_146 - 6_784
    assert sum(layer.multiply_adds for layer in layers) == pytest.approx(0.556e9, rel=2e-3)
    assert [layer.counted for layer in layers] == [True] * 16 + [False] * 2
    assert settings.depth == 18
    shapes = [(64, 32, 32)] * 5 + [(128, 16, 16)] * 4 + [(256, 8, 8)] * 4 + [(512, 4, 4)] * 3 + [(512,), (10,)]
    assert [layer.shape for layer in layers] == shapes


def test_other_nonlinearities() -> None:
    network = residual("resnet", blocks=1, activation="gelu")
    reported = network.preactivations(images(SHAPE))
    y = network.activate(reported[0])
    inside = torch.nn.functional.conv2d(y[1], network.get_parameter("weight_2")[1], padding=1)
    torch.testing.assert_close(reported[1][1], inside, rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(network(images(SHAPE)), reported[-1], rtol=1e-12, atol=1e-12)
    assert reported[-1].shape == (len(SEEDS), 4, CLASSES)

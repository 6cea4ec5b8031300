"""The attack against one on torch's own layers, image by image, and against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from torch import nn

from grokscope.metrics.adversarial.pgd import attack, input_gradient, is_zero, random_start
from grokscope.models.network import Network
from metrics_helpers import SEEDS, initialised, random_context, run_settings

SHAPE = (1, 28, 28)


def modules_of(network: Network, seed: int) -> nn.Sequential:
    """One seed of a ReLU network as torch's own layers."""
    parts: list[nn.Module] = []
    for layer, kind in enumerate(network.layer_kinds, start=1):
        weight, bias = (network.get_parameter(f"{name}_{layer}")[seed].detach() for name in ("weight", "bias"))
        if kind == "convolution":
            stride = 2 if layer in (2, 4, 6) else 1
            module: nn.Module = nn.Conv2d(weight.shape[1], weight.shape[0], 3, stride=stride, padding=1).to(weight)
            module.load_state_dict({"weight": weight, "bias": bias})
        else:
            if layer == 1 or network.layer_kinds[layer - 2] == "convolution":
                parts += [nn.AvgPool2d(4), nn.Flatten()] if layer > 1 else [nn.Flatten()]
            module = nn.Linear(*weight.shape).to(weight)
            module.load_state_dict({"weight": weight.T, "bias": bias[0]})
        parts += [module, nn.ReLU()]
    return nn.Sequential(*parts[:-1])


def attack_one(
    model: nn.Sequential, image: torch.Tensor, label: int, epsilon: float, step_size: float, steps: int
) -> torch.Tensor:
    """An attack on one image, step by step with torch's own layers and `backward`."""
    adversary = image.clone()
    for _ in range(steps):
        adversary = adversary.detach().requires_grad_()
        nn.CrossEntropyLoss()(model(adversary[None]), torch.tensor([label])).backward()
        assert adversary.grad is not None
        moved = adversary.detach() + step_size * adversary.grad.sign()
        adversary = torch.clamp(image + torch.clamp(moved - image, -epsilon, epsilon), 0, 1)
    return adversary.detach()


@pytest.mark.parametrize("model", [{"depth": 1}, {"depth": 3}, {"kind": "cnn", "depth": 2, "width": 3}], ids=str)
def test_last_iterates_are_those_of_torchs_own_layers_image_by_image(model: dict) -> None:
    run = run_settings(dtype="float64", **model)
    network, context = initialised(run), random_context(run)
    images, labels = context.test_inputs[:, :5], context.targets("test")[:, :5]
    result = attack(network, images, labels, [0.03, 0.1], 0.02, 4)
    for seed in range(len(SEEDS)):
        one_seed = modules_of(network, seed)
        np.testing.assert_allclose(one_seed(images[0]).detach(), network(images)[seed].detach(), atol=1e-12)
        for index, epsilon in enumerate([0.03, 0.1]):
            for point in range(5):
                expected = attack_one(one_seed, images[0, point], int(labels[seed, point]), epsilon, 0.02, 4)
                np.testing.assert_allclose(result.images[seed, index, point], expected, atol=1e-12)
                np.testing.assert_allclose(
                    result.logits[seed, index, point], one_seed(expected[None])[0].detach(), atol=1e-12
                )
    assert not result.zero_at_start.any()


def test_a_linear_network_moves_every_pixel_to_the_side_that_lowers_its_margin() -> None:
    run = run_settings(dtype="float64", depth=1)
    network = initialised(run)
    with torch.no_grad():  # two classes that matter: classes 2 to 9 have no probability
        network.get_parameter("weight_1")[:, :, 2:] = 0
        network.get_parameter("bias_1")[:, :, 2:] = -1e4
    images = 0.3 + 0.4 * random_context(run).test_inputs[:, :6]
    labels = torch.tensor([[0, 1, 0, 1, 0, 1]] * 2)
    result = attack(network, images, labels, [0.05], 0.02, 5)
    weight = network.get_parameter("weight_1").detach()
    for seed in range(2):
        towards_one = (weight[seed, :, 1] - weight[seed, :, 0]).sign().view(SHAPE)
        side = torch.where(labels[seed] == 0, 1.0, -1.0)[:, None, None, None]
        np.testing.assert_allclose(result.images[seed, 0], images[0] + 0.05 * side * towards_one, atol=1e-15)


@hypothesis_settings(max_examples=25)
@given(
    epsilon=st.floats(0, 1),
    step_size=st.floats(1e-4, 2),
    steps=st.integers(1, 4),
    use_start=st.booleans(),
    dtype=st.sampled_from(["float32", "float64"]),
    dark=st.booleans(),
)
def test_never_outside_ball_or_box(
    epsilon: float, step_size: float, steps: int, use_start: bool, dtype: str, dark: bool
) -> None:
    run = run_settings(dtype=dtype, depth=2)
    context = random_context(run)
    images = context.test_inputs[:, :3].round() if dark else context.test_inputs[:, :3]
    start = random_start(epsilon, 3, SHAPE).to(images).expand(2, -1, -1, -1, -1) if use_start else None
    result = attack(initialised(run), images, context.targets("test")[:, :3], [epsilon, 0.1], step_size, steps, start)
    assert result.images.min() >= 0
    assert result.images.max() <= 1
    rounding = 2 * torch.finfo(images.dtype).eps
    assert (result.images[:, 0] - images).abs().max() <= epsilon + rounding
    assert (result.images[:, 1] - images).abs().max() <= 0.1 + rounding


def test_gradient_of_an_image_does_not_depend_on_its_batch_and_nan_is_not_zero() -> None:
    run = run_settings(dtype="float64")
    network, context = initialised(run), random_context(run)
    images, labels = context.test_inputs[:, :6].expand(2, -1, -1, -1, -1), context.targets("test")[:, :6]
    whole, logits = input_gradient(network, images, labels)
    alone, _ = input_gradient(network, images[:, 2:3], labels[:, 2:3])
    np.testing.assert_allclose(whole[:, 2:3], alone, atol=1e-15)
    assert not logits.requires_grad
    assert all(parameter.grad is None for parameter in network.parameters())
    values = torch.tensor([[0.0, -0.0], [0.0, 1e-300], [math.nan, 0.0]], dtype=torch.float64).view(1, 3, 1, 1, 2)
    assert is_zero(values).tolist() == [[True, False, False]]

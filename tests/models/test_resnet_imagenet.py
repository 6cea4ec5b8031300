"""Stacked residual networks for larger images against torchvision's ResNet."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torchvision.models.resnet import BasicBlock, ResNet, resnet18

from grokscope.data.declared import Classes, Images
from grokscope.models.registry import layers_of, model_settings
from residual_support import (
    CLASSES,
    SEEDS,
    Pairs,
    Same,
    check_training,
    images,
    inputs_of_relus,
    load,
    norm_pairs,
    residual,
)

WIDTH = 8


def pairs(blocks_of_stages: list[int]) -> Pairs:
    """Names of parameters and buffers, ours and torchvision's."""
    last = 2 * sum(blocks_of_stages) + 3
    found = [("weight_1", "conv1.weight"), (f"weight_{last}", "fc.weight"), (f"bias_{last}", "fc.bias")]
    found += norm_pairs("1", "bn1")
    end = 1
    for stage, blocks in enumerate(blocks_of_stages, start=1):
        for number in range(blocks):
            middle, end, block = end + 1, end + 2, f"layer{stage}.{number}"
            found += [(f"weight_{middle}", f"{block}.conv1.weight"), (f"weight_{end}", f"{block}.conv2.weight")]
            found += [(f"shortcut_{end}", f"{block}.downsample.0.weight")]
            found += norm_pairs(f"shortcut_{end}", f"{block}.downsample.1")
            found += [*norm_pairs(str(middle), f"{block}.bn1"), *norm_pairs(str(end), f"{block}.bn2")]
    return found


class Narrow(ResNet):
    """torchvision's network with an eighth of its channels."""

    def __init__(self, blocks: int, norm: type[nn.Module]) -> None:
        super().__init__(BasicBlock, [blocks] * 4, CLASSES, norm_layer=norm)
        self.inplanes, width = WIDTH, WIDTH
        self.conv1 = nn.Conv2d(3, width, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = norm(width)
        for stage in range(4):
            made = self._make_layer(BasicBlock, width * 2**stage, blocks, stride=1 if stage == 0 else 2)
            setattr(self, f"layer{stage + 1}", made)
        self.fc = nn.Linear(8 * width, CLASSES)


def narrow(blocks: int, batch_norm: bool) -> ResNet:
    return Narrow(blocks, nn.BatchNorm2d if batch_norm else Same)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize(("shape", "blocks"), [((3, 64, 64), 2), ((3, 33, 70), 1)], ids=str)
def test_training_is_that_of_torchvision(shape: tuple[int, int, int], blocks: int, batch_norm: bool) -> None:
    network = residual("resnet_imagenet", shape, width=WIDTH, blocks=blocks, batch_norm=batch_norm, normalize=True)
    check_training(network, [narrow(blocks, batch_norm) for _ in SEEDS], pairs([blocks] * 4), shape)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_it_is_torchvisions_resnet18(batch_norm: bool) -> None:
    network = residual("resnet_imagenet", (3, 32, 32), SEEDS[:1], width=64, batch_norm=batch_norm)
    norm = nn.BatchNorm2d if batch_norm else nn.Identity
    modules = [resnet18(num_classes=CLASSES, norm_layer=norm) for _ in SEEDS[:1]]
    check_training(network, modules, pairs([2] * 4), (3, 32, 32), steps=1)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_reported_are_the_inputs_of_relus_the_averages_and_the_logits(batch_norm: bool) -> None:
    shape = (3, 48, 48)
    network = residual("resnet_imagenet", shape, width=WIDTH, blocks=1, batch_norm=batch_norm).eval()
    modules = [narrow(1, batch_norm).eval() for _ in SEEDS]
    load(network, modules, pairs([1] * 4))
    pixels = images(shape)
    reported = network.preactivations(pixels)
    for position, module in enumerate(modules):
        averages: list[torch.Tensor] = []
        module.fc.register_forward_pre_hook(lambda _, inputs, kept=averages: kept.append(inputs[0]))
        seen = inputs_of_relus(module, pixels[position])
        assert len(seen) == 9
        wanted = [*seen, *averages, module(pixels[position])]
        for one, other in zip(reported, wanted[: len(reported)], strict=True):
            torch.testing.assert_close(one[position], other, rtol=1e-8, atol=1e-10)


def test_resnet18_has_the_sizes_of_torchvisions() -> None:
    """11 689 512 parameters with 1000 classes, 9 600 of them in batch normalisation; 1.814 G multiply-adds at 224 x
    224; and the 2 308 096 neurons that P2 counts there.
    """
    layers = layers_of(model_settings(kind="resnet_imagenet", width=64), Images((3, 224, 224)), Classes(1000))
    assert sum(layer.parameters for layer in layers) == 11_689_512 - 9_600
    assert sum(layer.multiply_adds for layer in layers) == 1_814_073_344
    assert sum(layer.outputs for layer in layers if layer.counted) == 2_308_096
    assert [layer.counted for layer in layers] == [True] * 17 + [False] * 2

"""Networks and closed forms for the tests of attacks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from grokscope.data.declared import Classes, Images
from grokscope.models.build import build_network
from grokscope.models.initialise import initialise
from grokscope.models.mlp.declaration import MlpSettings
from grokscope.models.network import Network

Reals = NDArray[np.float64]


def small_network(shape: tuple[int, int, int], classes: int, depth: int, seeds: int = 2, width: int = 12) -> Network:
    """A network in float64 on small images."""
    size = Images(shape, (0.5,) * shape[0], (0.5,) * shape[0])
    settings = MlpSettings(kind="mlp", depth=depth, width=width, init_scale=2)
    network = build_network(settings, size, Classes(classes), seeds, dtype=torch.float64)
    initialise(network, list(range(seeds)), settings.init_scale)
    return network.eval()


def two_classes(shape: tuple[int, int, int], seeds: int = 2, third: bool = False) -> Network:
    """A linear network with two classes, or with a `third` one that never has a large logit."""
    network = small_network(shape, 3 if third else 2, 1, seeds)
    with torch.no_grad():
        network.get_parameter("bias_1").zero_()
        if third:
            network.get_parameter("weight_1")[:, :, 2] = 0
            network.get_parameter("bias_1")[:, :, 2] = -1e4
    return network


def some_images(shape: tuple[int, int, int], count: int, salt: int = 0) -> Tensor:
    """Images `(1, count, C, H, W)`, some of whose pixels lie at the ends of their range."""
    generator = np.random.default_rng([3, salt])
    return torch.from_numpy(np.clip(generator.uniform(-0.3, 1.3, (1, count, *shape)), 0, 1))


def worst_image(network: Network, seed: int, image: Tensor, label: int, epsilon: float) -> tuple[Reals, float]:
    """Of a network from `two_classes`: the image in ball and box that raises the other class most, pixel by pixel, and
    by how much it then exceeds the label's.
    """
    weight = network.get_parameter("weight_1")[seed].detach().numpy()
    bias = network.get_parameter("bias_1")[seed, 0].detach().numpy()
    towards_other = weight[:, 1 - label] - weight[:, label]
    pixels = image.numpy().ravel()
    moved = np.where(towards_other > 0, np.minimum(pixels + epsilon, 1), np.maximum(pixels - epsilon, 0))
    return moved, float(moved @ towards_other + bias[1 - label] - bias[label])


def predictor(network: Network, seed: int) -> Callable[[Reals], Reals]:
    """The logits of one seed of a ReLU network for pixels `(..., pixels)`, by numpy alone."""
    parameters = {name: value.detach().numpy() for name, value in network.named_parameters()}
    last = len(network.layers)

    def logits(values: Reals) -> Reals:
        for layer in range(1, last + 1):
            values = values @ parameters[f"weight_{layer}"][seed] + parameters[f"bias_{layer}"][seed, 0]
            values = np.maximum(values, 0) if layer < last else values
        return values

    return logits


def margin_of(logits: Reals, label: int) -> Reals:
    """How far the largest other logit `(..., classes)` exceeds the label's."""
    return np.asarray(np.delete(logits, label, axis=-1).max(axis=-1) - logits[..., label])

"""Networks and closed forms for the tests of attacks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from grokscope.data.declared import Classes, Images
from grokscope.metrics.attack_suite.adaptive import check_iterations
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


def published_algorithm(
    network: Network,
    seed: int,
    image: Reals,
    label: int,
    epsilon: float,
    steps: int,
    start: Reals | None,
    target: int | None = None,
    cross_entropy: bool = False,
) -> tuple[Reals, bool, float]:
    """Algorithm 1 of Croce and Hein with the margin, that of a `target` or the cross-entropy, for one image; it ends
    where the network is fooled. Returns image, whether it fools, and the objective there.
    """
    fooled = [False]

    def f(x: Reals) -> tuple[float, Reals]:
        variable = torch.from_numpy(x)[None, None].requires_grad_()
        logits = network(variable)[seed, 0]
        fooled[0] = bool(logits.argmax() != label)
        others = logits[torch.arange(len(logits)) != label] if target is None else logits[target]
        value = torch.logsumexp(logits, 0) if cross_entropy else others.max()
        value = value - logits[label]
        value.backward()
        assert variable.grad is not None
        return float(value.detach()), variable.grad[0, 0].numpy()

    def project(x: Reals) -> Reals:
        return np.clip(np.clip(x, image - epsilon, image + epsilon), 0, 1)

    x = [image if start is None else np.clip(image + epsilon * start, 0, 1)]
    value, gradient = f(x[0])
    values = [value]
    best, best_value, best_gradient = x[0], value, gradient
    if fooled[0]:
        return best, True, value
    eta, last_check, shrunk, best_at_check = 2 * epsilon, 0, True, value
    for k in range(steps):
        z = project(x[k] + eta * np.sign(gradient))
        x.append(z if k == 0 else project(x[k] + 0.75 * (z - x[k]) + 0.25 * (x[k] - x[k - 1])))
        value, gradient = f(x[-1])
        values.append(value)
        if fooled[0]:
            return x[-1], True, value
        if value > best_value:
            best, best_value, best_gradient = x[-1], value, gradient
        if k + 1 in check_iterations(steps):
            rises = sum(values[i + 1] > values[i] for i in range(last_check, k + 1))
            first = rises < 0.75 * (k + 1 - last_check)
            second = not shrunk and best_value == best_at_check
            shrunk = first or second
            if shrunk:
                eta, x[-1], gradient, values[-1] = eta / 2, best, best_gradient, best_value
            last_check, best_at_check = k + 1, best_value
    return best, False, best_value

"""Small networks and random images for the tests of metrics."""

from __future__ import annotations

import numpy as np
import torch

from grokscope.config.run_settings import RunSettings
from grokscope.metrics.adversarial.declaration import AdversarialSettings
from grokscope.metrics.compute import network_of
from grokscope.metrics.context import EvaluationContext
from grokscope.models.initialise import initialise
from grokscope.models.network import Network

SEEDS = [3, 8]


def run_settings(
    kind: str = "mlp", depth: int = 3, width: int = 12, dtype: str = "float32", loss: str = "mse", **model: object
) -> RunSettings:
    return RunSettings.model_validate(
        {
            "data": {"name": "mnist", "train_size": 40, "test_size": 30},
            "model": {
                "kind": kind,
                "width": width,
                **({} if kind.startswith("resnet") else {"depth": depth}),
                **({"dense_width": 9} if kind == "cnn" else {}),
                **model,
            },
            "training": {
                "steps": 6,
                "batch_size": 10,
                "loss": loss,
                "optimizer": "adamw",
                "learning_rate": 1e-3,
                "dtype": dtype,
            },
            "checkpoints": {"grid": "log", "count": 4},
        }
    )


def initialised(settings: RunSettings, seeds: list[int] = SEEDS) -> Network:
    network = network_of(settings, len(seeds))
    initialise(network, seeds, settings.model.init_scale)
    return network


def random_context(
    settings: RunSettings, train: int = 40, test: int = 30, shared: bool = False, seeds: list[int] = SEEDS
) -> EvaluationContext:
    generator = torch.Generator().manual_seed(0)
    dtype = getattr(torch, settings.training.dtype)

    def images(first: int, count: int) -> torch.Tensor:
        return torch.rand(first, count, 1, 28, 28, generator=generator, dtype=torch.float64).to(dtype)

    return EvaluationContext(
        run=settings,
        seeds=seeds,
        train_inputs=images(1 if shared else len(seeds), train),
        train_targets=torch.randint(10, (len(seeds), train), generator=generator),
        test_inputs=images(1, test),
        test_targets=torch.randint(10, (1, test), generator=generator),
        device=torch.device("cpu"),
    )


def spoil(network: Network, seed_position: int, value: float = float("nan")) -> None:
    """Give one seed a weight in the first layer that is not a number."""
    with torch.no_grad():
        network.get_parameter("weight_1")[seed_position].view(-1)[0] = value


def confident(dtype: str, margin: float) -> Network:
    """A network that has learned nothing but is sure: class 0 leads by about `margin` whatever the image."""
    network = initialised(run_settings(dtype=dtype, depth=2))
    with torch.no_grad():
        network.get_parameter("bias_2")[:, :, 0] += margin
    return network


def attack_settings(**changes: object) -> AdversarialSettings:
    return AdversarialSettings.model_validate({"epsilons": [0.05, 0.2], "steps": 4, "points": 12} | changes)


def brute_force(network: Network, points: torch.Tensor, frame: torch.Tensor, radius: float) -> np.ndarray:
    """Cuts (S, points, layers) by a loop over points, neurons and vertices, each vertex alone through the whole
    network.
    """
    counts = np.zeros((network.seeds, points.shape[1], len(network.layer_kinds)))
    for seed in range(network.seeds):
        for point in range(points.shape[1]):
            x = points[min(seed, len(points) - 1), point]
            v = frame[:, min(point, frame.shape[1] - 1)]
            with torch.no_grad():
                outputs = [
                    network.preactivations((x + side * radius * way)[None, None]) for way in v for side in (1, -1)
                ]
            for layer in range(len(network.layer_kinds)):
                values = np.array([output[layer][seed].numpy().ravel() for output in outputs])  # (vertices, neurons)
                for neuron in values.T:
                    counts[seed, point, layer] += any(np.sign(value) != np.sign(neuron[0]) for value in neuron)
    return counts

"""Memory and time that the jobs of a run ask a cluster for, from its settings alone.

Requests, not predictions: time is for an old processor core (a current one is two to three times faster), memory has a margin.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from grokscope.config.dataset_facts import DATASET_FACTS
from grokscope.config.metric_settings import (
    AdversarialSettings,
    LocalComplexitySettings,
    MetricSettings,
    ProbesSettings,
    SpectraSettings,
)
from grokscope.config.run_settings import ModelSettings, RunSettings

PROCESS_MB = {"cpu": 900, "cuda": 4000}
"""A process with its libraries, chunks of a measurement and what the allocator keeps."""

MEMORY_MARGIN = 1.3
PRODUCTS_A_SECOND = {"cpu": 2e10, "cuda": 1e12}
"""Multiply-adds a second of one thread or one GPU in float32; half as many in float64."""

STEP_SECONDS = 1e-3
"""What an update takes for each layer however small the layer is."""

CHECKPOINT_SECONDS = 0.5
START_MINUTES = 20
"""For starting, loading and writing, and a node that is busy with other work."""

LONGEST_TRAINING = 24 * 60
"""In minutes: many clusters allow no more at once, and a training goes on when it is started again."""

NUMBER_BYTES = {"float32": 4, "float64": 8}
POOLED_SIDE = 4
PROBE_FEATURES_OF_A_CHANNEL = POOLED_SIDE**2


@dataclass(frozen=True)
class Resources:
    """What one job asks for: memory in megabytes and run time in minutes."""

    mem_mb: int
    runtime: int


@dataclass(frozen=True)
class Layer:
    """One layer for one image: multiply-adds, numbers it gives, parameters it has, and how many features a probe or a spectrum sees."""

    products: int
    outputs: int
    parameters: int
    features: int


def layers_of(model: ModelSettings, pixels: int, classes: int) -> list[Layer]:
    """The layers of a network as `grokscope.models` builds it, the logits last."""
    return _cnn_layers(model, pixels, classes) if model.kind == "cnn" else _mlp_layers(model, pixels, classes)


def _linear(inputs: int, outputs: int) -> Layer:
    return Layer(inputs * outputs, outputs, (inputs + 1) * outputs, outputs)


def _mlp_layers(model: ModelSettings, pixels: int, classes: int) -> list[Layer]:
    hidden = [model.width] * (model.depth - 1)
    if model.bottleneck is not None:
        hidden[-1:] = [model.bottleneck]
    sizes = [pixels, *hidden, classes]
    return [_linear(inputs, outputs) for inputs, outputs in pairwise(sizes)]


def _cnn_layers(model: ModelSettings, pixels: int, classes: int) -> list[Layer]:
    channels = 3 if pixels % 3 == 0 else 1
    side = math.isqrt(pixels // channels)
    layers = []
    for index in range(model.depth):
        side = -(-side // 2) if index % 2 else side
        outputs = model.width * 2 ** (index // 2)
        weights = 9 * channels * outputs
        layers.append(Layer(weights * side**2, outputs * side**2, weights + outputs, PROBE_FEATURES_OF_A_CHANNEL * outputs))
        channels = outputs
    pooled = side // -(-side // POOLED_SIDE)
    return [*layers, _linear(channels * pooled**2, model.dense_width), _linear(model.dense_width, classes)]


def training_resources(settings: RunSettings, seeds: int, device: str = "cpu", threads: int = 1) -> Resources:
    """What training a block of `seeds` seeds asks for. Forward and backward pass are three products of each weight with each image."""
    layers, training = _layers(settings), settings.training
    parameters = seeds * sum(layer.parameters for layer in layers)
    activations = seeds * training.batch_size * sum(layer.outputs for layer in layers)
    # weights, gradients, two moments of the optimiser and copies of all for the state; each activation with its gradient and in between
    numbers = 8 * parameters + 4 * activations + _training_pixels(settings, seeds)
    products = 3 * seeds * training.batch_size * sum(layer.products for layer in layers)
    seconds = training.steps * (products / _rate(settings.training.dtype, device, threads) + STEP_SECONDS * len(layers))
    seconds += CHECKPOINT_SECONDS * checkpoint_count(settings)
    needed = _resources(_dataset_bytes(settings) + numbers * NUMBER_BYTES[training.dtype], seconds, device)
    return Resources(needed.mem_mb, min(needed.runtime, LONGEST_TRAINING))


def metric_resources(name: str, metric: MetricSettings, settings: RunSettings, seeds: int, device: str = "cpu", threads: int = 1) -> Resources:
    """What measuring metric `name` of a block at its checkpoints asks for. A metric that is unknown here is taken for one forward pass."""
    numbers, products = _METRICS.get(name, _forward)(metric, settings, seeds)
    size = NUMBER_BYTES[settings.training.dtype]
    images = _training_pixels(settings, seeds) + _test_size(settings) * DATASET_FACTS[settings.data.name].pixels
    seconds = seeds * products / _rate(settings.training.dtype, device, threads) + CHECKPOINT_SECONDS
    return _resources(_dataset_bytes(settings) + (images + numbers) * size, seconds * _measured(metric, settings), device)


def checkpoint_count(settings: RunSettings) -> int:
    """At least as many checkpoints as `grokscope.training.schedule` has, and few more."""
    steps, early = settings.training.steps, 30 + 12
    counts = {"omnigrok": early + 150, "grok_adversarial": early + 8 + steps // 1000, "log": settings.checkpoints.count}
    return min(steps, counts[settings.checkpoints.grid]) + 1


def _forward(metric: MetricSettings, settings: RunSettings, seeds: int) -> tuple[float, float]:
    """Numbers held beside the images, and multiply-adds a seed and checkpoint."""
    return 0, (settings.data.train_size + _test_size(settings)) * _products(settings)


def _weight_norm(metric: MetricSettings, settings: RunSettings, seeds: int) -> tuple[float, float]:
    return 0, sum(layer.parameters for layer in _layers(settings))


def _spectra(metric: MetricSettings, settings: RunSettings, seeds: int) -> tuple[float, float]:
    assert isinstance(metric, SpectraSettings)
    sizes = {"train": settings.data.train_size, "test": _test_size(settings)}
    points = [min(metric.points or sizes[split], sizes[split]) for split in metric.splits]
    facts, layers = DATASET_FACTS[settings.data.name], _layers(settings)
    channels = [math.isqrt(layer.parameters) if settings.model.kind == "cnn" else layer.outputs for layer in layers]
    # images in float64; Gram matrices; ten multiply-adds for each entry of a matrix times its size for its eigenvalues
    numbers = 2 * sum(points) * facts.pixels + 4 * seeds * sum(size**2 for size in channels)
    products = 2 * sum(points) * (_products(settings) + sum(layer.outputs * size for layer, size in zip(layers, channels, strict=True)))
    return numbers, products + 20 * len(points) * sum(size**3 for size in channels)


def _probes(metric: MetricSettings, settings: RunSettings, seeds: int) -> tuple[float, float]:
    assert isinstance(metric, ProbesSettings)
    layers, classes, train = _layers(settings), DATASET_FACTS[settings.data.name].classes, settings.data.train_size
    products = (train + _test_size(settings)) * _products(settings)
    numbers, features = 0.0, [layer.features for layer in layers]
    if "ridge" in metric.kinds:
        numbers += 6 * seeds * sum((size + classes) ** 2 for size in features)
        products += 2 * sum(train * (size + classes) ** 2 + size**3 for size in features)
    if metric.kinds != ["ridge"]:
        # all features are held at once, and those of one layer several times in float64
        numbers += 2 * seeds * train * (sum(features) + 6 * max(features))
        passes = (2000 if "logistic" in metric.kinds else 0) + (90 if "published" in metric.kinds else 0)
        products += passes * train * classes * sum(features)
    return numbers, products


def _local_complexity(metric: MetricSettings, settings: RunSettings, seeds: int) -> tuple[float, float]:
    assert isinstance(metric, LocalComplexitySettings)
    points, pixels = sum(count for _, count in metric.points), DATASET_FACTS[settings.data.name].pixels
    frames = points if metric.frames == "per_point" else 1
    vertices = points * 2 * metric.directions * len(metric.radii)
    # the first layer is affine in the pixels: it sees a point and its directions once, whatever the radii
    first = _layers(settings)[0].products
    return 2 * pixels * (points + frames * metric.directions), vertices * (_products(settings) - first) + (points + frames * metric.directions) * first


def _adversarial(metric: MetricSettings, settings: RunSettings, seeds: int) -> tuple[float, float]:
    assert isinstance(metric, AdversarialSettings)
    points = min(metric.points or _test_size(settings), _test_size(settings))
    attacks = points * len(metric.epsilons)
    return 2 * attacks * DATASET_FACTS[settings.data.name].pixels, 3 * attacks * metric.steps * len(metric.starts) * _products(settings)


_METRICS: dict[str, Callable[[MetricSettings, RunSettings, int], tuple[float, float]]] = {
    "weight_norm": _weight_norm,
    "spectra": _spectra,
    "probes": _probes,
    "local_complexity": _local_complexity,
    "adversarial": _adversarial,
}


def _layers(settings: RunSettings) -> list[Layer]:
    facts = DATASET_FACTS[settings.data.name]
    return layers_of(settings.model, facts.pixels, facts.classes)


def _products(settings: RunSettings) -> int:
    """Multiply-adds of one image through the network."""
    return sum(layer.products for layer in _layers(settings))


def _test_size(settings: RunSettings) -> int:
    available = DATASET_FACTS[settings.data.name].test_size
    return min(settings.data.test_size or available, available)


def _training_pixels(settings: RunSettings, seeds: int) -> int:
    """Numbers in the training images of a block: seeds share a subset that does not depend on them."""
    subsets = 1 if settings.data.subset == "first" else seeds
    return subsets * settings.data.train_size * DATASET_FACTS[settings.data.name].pixels


def _dataset_bytes(settings: RunSettings) -> int:
    """The whole data set as it is read, and the training images of it once more."""
    facts = DATASET_FACTS[settings.data.name]
    return (2 * facts.train_size + facts.test_size) * facts.pixels


def _rate(dtype: str, device: str, threads: int) -> float:
    return PRODUCTS_A_SECOND[device] * (threads if device == "cpu" else 1) * 4 / NUMBER_BYTES[dtype]


def _measured(metric: MetricSettings, settings: RunSettings) -> int:
    """How many checkpoints a metric is measured at, or a few less."""
    count = checkpoint_count(settings)
    if metric.every is not None:
        count = min(count, settings.training.steps // metric.every + 2)
    return count if metric.at_most is None else min(count, metric.at_most)


def _resources(size_bytes: float, seconds: float, device: str) -> Resources:
    megabytes = PROCESS_MB[device] + MEMORY_MARGIN * size_bytes / 2**20
    return Resources(mem_mb=100 * math.ceil(megabytes / 100), runtime=START_MINUTES + math.ceil(seconds / 60))

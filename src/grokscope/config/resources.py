"""Memory and time that the jobs of a run ask a cluster for, from its settings alone.

Requests, not predictions: time is for an old processor core (a current one is two to three times faster), memory has a
margin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from grokscope.config.run_settings import RunSettings
from grokscope.config.run_work import RunWork
from grokscope.data.large import stays_bytes
from grokscope.metrics.declared import MetricSettings
from grokscope.metrics.registry import METRICS

PROCESS_MB = {"cpu": 900, "cuda": 4000}
"""A process with its libraries, chunks of a measurement and what the allocator keeps."""

MEMORY_MARGIN = 1.3
MULTIPLY_ADDS_PER_SECOND = {"cpu": 2e10, "cuda": 1e12}
"""Multiply-adds a second of one thread or one GPU in float32; half as many in float64."""

STEP_SECONDS = 1e-3
"""What an update takes for each layer however small the layer is."""

CHECKPOINT_SECONDS = 0.5
START_MINUTES = 20
"""For starting, loading and writing, and a node that is busy with other work."""

LONGEST_TRAINING = 24 * 60
"""In minutes: many clusters allow no more at once, and a training goes on when it is started again."""

NUMBER_BYTES = {"float32": 4, "float64": 8}


@dataclass(frozen=True)
class Resources:
    """What one job asks for: memory in megabytes and run time in minutes."""

    mem_mb: int
    runtime: int


def training_resources(settings: RunSettings, seeds: int, device: str = "cpu", threads: int = 1) -> Resources:
    """What training a block of `seeds` seeds asks for. Forward and backward pass are three products of each weight with
    each sample.
    """
    run, training = RunWork(settings, seeds), settings.training
    parameters = seeds * run.parameters
    activations = seeds * training.batch_size * sum(layer.outputs for layer in run.layers)
    # weights, gradients, two moments of the optimiser and copies of all for the state; each activation with its
    # gradient and in between
    numbers = 8 * parameters + 4 * activations + (0 if stays_bytes(run.facts) else run.training_values)
    multiply_adds = 3 * seeds * training.batch_size * run.multiply_adds
    seconds = training.steps * (
        multiply_adds / _rate(settings.training.dtype, device, threads) + STEP_SECONDS * len(run.layers)
    )
    seconds += CHECKPOINT_SECONDS * checkpoint_count(settings)
    needed = _resources(run.dataset_bytes + numbers * NUMBER_BYTES[training.dtype], seconds, device)
    return Resources(needed.mem_mb, min(needed.runtime, LONGEST_TRAINING))


def metric_resources(
    metric: MetricSettings, settings: RunSettings, seeds: int, device: str = "cpu", threads: int = 1
) -> Resources:
    """What measuring a metric of a block at its checkpoints asks for."""
    run = RunWork(settings, seeds)
    work = METRICS[metric.metric].work(metric, run)
    values = 0 if stays_bytes(run.facts) else run.training_values + run.test_size * run.facts.input.size
    seconds = seeds * work.multiply_adds / _rate(settings.training.dtype, device, threads) + CHECKPOINT_SECONDS
    size = (values + work.numbers) * NUMBER_BYTES[settings.training.dtype]
    return _resources(run.dataset_bytes + size, seconds * _measured(metric, settings), device)


def checkpoint_count(settings: RunSettings) -> int:
    """At least as many checkpoints as `grokscope.training.schedule` has, and few more."""
    steps, early = settings.training.steps, 30 + 12
    counts = {"omnigrok": early + 150, "grok_adversarial": early + 8 + steps // 1000, "log": settings.checkpoints.count}
    return min(steps, counts[settings.checkpoints.grid] + len(settings.checkpoints.also)) + 1


def _rate(dtype: str, device: str, threads: int) -> float:
    return MULTIPLY_ADDS_PER_SECOND[device] * (threads if device == "cpu" else 1) * 4 / NUMBER_BYTES[dtype]


def _measured(metric: MetricSettings, settings: RunSettings) -> int:
    """How many checkpoints a metric is measured at, or a few less."""
    count = checkpoint_count(settings)
    if metric.every is not None:
        count = min(count, settings.training.steps // metric.every + 2)
    return count if metric.at_most is None else min(count, metric.at_most)


def _resources(size_bytes: float, seconds: float, device: str) -> Resources:
    megabytes = PROCESS_MB[device] + MEMORY_MARGIN * size_bytes / 2**20
    return Resources(mem_mb=100 * math.ceil(megabytes / 100), runtime=START_MINUTES + math.ceil(seconds / 60))

"""Settings that are fine one by one and impossible together, or with the data set: said before any job starts, not hours later."""

from __future__ import annotations

from collections.abc import Iterator

from grokscope.config.dataset_facts import DATASET_FACTS
from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.run_settings import RunSettings


def impossible_training(settings: RunSettings) -> Iterator[str]:
    """What can not be trained in these settings, each as `key value: reason`."""
    data, training, facts = settings.data, settings.training, DATASET_FACTS[settings.data.name]
    size = f"data.train_size {data.train_size}"
    if data.subset != "with_replacement" and data.train_size > facts.train_size:
        yield f"{size}: {data.name} has {facts.train_size} training images"
    if data.subset == "balanced" and data.train_size // facts.classes > facts.rarest_class:
        yield f"{size}: balanced, but {data.name} has only {facts.rarest_class} training images of one class"
    if settings.model.batch_norm and (training.batch_size == 1 or data.train_size % training.batch_size == 1):
        yield f"training.batch_size {training.batch_size}: with {size} it makes a batch of one image, which batch_norm can not take"
    if not all(0 <= beta < 1 for beta in training.betas):
        yield f"training.betas {list(training.betas)}: each has to be at least 0 and below 1"


def impossible_metrics(settings: RunSettings, metrics: MetricsSettings) -> Iterator[str]:
    """What can not be measured on a run of these settings, each as `key value: reason`."""
    for name in metrics.names():
        for key, value in getattr(metrics, name):
            if isinstance(value, list) and len(set(value)) < len(value):
                yield f"metrics.{name}.{key} {value}: names a value twice"
    complexity = metrics.local_complexity
    if complexity is not None:
        pixels = DATASET_FACTS[settings.data.name].pixels
        if complexity.directions > pixels:
            yield f"metrics.local_complexity.directions {complexity.directions}: images of {settings.data.name} have {pixels} pixels"
        if not any(count for _, count in complexity.points):
            yield "metrics.local_complexity.points: there are none of any kind"

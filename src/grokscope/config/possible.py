"""Settings that are fine one by one and impossible together, or with the task: said before any job starts, not hours
later.
"""

from __future__ import annotations

from collections.abc import Iterator

from grokscope.config.fitting import unfit_metrics, unfit_training
from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.run_settings import RunSettings
from grokscope.config.run_work import RunWork
from grokscope.data.registry import task_facts, task_of


def impossible_training(settings: RunSettings) -> Iterator[str]:
    """What cannot be trained in these settings, each as `key value: reason`."""
    data, training, facts = settings.data, settings.training, task_facts(settings.data)
    yield from unfit_training(settings)
    for complaint in task_of(data.name).complaints(data):
        yield f"data.{complaint}"
    size = f"data.train_size {data.train_size}"
    if data.subset != "with_replacement" and data.train_size > facts.train_size:
        yield f"{size}: {data.name} has {facts.train_size} training samples"
    rarest = facts.rarest_class
    if data.subset == "balanced" and rarest is not None and data.train_size // facts.target.outputs > rarest:
        yield f"{size}: balanced, but {data.name} has only {rarest} training samples of one class"
    if settings.model.batch_norm and (training.batch_size == 1 or data.train_size % training.batch_size == 1):
        yield (
            f"training.batch_size {training.batch_size}: with {size} it makes a batch of one sample, which batch_norm"
            " cannot take"
        )
    if not all(0 <= beta < 1 for beta in training.betas):
        yield f"training.betas {list(training.betas)}: each has to be at least 0 and below 1"


def impossible_metrics(settings: RunSettings, metrics: MetricsSettings) -> Iterator[str]:
    """What cannot be measured on a run of these settings, each as `key value: reason`."""
    yield from unfit_metrics(settings, metrics)
    work = RunWork(settings)
    for name, of_metric, metric in metrics.items_in_order():
        for key, value in of_metric:
            if isinstance(value, list) and len(set(value)) < len(value):
                yield f"metrics.{name}.{key} {value}: names a value twice"
        for complaint in metric.complaints(of_metric, work):
            yield f"metrics.{name}.{complaint}"

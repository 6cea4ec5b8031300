"""The modules whose code a result depends on: the core of its stage and the parts that its settings name."""

from __future__ import annotations

from grokscope.code_version import code_version
from grokscope.config.run_settings import RunSettings
from grokscope.metrics.declared import MetricSettings
from grokscope.metrics.registry import METRICS
from grokscope.models.registry import declaration
from grokscope.training.registry import LOSSES, OPTIMISERS, RANK_PENALTY


def training_code(settings: RunSettings) -> str:
    """Fingerprint of the code that a training depends on."""
    training = settings.training
    penalty = [] if training.rank_penalty is None else [RANK_PENALTY]
    parts = [*_model(settings), LOSSES[training.loss], OPTIMISERS[training.optimizer], *penalty]
    return code_version("grokscope.training.train", *parts)


def metric_code(settings: RunSettings, metric: MetricSettings) -> str:
    """Fingerprint of the code that measures a metric; that of the training comes on top."""
    declared = METRICS[metric.metric]
    arrays = ["grokscope.metrics.compute_arrays"] if declared.arrays else []
    return code_version(
        "grokscope.metrics.compute", declared.measure, *arrays, *declared.parts(metric), *_model(settings)
    )


def _model(settings: RunSettings) -> list[str]:
    network = declaration(settings.model).network.partition(":")[0]
    return [network, network.rpartition(".")[0] + ".declaration"]

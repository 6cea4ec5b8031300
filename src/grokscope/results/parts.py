"""The modules whose code a result depends on: the core of its stage and the parts that its settings name."""

from __future__ import annotations

from grokscope.code_version import code_version
from grokscope.config.run_settings import RunSettings
from grokscope.data.registry import task_of
from grokscope.metrics.declared import MetricSettings
from grokscope.metrics.registry import METRICS
from grokscope.models.init_schemes.registry import BY_WEIGHT, INIT_SCHEMES
from grokscope.models.registry import declaration
from grokscope.training.registry import LOSSES, OPTIMISERS, penalties_of


def training_code(settings: RunSettings) -> str:
    """Fingerprint of the code that a training depends on."""
    training = settings.training
    varied = [*penalties_of(settings).values(), *_initialisation(settings)]
    parts = [*_model(settings), LOSSES[training.loss].module, OPTIMISERS[training.optimizer], *varied]
    return code_version("grokscope.training.train", *parts, OPTIMISERS[training.named_optimizer])


def metric_code(settings: RunSettings, metric: MetricSettings) -> str:
    """Fingerprint of the code that measures a metric; that of the training comes on top."""
    declared = METRICS[metric.metric].on(settings.model.kind)
    arrays = ["grokscope.metrics.compute_arrays"] if declared.arrays else []
    return code_version(
        "grokscope.metrics.compute", declared.measure, *arrays, *declared.parts(metric), *_model(settings)
    )


def made_content(settings: RunSettings) -> dict[str, str] | None:
    """What stands for the content of data that are made: a fingerprint of the code that makes them from the run's
    settings, and the hash of the text that they are made from, if there is one. None where the data are images of a
    file.
    """
    task = task_of(settings.data.name)
    if task.made_by is None:
        return None
    return {**(task.made_from or {}), "code": code_version(task.made_by, _declaration_beside(task.made_by))}


def _initialisation(settings: RunSettings) -> list[str]:
    """What draws the weights, unless it is the default, which is in the core."""
    scheme, own = settings.model.init_scheme, declaration(settings.model).initialised_by
    if own:
        return [own]
    return [] if scheme is None else [BY_WEIGHT, INIT_SCHEMES[scheme]]


def _model(settings: RunSettings) -> list[str]:
    network = declaration(settings.model).network.partition(":")[0]
    return [network, _declaration_beside(network)]


def _declaration_beside(module: str) -> str:
    """The module that declares a part, in the folder of the one that implements it."""
    return f"{module.rpartition('.')[0]}.declaration"

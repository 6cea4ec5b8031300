"""Parts of a run that do not fit its task: said before any job starts, each with the key and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.run_settings import RunSettings
from grokscope.data.declared import InputKind, TargetKind
from grokscope.data.registry import task_facts
from grokscope.models.registry import MODELS, declaration, layers_of
from grokscope.training.registry import LOSSES

WORDS: Mapping[str, str] = {
    "images": "images",
    "vectors": "vectors",
    "tokens": "tokens",
    "classes": "one class for each sample",
    "classes_of_positions": "a class for each position",
    "values": "values",
}


class Part(Protocol):
    """A declaration that says which kinds of target it makes sense for, and which kinds of input where these matter."""

    @property
    def targets(self) -> tuple[TargetKind, ...]: ...


def unfit_training(settings: RunSettings) -> Iterator[str]:
    """Settings of data, model and training that make no sense for the run's task, each as `key value: reason`."""
    data, model, training = settings.data, settings.model, settings.training
    facts = task_facts(data)
    has = f"task {data.name} has"
    if reason := _misfit(settings, declaration(model)):
        fitting = [kind for kind, known in MODELS.items() if not _misfit(settings, known)]
        yield f"model.kind {model.kind}: {reason}; architectures that fit: {_listed(fitting)}"
    else:
        yield from declaration(model).complaints(model, facts.input, facts.target)
    if reason := _misfit(settings, LOSSES[training.loss]):
        fitting = [name for name, known in LOSSES.items() if not _misfit(settings, known)]
        yield f"training.loss {training.loss}: {reason}; losses that fit: {_listed(fitting)}"
    if data.label_noise and facts.target.kind != "classes":
        words = f"is for {WORDS['classes']}, and {has} {WORDS[facts.target.kind]}"
        yield f"data.label_noise {data.label_noise}: {words}; use 0"
    if data.subset == "balanced" and facts.rarest_class is None:
        yield f"data.subset balanced: {data.name} has no classes of known sizes; use first"
    if model.normalize and facts.input.kind != "images":
        yield f"model.normalize true: is for images, and {has} {WORDS[facts.input.kind]}; use false"
    for key in ("rank_penalty", "jacobian_penalty", "region_penalty"):
        if getattr(training, key) is not None and facts.input.kind == "tokens":
            yield f"training.{key}: is for images and vectors, and {has} tokens; leave it out"
    yield from _hidden_layers_without_nonlinearity(settings)
    if training.jacobian_penalty is not None and training.jacobian_penalty.projections > facts.target.outputs:
        yield (
            f"training.jacobian_penalty.projections {training.jacobian_penalty.projections}: {has} only"
            f" {facts.target.outputs} outputs; use at most as many"
        )


def _hidden_layers_without_nonlinearity(settings: RunSettings) -> Iterator[str]:
    """Terms of the loss that apply the nonlinearity to hidden layers which none follows, or move their zero sets."""
    rank, training = settings.training.rank_penalty, settings.training
    if (rank is None and training.region_penalty is None) or _misfit(settings, declaration(settings.model)):
        return
    facts = task_facts(settings.data)
    hidden = layers_of(settings.model, facts.input, facts.target)[:-1]
    names = [layer.name for layer in hidden if not layer.activated]
    reason = f"no nonlinearity follows layer `{', '.join(names)}` of architecture {settings.model.kind}"
    if names and rank is not None and rank.features == "activations":
        yield f"training.rank_penalty.features activations: {reason}; use preactivations"
    if names and training.region_penalty is not None:
        yield f"training.region_penalty: {reason}, so its zero sets are no borders of regions; leave it out"


def unfit_metrics(settings: RunSettings, metrics: MetricsSettings) -> Iterator[str]:
    """Metrics that make no sense for the run's task, each as `key: reason`."""
    for name, _, metric in metrics.items_in_order():
        if reason := _misfit(settings, metric):
            yield f"metrics.{name}: {reason}; leave it out, or write `{name}: null` where it is inherited"


def _misfit(settings: RunSettings, part: Part) -> str:
    """Why a part does not fit the task of a run; empty where it does."""
    facts = task_facts(settings.data)
    inputs: tuple[InputKind, ...] = getattr(part, "inputs", (facts.input.kind,))
    pairs: tuple[tuple[str, tuple[str, ...]], ...]
    pairs = ((facts.input.kind, inputs), (facts.target.kind, part.targets))
    for kind, fitting in pairs:
        if kind not in fitting:
            words = " or ".join(WORDS[one] for one in fitting)
            return f"is for {words}, and task {settings.data.name} has {WORDS[kind]}"
    return ""


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"

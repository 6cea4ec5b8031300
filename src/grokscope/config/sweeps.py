"""From a sweep to its runs: what the paper did, changed by sweep, variant and scale, times the product of the axes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from grokscope.analysis.declarations.coordinates import coordinate_of
from grokscope.config.experiments import Experiments, Overrides, Scalar, Sweep, VariantSettings
from grokscope.config.load import validated
from grokscope.config.merge import merge
from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.possible import impossible_metrics, impossible_training
from grokscope.config.run_settings import RunSettings
from grokscope.config.scales import Scale, Variant
from grokscope.config.source import Layer, Layers, Source
from grokscope.data.registry import NAMES, keys_of_other_tasks
from grokscope.errors import UserError
from grokscope.models.registry import MODELS, declaration, keys_of_other_kinds

Papers = Mapping[str, tuple[Source, Experiments]]
"""Experiments and where they stand, by their id."""

RUN_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")


@dataclass(frozen=True)
class PlannedRun:
    """One training configuration and what is measured on it."""

    id: str
    paper: str
    variant: Variant
    settings: RunSettings
    metrics: MetricsSettings
    grid: bool = False
    """Member of grids only: no run card and no page of its own."""
    seeds_at_most: int | None = None
    """Where the user leaves the number of seeds open; None takes that of the scale."""
    base_metrics: frozenset[str] = frozenset()
    """Names of those of its metrics that every run of the paper has."""

    @cached_property
    def settings_as_text(self) -> str:
        """The settings in a form that is fast to compare: a plan compares each run with all others."""
        return self.settings.model_dump_json()


@dataclass(frozen=True)
class Member:
    """A run as a member of a sweep: where it stands on the sweep's axes.

    `coordinates` has the axes whose settings have one (`grokscope.analysis.declarations.coordinates`), with None where
    the value has no place there, as no weight decay at all has none in decades.
    """

    run: str
    sweep: str
    axes: dict[str, Scalar]
    positions: dict[str, int]
    coordinates: dict[str, float | None]


def basis(papers: Papers, own: str, source: Source, name: str, sweep: Sweep) -> tuple[Source, Experiments]:
    """The paper whose base, scales, variants and run_id a sweep of the paper `own` starts from."""
    if (sweep.of or own) not in papers:
        raise UserError(
            f"{source.place('sweeps', name)}.of: no experiments have the id {sweep.of!r}; known are {', '.join(papers)}"
        )
    return papers[sweep.of or own]


def expand(
    runs: dict[str, PlannedRun],
    where: str,
    start: tuple[Source, Experiments],
    name: str,
    sweep: Sweep,
    variant: Variant,
    scale: Scale,
) -> list[Member]:
    """The runs of a sweep, added to `runs`: what the paper did (base, sweep, variant), then what the scale changes.

    `where` is file and key of the sweep. Raises UserError that names file and key of what is wrong or impossible.
    """
    source, paper = start
    chain = _chain(source, paper, where, sweep)
    changes = paper.variants.get(variant, VariantSettings(description=""))
    layers = [
        Layer(f"{source.file}: base", paper.base),
        *(Layer(f"{place}.settings", one.settings) for place, one in chain),
        Layer(f"{source.file}: variants.{variant}.settings", changes.settings),
        Layer(f"{source.file}: scales.{scale}", getattr(paper.scales, scale)),
        Layer(f"{source.file}: variants.{variant}.scales.{scale}", getattr(changes.scales, scale)),
        *(Layer(f"{place}.scales.{scale}", getattr(one.scales, scale)) for place, one in chain),
    ]
    changed = merge({}, *(dict(layer.values) for layer in layers))
    metrics = validated(MetricsSettings, changed.pop("metrics", None), Layers(where, layers).below("metrics"))
    base_metrics = frozenset(paper.base.get("metrics", {})).intersection(metrics.names())
    ids = [(f"{source.file}: run_id", paper.run_id), *((f"{place}.run_id", one.run_id) for place, one in chain)]
    template, run_id = next((place, run_id) for place, run_id in reversed(ids) if run_id)
    seeds_at_most = next((one.seeds for _, one in reversed(chain) if one.seeds), {}).get(scale)
    found = []
    for choice in itertools.product(*(list(enumerate(axis.at(scale))) for axis in sweep.axes.values())):
        chosen = [
            Layer(
                f"{where}.axes.{axis}",
                merge(setting.also.get(str(value), {}), _nested(setting.key, value) if setting.key else {}),
                axis=True,
            )
            for (axis, setting), (_, value) in zip(sweep.axes.items(), choice, strict=True)
        ]
        places = Layers(where, [*layers, *chosen])
        settings = validated(
            RunSettings, _of_its_kind(merge(changed, *(dict(layer.values) for layer in chosen))), places.place
        )
        identifier = _known_id(runs, settings, variant)
        if identifier is None:
            identifier = _run_id(template, run_id, settings)
            identifier += "" if variant == paper.default_variant else f"-{variant}"
        run = PlannedRun(identifier, paper.id, variant, settings, metrics, sweep.grid, seeds_at_most, base_metrics)
        for complaint in _impossible(run):
            raise UserError(f"{places.file_and_section(complaint)}: run {identifier}: {complaint}")
        _add_run(runs, where, template, run)
        axes = {axis: value for axis, (_, value) in zip(sweep.axes, choice, strict=True)}
        positions = {axis: position for axis, (position, _) in zip(sweep.axes, choice, strict=True)}
        coordinates = {
            axis: coordinate.at(axes[axis])
            for axis, setting in sweep.axes.items()
            if (coordinate := coordinate_of(setting.key)) is not None
        }
        found.append(Member(identifier, name, axes, positions, coordinates))
    return found


def _chain(source: Source, paper: Experiments, where: str, sweep: Sweep) -> list[tuple[str, Sweep]]:
    """The sweeps that a sweep is like, each with file and key, the one that it starts from first and itself last."""
    chain = [(where, sweep)]
    while (name := chain[0][1].like) is not None:
        place = f"{chain[0][0]}.like"
        if name not in paper.sweeps:
            raise UserError(f"{place}: {source.file} has no sweep {name!r}; it has {', '.join(paper.sweeps)}")
        if any(paper.sweeps[name] is one for _, one in chain):
            raise UserError(f"{place}: sweep {name} is like itself")
        chain.insert(0, (source.place("sweeps", name), paper.sweeps[name]))
    return chain


def _nested(key: str, value: Scalar) -> Overrides:
    """The value under a dotted key, as nested keys."""
    found: Any = value
    for part in reversed(key.split(".")):
        found = {part: found}
    return found


def _of_its_kind(tree: Overrides) -> Overrides:
    """Settings without those that only other architectures and other tasks have: a sweep over another one inherits the
    base of the paper.
    """
    found = dict(tree)
    model, data = tree.get("model"), tree.get("data")
    if isinstance(model, dict) and model.get("kind") in MODELS:
        others = keys_of_other_kinds(model["kind"])
        found["model"] = {key: value for key, value in model.items() if key not in others}
    if isinstance(data, dict) and data.get("name") in NAMES:
        others = keys_of_other_tasks(data["name"])
        found["data"] = {key: value for key, value in data.items() if key not in others}
    return found


def _impossible(run: PlannedRun) -> Iterator[str]:
    """What cannot be trained or measured in a run's settings, each as `key value: reason`."""
    for metric, reason in declaration(run.settings.model).not_measured.items():
        for name, settings in run.metrics.root.items():
            if settings.metric == metric:
                yield f"metrics.{name}: cannot be measured on architecture {run.settings.model.kind}: {reason}"
    yield from impossible_training(run.settings)
    yield from impossible_metrics(run.settings, run.metrics)


def _known_id(runs: dict[str, PlannedRun], settings: RunSettings, variant: Variant) -> str | None:
    """The id of the run that has these settings already: it is the same run, whatever the sweep would call it."""
    wanted = settings.model_dump_json()
    return next((run.id for run in runs.values() if run.variant == variant and run.settings_as_text == wanted), None)


def _run_id(where: str, template: str, settings: RunSettings) -> str:
    # `optimizer` of the settings is what is built, which is the same for all that are warmed up
    named = template.replace("{training.optimizer", "{training.named_optimizer")
    try:
        identifier = named.format(
            data=settings.data, model=settings.model, training=settings.training, checkpoints=settings.checkpoints
        )
    except (KeyError, AttributeError, IndexError, ValueError) as error:
        raise UserError(f"{where}: {template!r} names no setting ({error})") from None
    if not RUN_ID.match(identifier):
        raise UserError(f"{where}: {identifier!r} may hold only letters, digits, dot, underscore and hyphen")
    return identifier


def _add_run(runs: dict[str, PlannedRun], where: str, template: str, run: PlannedRun) -> None:
    """`where` is the place of the sweep, `template` that of the template of run ids."""
    other = runs.get(run.id)
    if other is None:
        runs[run.id] = run
        return
    if other.settings != run.settings:
        key = _first_difference(other.settings, run.settings)
        raise UserError(
            f"{template}: the id {run.id} stands for two different runs (they differ in {key}); add it to run_id"
        )
    for name in run.metrics.names():
        if name in other.metrics and run.metrics[name] != other.metrics[name]:
            raise UserError(
                f"{where}: run {run.id} has two different settings of metric {name}; give one of them a name of its own"
            )
    merged = MetricsSettings(other.metrics.root | run.metrics.root)
    limits = (other.seeds_at_most, run.seeds_at_most)
    at_most = None if None in limits else max(limit for limit in limits if limit is not None)
    grid = other.grid and run.grid
    base = other.base_metrics | run.base_metrics
    runs[run.id] = PlannedRun(run.id, other.paper, other.variant, run.settings, merged, grid, at_most, base)


def _first_difference(one: BaseModel, two: BaseModel) -> str:
    for name, field in type(one).model_fields.items():
        a, b, key = getattr(one, name), getattr(two, name), field.alias or name
        if a != b:
            return f"{key}.{_first_difference(a, b)}" if isinstance(a, BaseModel) else f"{key}: {a!r} or {b!r}"
    return ""

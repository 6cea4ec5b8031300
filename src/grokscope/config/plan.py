"""From config and experiments to a plan: which runs, with which settings and metrics, for which figures and claims."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from grokscope.config.experiments import ClaimSettings, Experiments, FigureSettings, Overrides, Scalar, Scale, Sweep, Variant
from grokscope.config.load import validated
from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.run_settings import RunSettings
from grokscope.config.user import UserConfig
from grokscope.errors import UserError

RUN_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
METRICS_NOT_OF: dict[str, frozenset[str]] = {"mlp": frozenset(), "cnn": frozenset({"probes"})}


@dataclass(frozen=True)
class PlannedRun:
    """One training configuration and what is measured on it."""

    id: str
    paper: str
    variant: Variant
    settings: RunSettings
    metrics: MetricsSettings


@dataclass(frozen=True)
class Member:
    """A run as a member of a sweep: where it stands on the sweep's axes."""

    run: str
    sweep: str
    axes: dict[str, Scalar]
    positions: dict[str, int]


@dataclass(frozen=True)
class PlannedItem:
    """A figure or claim of one variant, with the runs it needs."""

    name: str
    id: str
    paper: str
    variant: Variant
    settings: FigureSettings | ClaimSettings
    members: tuple[Member, ...]

    def runs(self) -> list[str]:
        """Ids of its runs, each once, in order."""
        return list(dict.fromkeys(member.run for member in self.members))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for a job's parameters or a JSON file."""
        return {
            "name": self.name,
            "id": self.id,
            "paper": self.paper,
            "variant": self.variant,
            "settings": self.settings.model_dump(mode="json"),
            "members": [vars(member) for member in self.members],
        }


@dataclass
class Plan:
    """Everything that the workflow makes at one scale."""

    scale: Scale
    runs: dict[str, PlannedRun] = field(default_factory=dict)
    figures: dict[str, PlannedItem] = field(default_factory=dict)
    claims: dict[str, PlannedItem] = field(default_factory=dict)
    untested_claims: dict[str, PlannedItem] = field(default_factory=dict)
    selected_figures: list[str] = field(default_factory=list)
    papers: list[dict[str, Any]] = field(default_factory=list)

    def selected_runs(self) -> list[str]:
        """Ids of the runs that the selected figures and the tested claims need."""
        items = [self.figures[name] for name in self.selected_figures] + list(self.claims.values())
        return list(dict.fromkeys(run for item in items for run in item.runs()))


def merge(base: Overrides, *overrides: Overrides) -> Overrides:
    """`base` with nested keys replaced by each of `overrides` in turn; the arguments stay as they are."""
    result = deepcopy(base)
    for override in overrides:
        for key, value in override.items():
            if isinstance(value, dict) and isinstance(result.get(key), dict):
                result[key] = merge(result[key], value)
            else:
                result[key] = deepcopy(value)
    return result


def build_plan(config: UserConfig, files: Iterable[tuple[str, Experiments]]) -> Plan:
    """The plan of `config` over experiments given as (file name, content).

    Raises UserError when a run's settings are impossible, two different runs share an id, or a wanted figure is unknown.
    """
    plan = Plan(scale=config.scale)
    figure_variants: dict[str, list[str]] = {}
    for where, paper in files:
        plan.papers.append(paper.model_dump(mode="json", include={"id", "title", "authors", "year", "arxiv"}))
        variants = [paper.default_variant] if config.variants == "default" else [v for v in config.variants if v in paper.variants]
        members = {
            (name, variant): _expand(plan, where, paper, name, sweep, variant)
            for name, sweep in paper.sweeps.items()
            for variant in variants
        }
        for kind, target in ((paper.figures, plan.figures), (paper.claims, plan.untested_claims)):
            for identifier, settings in kind.items():
                full = identifier if identifier.startswith(paper.id) else f"{paper.id}_{identifier}"
                for variant in variants:
                    name = full if variant == paper.default_variant else f"{full}-{variant}"
                    if name in target:
                        raise UserError(f"{where}: {identifier} is defined twice")
                    if config.scale not in settings.scales:
                        found: tuple[Member, ...] = ()
                    else:
                        found = tuple(member for sweep in settings.sweeps for member in members[sweep, variant])
                    _check_metrics(plan, where, identifier, settings, found)
                    target[name] = PlannedItem(name, full, paper.id, variant, settings, found)
                    figure_variants.setdefault(full, []).append(name)
    _select(plan, config, figure_variants)
    return plan


def _expand(plan: Plan, where: str, paper: Experiments, name: str, sweep: Sweep, variant: Variant) -> list[Member]:
    """The runs of a sweep, added to the plan: what the paper did (base, sweep, variant), then what the scale changes."""
    scale = plan.scale
    changed = merge(
        paper.base,
        sweep.settings,
        paper.variants[variant].settings,
        getattr(paper.scales, scale),
        getattr(paper.variants[variant].scales, scale),
        getattr(sweep.scales, scale),
    )
    metrics = validated(MetricsSettings, changed.pop("metrics", None), f"{where}: sweeps.{name}.metrics")
    found = []
    for choice in itertools.product(*(list(enumerate(axis.at(scale))) for axis in sweep.axes.values())):
        tree: Overrides = deepcopy(changed)
        for axis, (_, value) in zip(sweep.axes.values(), choice, strict=True):
            section, key = axis.key.split(".")
            tree.setdefault(section, {})[key] = value
        settings = validated(RunSettings, tree, f"{where}: sweeps.{name}")
        identifier = _run_id(where, sweep.run_id or paper.run_id, settings)
        identifier += "" if variant == paper.default_variant else f"-{variant}"
        _add_run(plan, where, PlannedRun(identifier, paper.id, variant, settings, metrics))
        axes = {axis: value for axis, (_, value) in zip(sweep.axes, choice, strict=True)}
        positions = {axis: position for axis, (position, _) in zip(sweep.axes, choice, strict=True)}
        found.append(Member(identifier, name, axes, positions))
    return found


def _run_id(where: str, template: str, settings: RunSettings) -> str:
    try:
        identifier = template.format(data=settings.data, model=settings.model, training=settings.training, checkpoints=settings.checkpoints)
    except (KeyError, AttributeError, IndexError, ValueError) as error:
        raise UserError(f"{where}: run_id: {template!r} names no setting ({error})") from None
    if not RUN_ID.match(identifier):
        raise UserError(f"{where}: run_id: {identifier!r} may hold only letters, digits, dot, underscore and hyphen")
    return identifier


def _add_run(plan: Plan, where: str, run: PlannedRun) -> None:
    impossible = METRICS_NOT_OF[run.settings.model.kind].intersection(run.metrics.names())
    if impossible:
        raise UserError(f"{where}: metrics.{min(impossible)}: cannot be measured on architecture {run.settings.model.kind} (run {run.id})")
    other = plan.runs.get(run.id)
    if other is None:
        plan.runs[run.id] = run
        return
    if other.settings != run.settings:
        key = _first_difference(other.settings, run.settings)
        raise UserError(f"{where}: run id {run.id} stands for two different runs (they differ in {key}); add it to run_id")
    merged: dict[str, Any] = {}
    for metric in MetricsSettings.model_fields:
        mine, theirs = getattr(run.metrics, metric), getattr(other.metrics, metric)
        if mine is not None and theirs is not None and mine != theirs:
            raise UserError(f"{where}: run {run.id} has two different settings of metric {metric}")
        merged[metric] = mine or theirs
    plan.runs[run.id] = PlannedRun(run.id, other.paper, other.variant, run.settings, MetricsSettings(**merged))


def _first_difference(one: BaseModel, two: BaseModel) -> str:
    for name in type(one).model_fields:
        a, b = getattr(one, name), getattr(two, name)
        if a != b:
            return f"{name}.{_first_difference(a, b)}" if isinstance(a, BaseModel) else f"{name}: {a!r} or {b!r}"
    return ""


def _check_metrics(plan: Plan, where: str, name: str, settings: FigureSettings | ClaimSettings, members: Iterable[Member]) -> None:
    for member in members:
        missing = sorted(set(settings.metrics) - set(plan.runs[member.run].metrics.names()))
        if missing:
            raise UserError(f"{where}: {name}.metrics: {missing[0]} is not measured on run {member.run}")


def _select(plan: Plan, config: UserConfig, variants: dict[str, list[str]]) -> None:
    """Choose figures as the config says, and the claims whose runs these figures train anyway."""
    if isinstance(config.figures, list):
        for name in config.figures:
            known = [name] if name in plan.figures else [n for n in variants.get(name, []) if n in plan.figures]
            if not known:
                raise UserError(f"config.yaml: figures: {name!r} is unknown; known are {', '.join(sorted(plan.figures))}")
            for one in known:
                if not plan.figures[one].members:
                    raise UserError(f"config.yaml: figures: {one} is not defined at scale {config.scale}")
            plan.selected_figures += known
    else:
        for name, item in plan.figures.items():
            assert isinstance(item.settings, FigureSettings)
            if item.members and (config.figures == "all" or item.settings.headline):
                plan.selected_figures.append(name)
    trained = {run for name in plan.selected_figures for run in plan.figures[name].runs()}
    for name, item in list(plan.untested_claims.items()):
        if item.members and trained.issuperset(item.runs()):
            plan.claims[name] = plan.untested_claims.pop(name)

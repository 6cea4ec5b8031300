"""From config and experiments to a plan: which runs, with which settings and metrics, for which figures and claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from grokscope.config.claim_settings import ClaimSettings
from grokscope.config.drawing_check import check_drawing
from grokscope.config.experiments import Experiments, FigureSettings
from grokscope.config.measured_instances import named_tables
from grokscope.config.measured_options import not_measured
from grokscope.config.scales import Scale, Variant
from grokscope.config.selection import select
from grokscope.config.source import Kind, Source
from grokscope.config.sweeps import Member, PlannedRun, basis, expand
from grokscope.config.user import UserConfig
from grokscope.errors import UserError

PublishedRuns = dict[tuple[str, tuple[tuple[str, int], ...]], dict[str, Any]]
"""Sweep and positions of a member -> settings and metrics of its run."""


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

    @property
    def module(self) -> str:
        """The module that draws this figure: that of its kind, or one of its own."""
        draw = self.settings.draw if isinstance(self.settings, FigureSettings) else None
        return drawing_module(self.paper, self.id, None if draw is None else draw.kind)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for a job's parameters or a JSON file."""
        settings = self.settings.model_dump(mode="json")
        if isinstance(self.settings, FigureSettings) and self.settings.draw is not None:
            # a kind of figure may get a new setting with a default, which changes no figure
            settings["draw"] = self.settings.draw.model_dump(mode="json", exclude_defaults=True)
        return {
            "name": self.name,
            "id": self.id,
            "paper": self.paper,
            "variant": self.variant,
            "settings": settings,
            "members": [vars(member) for member in self.members],
        }


def drawing_module(paper: str, figure: str, kind: str | None) -> str:
    """Name of the module with `draw` and `describe` for a figure of this kind, or for one like no other."""
    return (
        f"grokscope.figures.kinds.{kind}" if kind else f"grokscope.figures.{paper}.{figure.removeprefix(f'{paper}_')}"
    )


@dataclass
class Plan:
    """Everything that the workflow makes at one scale."""

    scale: Scale
    runs: dict[str, PlannedRun] = field(default_factory=dict)
    figures: dict[str, PlannedItem] = field(default_factory=dict)
    claims: dict[str, PlannedItem] = field(default_factory=dict)
    untested_claims: dict[str, PlannedItem] = field(default_factory=dict)
    selected_figures: list[str] = field(default_factory=list)
    without_data: dict[str, str] = field(default_factory=dict)
    """Figures that were not asked for by name and whose data may not be had here -> one such data set."""
    papers: list[dict[str, Any]] = field(default_factory=list)
    published: dict[str, PublishedRuns] = field(default_factory=dict)

    def published_of(self, item: PlannedItem) -> list[dict[str, Any] | None]:
        """The published settings of a figure's members: those of the same place at paper scale; None without one."""
        known = self.published.get(item.id, {})
        return [known.get(place_of(member)) for member in item.members] if known else []

    def selected_runs(self) -> list[str]:
        """Ids of the runs that the selected figures and the tested claims need."""
        items = [self.figures[name] for name in self.selected_figures] + list(self.claims.values())
        return list(dict.fromkeys(run for item in items for run in item.runs()))

    def metrics_needed(self) -> dict[str, set[str]]:
        """The metrics that the report needs of every selected run: those that selected figures and claims name, and for
        its page those that every run of the paper has.
        """
        needed: dict[str, set[str]] = {run: set() for run in self.selected_runs()}
        for run in self.shown_runs():
            needed[run].update(self.runs[run].base_metrics)
        for item in [*(self.figures[name] for name in self.selected_figures), *self.claims.values()]:
            for run in item.runs():
                needed[run].update(item.settings.metrics)
        return needed

    def shown_runs(self) -> list[str]:
        """Ids of the selected runs that get a run card and a page, those of grids left out."""
        return [run for run in self.selected_runs() if not self.runs[run].grid]


def build_plan(config: UserConfig, files: Iterable[tuple[Source, Experiments]]) -> Plan:
    """The plan of `config` over experiments, given with where they stand.

    Raises UserError when a run's settings are impossible, two different runs share an id, a name is given twice, or a
    wanted figure is unknown.
    """
    plan = Plan(scale=config.scale)
    figure_variants: dict[str, list[str]] = {}
    defined: dict[str, str] = {}
    papers = _by_id(files)
    for source, paper in papers.values():
        plan.papers.append(paper.model_dump(mode="json", include={"id", "title", "authors", "year", "arxiv"}))
        variants = (
            [paper.default_variant]
            if config.variants == "default"
            else [v for v in config.variants if v in paper.variants]
        )
        members = {
            (name, variant): expand(
                plan.runs,
                source.place("sweeps", name),
                basis(papers, paper.id, source, name, sweep),
                name,
                sweep,
                variant,
                config.scale,
            )
            for name, sweep in paper.sweeps.items()
            for variant in variants
        }
        kinds: tuple[tuple[Kind, dict[str, Any], dict[str, PlannedItem]], ...]
        kinds = (("figures", paper.figures, plan.figures), ("claims", paper.claims, plan.untested_claims))
        for kind, items, target in kinds:
            for identifier, settings in items.items():
                where = source.place(kind, identifier)
                full = identifier if identifier.startswith(paper.id) else f"{paper.id}_{identifier}"
                if f"{kind} {full}" in defined:
                    raise UserError(f"{where}: {full} is defined in {defined[f'{kind} {full}']} too")
                defined[f"{kind} {full}"] = source.file_of(kind, identifier)
                for variant in variants:
                    name = full if variant == paper.default_variant else f"{full}-{variant}"
                    if config.scale not in settings.scales:
                        found: tuple[Member, ...] = ()
                    else:
                        found = tuple(member for sweep in settings.sweeps for member in members[sweep, variant])
                    if isinstance(settings, FigureSettings) and found:
                        found = _at(found, settings.at, f"{where}.at")
                    _check_metrics(plan, where, settings, found)
                    if isinstance(settings, FigureSettings):
                        check_drawing(settings, found, where)
                    target[name] = PlannedItem(name, full, paper.id, variant, settings, found)
                    figure_variants.setdefault(full, []).append(name)
    select(plan, config, figure_variants)
    return plan


def _by_id(files: Iterable[tuple[Source, Experiments]]) -> dict[str, tuple[Source, Experiments]]:
    found: dict[str, tuple[Source, Experiments]] = {}
    for source, paper in files:
        if paper.id in found:
            raise UserError(f"{source.file}: id: {paper.id} is the id of {found[paper.id][0].file} too")
        found[paper.id] = (source, paper)
    return found


def _at(members: tuple[Member, ...], positions: Mapping[str, int | str], where: str) -> tuple[Member, ...]:
    """The members at these positions on their axes; all without positions."""
    found = tuple(
        member
        for member in members
        if all(member.positions.get(axis) == position for axis, position in positions.items())
    )
    if not found:
        raise UserError(f"{where}: no run at {positions}")
    return found


def _check_metrics(plan: Plan, where: str, settings: FigureSettings | ClaimSettings, members: Iterable[Member]) -> None:
    asked = settings.model_dump()
    named = dict(named_tables(asked))
    for member in members:
        missing = sorted(set(settings.metrics) - set(plan.runs[member.run].metrics.names()))
        if missing:
            raise UserError(f"{where}.metrics: {missing[0]} is not measured on run {member.run}")
        for name, metric in named.items():
            if name in settings.metrics and plan.runs[member.run].metrics[name].metric != metric:
                raise UserError(f"{where}: measured_as {name}: is no {metric} on run {member.run}")
        if lacking := next(not_measured(asked, plan.runs[member.run].metrics), None):
            raise UserError(f"{where}: {lacking} on run {member.run}")


def place_of(member: Member) -> tuple[str, tuple[tuple[str, int], ...]]:
    """Sweep and positions of a member, the same at every scale and in every variant."""
    return member.sweep, tuple(sorted(member.positions.items()))


def published_runs(paper_scale: Plan) -> dict[str, PublishedRuns]:
    """Settings of every figure's runs at paper scale in the paper's default variant, which are the published ones."""
    papers = {paper["id"] for paper in paper_scale.papers if paper["authors"]}
    return {
        item.id: {
            place_of(member): {
                **paper_scale.runs[member.run].settings.model_dump(mode="json"),
                "metrics": paper_scale.runs[member.run].metrics.as_dict(set(item.settings.metrics)),
            }
            for member in item.members
        }
        for item in paper_scale.figures.values()
        if item.paper in papers and item.members
    }

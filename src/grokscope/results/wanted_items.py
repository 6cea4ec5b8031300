"""What a plan wants of figures and claims, and how what is on disk stands to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from grokscope.code_version import code_version
from grokscope.config.claim_settings import ClaimSettings
from grokscope.config.experiments import FigureSettings
from grokscope.config.layout import Layout
from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.plan import Plan, PlannedItem
from grokscope.config.run_settings import RunSettings
from grokscope.config.user import UserConfig
from grokscope.files import sha256_of
from grokscope.results.declared_curves import drawn_curves, read_curves
from grokscope.results.identity import (
    Identity,
    derived_identity,
    without_defaults,
)
from grokscope.results.standing import Standing, there, worst
from grokscope.results.wanted_blocks import PlannedBlocks
from grokscope.results.wanted_tables import WantedTables


class WantedItems(WantedTables):
    """Identities and standings of figures and verdicts. `repository` holds reference/, docs/ and report/."""

    def __init__(
        self, config: UserConfig, plan: Plan, layout: Layout, planned: PlannedBlocks, repository: Path
    ) -> None:
        super().__init__(config, plan, layout, planned)
        self.repository = repository

    @cached_property
    def _detectors(self) -> dict[str, Any]:
        return without_defaults(self.config.detectors)

    def _run(self, run: str, metrics: Iterable[str]) -> dict[str, Any]:
        """A run and some of its metrics, without what has its default."""
        planned = self.plan.runs[run]
        about = {"paper": planned.paper, "variant": planned.variant, "settings": without_defaults(planned.settings)}
        return about | {"metrics": {name: without_defaults(planned.metrics[name]) for name in metrics}}

    def _kinds(self, runs: Iterable[str], metrics: Iterable[str] | None = None) -> set[str]:
        """The metrics that are measured on these runs, under any or these names."""
        planned = [self.plan.runs[run].metrics for run in runs]
        names = None if metrics is None else set(metrics)
        return {known[name].metric for known in planned for name in known.names() if names is None or name in names}

    def item_facts(self, item: PlannedItem) -> dict[str, Any]:
        """What the script of a figure or claim needs beside tables; plain values."""
        wanted = set(item.settings.metrics)
        return {
            "item": item.as_dict(),
            "scale": self.config.scale,
            "seeds": self._seeds_in_inputs(item),
            "steps": {run: kept for run in item.runs() if (kept := self.steps_to_keep(run))},
            "settings": {
                run: {
                    **self.plan.runs[run].settings.model_dump(mode="json"),
                    "metrics": self.plan.runs[run].metrics.as_dict(wanted),
                }
                for run in item.runs()
            },
            "detectors": self.config.detectors.model_dump(mode="json"),
        }

    def _seeds_in_inputs(self, item: PlannedItem) -> list[int] | dict[str, dict[str, list[int]]]:
        """The seeds of a figure or claim; by run and metric where these differ."""
        tables = self.seeds_by_table(item)
        kinds = {tuple(seeds) for of_run in tables.values() for seeds in of_run.values()}
        return tables if self.draws_each_table(item) and len(kinds) > 1 else self.seeds_of_item(item)

    def item_inputs(self, item: PlannedItem) -> dict[str, Any]:
        """The same with its tables: what `grokscope.analysis.inputs.read_item_inputs` is called with."""
        files = {
            run: {
                metric: [self.metric_path(run, block, metric) for block in self.metric_blocks(run, metric)]
                for metric in item.settings.metrics
            }
            for run in item.runs()
        }
        return self.item_facts(item) | {"metric_files": files}

    def _item_identity(self, item: PlannedItem, *modules: str, **facts: Any) -> Identity:
        metrics, runs = item.settings.metrics, item.runs()
        curves = drawn_curves if isinstance(item.settings, FigureSettings) else read_curves
        return derived_identity(
            code_version(*modules),
            curves=curves(self._kinds(runs, metrics)),
            tables={run: self._tables(run, metrics) for run in runs},
            reference={
                name: sha256_of(self.repository / "reference" / name)
                for name in getattr(item.settings, "reference", [])
            },
            item=[
                item.name,
                item.id,
                item.paper,
                item.variant,
                without_defaults(item.settings),
                [vars(member) for member in item.members],
            ],
            scale=self.config.scale,
            seeds=self._seeds_in_inputs(item),
            runs={run: self._run(run, metrics) for run in runs},
            detectors=self._detectors,
            **facts,
            published=(
                [self._published(known) for known in self.plan.published_of(item)]
                if isinstance(item.settings, FigureSettings)
                else []
            ),
        )

    @staticmethod
    def _published(known: Mapping[str, Any] | None) -> Any:
        """The published settings of a member, without what has its default."""
        if known is None:
            return None
        settings = RunSettings.model_validate({key: value for key, value in known.items() if key != "metrics"})
        metrics = MetricsSettings.model_validate(known["metrics"])
        return [without_defaults(settings), {name: without_defaults(metrics[name]) for name in metrics.names()}]

    def figure_identity(self, name: str) -> Identity:
        """Of a figure."""
        item = self.plan.figures[name]
        return self._item_identity(item, "grokscope.figures.write", item.module)

    def figure(self, name: str) -> Standing:
        """Of a figure: its description and its pictures."""
        start = self.layout.figure.format(figure=name)
        return worst(
            [
                self._standing(f"{start}.json", self.figure_identity, name),
                *(there(f"{start}.{ending}") for ending in ("svg", "pdf", "png")),
            ]
        )

    def claim_identity(self, name: str) -> Identity:
        """Of a verdict, which depends on the other claims of its family that are judged."""
        item = self.plan.claims[name]
        assert isinstance(item.settings, ClaimSettings)
        parts = [
            f"grokscope.analysis.estimands.{item.settings.estimand}",
            f"grokscope.analysis.hypothesis_tests.{item.settings.test}",
            *(f"grokscope.analysis.premises.{name}" for name in item.settings.premise),
        ]
        family = [
            name
            for name, other in self.plan.claims.items()
            if isinstance(other.settings, ClaimSettings)
            and (other.settings.family, other.variant) == (item.settings.family, item.variant)
        ]
        return self._item_identity(item, "grokscope.analysis.claims", *parts, family=family)

    def claims(self, names: Iterable[str]) -> Standing:
        """Of the verdicts that one job gives, of which there is one at least."""
        return worst(self._standing(self.layout.claim.format(claim=name), self.claim_identity, name) for name in names)

"""What a plan wants: the identity of every result, and how what is on disk stands to it.

Made once by the workflow's driver. Paths, times and the order of things play no part: a result is finished when it says that it was made
from what is wanted, wherever it was copied from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from grokscope.code_version import code_version
from grokscope.config.blocks import plan_blocks
from grokscope.config.claim_settings import ClaimSettings
from grokscope.config.experiments import FigureSettings
from grokscope.config.layout import Layout
from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.plan import Plan, PlannedItem
from grokscope.config.run_settings import RunSettings
from grokscope.config.start import load_plan
from grokscope.config.user import UserConfig
from grokscope.data.catalogue import dataset_info, network_facts
from grokscope.files import sha256_of
from grokscope.results.checkpoint_files import missing_checkpoints
from grokscope.results.identity import Identity, data_identity, derived_identity, digest, metric_identity, training_identity, without_defaults
from grokscope.results.parts import metric_code, training_code
from grokscope.results.standing import Standing, standing_of, there, worst
from grokscope.training.schedule import checkpoint_steps, selected_steps

Blocks = Mapping[str, Mapping[str, Sequence[int]]]
"""Run -> block -> seeds."""

NOT_OF_THE_REPORT = frozenset({"results_folder", "checkpoint_folder", "data", "experiments", "train_again", "code_changes"})
"""Keys of the user's config that say where things lie or how they are made, which changes no report."""


def load_wanted(raw: Mapping[str, Any], repository: Path) -> Wanted:
    """Validate a user's config and everything that it names, and make the plan and what it wants. Raises UserError."""
    config, plan = load_plan(raw, repository)
    layout = Layout.of(config)
    seeds = config.seed_list()
    blocks = {run: plan_blocks(seeds, config.block_size, Path(layout.run_folder.format(run=run))) for run in plan.runs}
    return Wanted(config, plan, layout, blocks, repository)


class Wanted:
    """Identities and standings of a plan's results. `repository` holds reference/, docs/ and report/."""

    def __init__(self, config: UserConfig, plan: Plan, layout: Layout, blocks: Blocks, repository: Path) -> None:
        self.config, self.plan, self.layout, self.blocks, self.repository = config, plan, layout, blocks, repository
        self.seeds = config.seed_list()
        self.code_counts = config.code_changes == "make_again"
        self.training_identity = cache(self._training_identity)
        self.metric_identity = cache(self._metric_identity)
        self._standing = cache(self._standing_of)

    # trainings

    def _training_identity(self, run: str, block: str) -> Identity:
        settings = self.plan.runs[run].settings
        data = data_identity(settings, dataset_info(settings.data.name).content_sha256, network_facts(settings.data.name), test=False)
        return training_identity(settings, self.blocks[run][block], data, training_code(settings))

    def training(self, run: str, block: str) -> Standing:
        """Of the record of a training; a block that has to be trained again for a metric is not finished."""
        standing = self._standing(self.layout.training.format(run=run, block=block), self.training_identity, run, block)
        if standing.finished and self.config.train_again == "missing" and (gone := self._gone(run, block)):
            return Standing(standing.path, True, f"{gone} of its checkpoints are gone, which metrics need", standing.known)
        return standing

    def checkpoints_gone(self, run: str, block: str, metric: str) -> int:
        """How many of the checkpoints that a metric needs are missing."""
        settings = self.plan.runs[run].settings
        steps = selected_steps(self.plan.runs[run].metrics[metric], checkpoint_steps(settings.checkpoints, settings.training.steps))
        return len(missing_checkpoints(self.layout.checkpoints.format(run=run, block=block), steps))

    def _gone(self, run: str, block: str) -> int:
        names = self.plan.runs[run].metrics.names()
        return max((self.checkpoints_gone(run, block, name) for name in names if not self.metric(run, block, name).finished), default=0)

    # metric tables

    def _metric_identity(self, run: str, block: str, metric: str) -> Identity:
        planned = self.plan.runs[run]
        settings, of_metric = planned.settings, planned.metrics[metric]
        data = data_identity(settings, dataset_info(settings.data.name).content_sha256, network_facts(settings.data.name), test=True)
        return metric_identity(self.training_identity(run, block), of_metric, settings, data, metric_code(settings, of_metric))

    def metric(self, run: str, block: str, metric: str) -> Standing:
        """Of the table of a metric of a block."""
        return self._standing(self.layout.metric.format(run=run, block=block, metric=metric), self.metric_identity, run, block, metric)

    def _tables(self, run: str, metrics: Iterable[str]) -> dict[str, str]:
        """What the tables of a run were or will be made from, by their name."""
        found = {}
        for metric in metrics:
            for block in self.blocks[run]:
                standing = self.metric(run, block, metric)
                found[f"{run}/{block}/{metric}"] = digest(standing.known if standing.finished else self.metric_identity(run, block, metric))
        return found

    # what is computed from tables

    @cached_property
    def _detectors(self) -> dict[str, Any]:
        return without_defaults(self.config.detectors)

    def _run(self, run: str, metrics: Iterable[str]) -> dict[str, Any]:
        """A run and some of its metrics, without what has its default."""
        planned = self.plan.runs[run]
        about = {"paper": planned.paper, "variant": planned.variant, "settings": without_defaults(planned.settings)}
        return about | {"metrics": {name: without_defaults(planned.metrics[name]) for name in metrics}}

    def run_facts(self, run: str) -> dict[str, Any]:
        """What a run is, as plain values: the content of its settings.json."""
        planned = self.plan.runs[run]
        about = {"id": run, "paper": planned.paper, "variant": planned.variant}
        return about | planned.settings.model_dump(mode="json") | {"metrics": planned.metrics.as_dict()}

    def summary_identity(self, run: str) -> Identity:
        """Of the joined tables, ranks and events of a run."""
        metrics = self.plan.runs[run].metrics.names()
        facts = {"run": self._run(run, metrics), "seeds": self.seeds, "detectors": self._detectors}
        return derived_identity(code_version("grokscope.analysis.summary"), tables=self._tables(run, metrics), **facts)

    def summary(self, run: str) -> Standing:
        """Of the settings and the table of events of a run."""
        paths = (self.layout.settings.format(run=run), self.layout.events.format(run=run))
        return worst(self._standing(path, self.summary_identity, run) for path in paths)

    def card_identity(self, run: str) -> Identity:
        """Of a run card."""
        code = code_version("grokscope.report.card", "grokscope.report.card_execute")
        files = [self.repository / "workflow/notebooks/run_card.ipynb", *sorted((self.repository / "report").glob("*/card*.html"))]
        return derived_identity(code, summary=self.summary_identity(run), scale=self.config.scale, files=[sha256_of(file) for file in files])

    def card(self, run: str) -> Standing:
        """Of a run card: its notebook, its page and the record of both."""
        start = self.layout.card.format(run=run)
        return worst([self._standing(f"{start}.json", self.card_identity, run), *(there(f"{start}.{ending}") for ending in ("ipynb", "html"))])

    def item_facts(self, item: PlannedItem) -> dict[str, Any]:
        """What the script of a figure or claim needs beside tables; plain values."""
        wanted = set(item.settings.metrics)
        return {
            "item": item.as_dict(),
            "scale": self.config.scale,
            "seeds": self.seeds,
            "settings": {
                run: {
                    **self.plan.runs[run].settings.model_dump(mode="json"),
                    "metrics": self.plan.runs[run].metrics.as_dict(wanted),
                }
                for run in item.runs()
            },
            "detectors": self.config.detectors.model_dump(mode="json"),
        }

    def _item_identity(self, item: PlannedItem, *modules: str) -> Identity:
        metrics, runs = item.settings.metrics, item.runs()
        return derived_identity(
            code_version(*modules),
            tables={run: self._tables(run, metrics) for run in runs},
            reference={name: sha256_of(self.repository / "reference" / name) for name in getattr(item.settings, "reference", [])},
            item=[item.name, item.id, item.paper, item.variant, without_defaults(item.settings), [vars(member) for member in item.members]],
            scale=self.config.scale,
            seeds=self.seeds,
            runs={run: self._run(run, metrics) for run in runs},
            detectors=self._detectors,
            published=[self._published(known) for known in self.plan.published_of(item)] if isinstance(item.settings, FigureSettings) else [],
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
        return worst([self._standing(f"{start}.json", self.figure_identity, name), *(there(f"{start}.{ending}") for ending in ("svg", "pdf", "png"))])

    def claim_identity(self, name: str) -> Identity:
        """Of a verdict."""
        item = self.plan.claims[name]
        assert isinstance(item.settings, ClaimSettings)
        parts = [f"grokscope.analysis.estimands.{item.settings.estimand}", f"grokscope.analysis.hypothesis_tests.{item.settings.test}"]
        return self._item_identity(item, "grokscope.analysis.claims", *parts)

    def claims(self, names: Iterable[str]) -> Standing:
        """Of the verdicts that one job gives, of which there is one at least."""
        return worst(self._standing(self.layout.claim.format(claim=name), self.claim_identity, name) for name in names)

    @cached_property
    def report_identity(self) -> Identity:
        """Of the report."""
        files = [path for pattern in ("report/[ts]*/**/*", "docs/*.md") for path in sorted(self.repository.glob(pattern)) if path.is_file()]
        untested = [[item.name, without_defaults(item.settings)] for item in self.plan.untested_claims.values()]
        return derived_identity(
            code_version("grokscope.report.build"),
            config=without_defaults(self.config, exclude=set(NOT_OF_THE_REPORT)),
            papers=self.plan.papers,
            files={str(path.relative_to(self.repository)): sha256_of(path) for path in files},
            figures={name: self.figure_identity(name) for name in self.plan.selected_figures},
            claims={name: self.claim_identity(name) for name in self.plan.claims},
            untested=untested,
            runs={run: self.summary_identity(run) for run in self.plan.shown_runs()},
            blocks={run: list(self.blocks[run]) for run in self.plan.selected_runs()},
        )

    def report(self) -> Standing:
        """Of the report and its archive; its path is that of the folder."""
        record = standing_of(self.layout.report_record, self.report_identity, code_counts=self.code_counts)
        return worst([replace(record, path=self.layout.report), there(self.layout.report_archive)])

    # data sets

    def data(self, dataset: str) -> Standing:
        """Of the record of a data set; it is finished when the file that it names is there."""
        path = Path(self.layout.dataset.format(dataset=dataset))
        file = Path(self.layout.data_folder) / f"{dataset}.safetensors"
        return Standing(str(path), path.is_file(), "it is not there" if not path.is_file() else "" if file.is_file() else f"{file} is not there")

    def _standing_of(self, path: str, identity: Callable[..., Identity], *names: str) -> Standing:
        return standing_of(path, identity(*names), code_counts=self.code_counts)

"""What a plan wants of data sets, trainings and metric tables, and how what is on disk stands to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from grokscope.config.layout import Layout
from grokscope.config.plan import Plan
from grokscope.config.user import UserConfig
from grokscope.data.catalogue import dataset_info
from grokscope.data.registry import network_facts, task_of
from grokscope.results.checkpoint_files import missing_checkpoints
from grokscope.results.identity import Identity, data_identity, digest, metric_identity, training_identity
from grokscope.results.parts import made_content, metric_code, training_code
from grokscope.results.standing import Standing, standing_of
from grokscope.training.schedule import checkpoint_steps, selected_steps

Blocks = Mapping[str, Mapping[str, Sequence[int]]]
"""Run -> block -> seeds."""


class WantedTables:
    """Identities and standings of a plan's data sets, trainings and metric tables."""

    def __init__(self, config: UserConfig, plan: Plan, layout: Layout, blocks: Blocks) -> None:
        self.config, self.plan, self.layout, self.blocks = config, plan, layout, blocks
        self.seeds = config.seed_list()
        self.code_counts = config.code_changes == "make_again"
        self.training_identity = cache(self._training_identity)
        self.metric_identity = cache(self._metric_identity)
        self._standing = cache(self._standing_of)

    # data sets

    def data(self, dataset: str) -> Standing:
        """Of the record of a data set; it is finished when the file that it names is there."""
        path = Path(self.layout.dataset.format(dataset=dataset))
        file = Path(self.layout.data_folder) / f"{dataset}.safetensors"
        return Standing(
            str(path),
            path.is_file(),
            "it is not there" if not path.is_file() else "" if file.is_file() else f"{file} is not there",
        )

    def datasets(self, run: str) -> list[Standing]:
        """Of the records that a run's data are read from: one, or none where the data are made."""
        name = self.plan.runs[run].settings.data.name
        return [self.data(name)] if task_of(name).made_by is None else []

    def _data_identity(self, run: str, *, test: bool) -> Identity:
        settings = self.plan.runs[run].settings
        content = made_content(settings) or dataset_info(settings.data.name).content_sha256
        return data_identity(settings, content, network_facts(settings.data), test=test)

    # trainings

    def _training_identity(self, run: str, block: str) -> Identity:
        settings = self.plan.runs[run].settings
        data = self._data_identity(run, test=False)
        return training_identity(settings, self.blocks[run][block], data, training_code(settings))

    def training(self, run: str, block: str) -> Standing:
        """Of the record of a training; a block that has to be trained again for a metric is not finished."""
        standing = self._standing(self.layout.training.format(run=run, block=block), self.training_identity, run, block)
        if standing.finished and self.config.train_again == "missing" and (gone := self._gone(run, block)):
            return Standing(
                standing.path, True, f"{gone} of its checkpoints are gone, which metrics need", standing.known
            )
        return standing

    def checkpoints_gone(self, run: str, block: str, metric: str) -> int:
        """How many of the checkpoints that a metric needs are missing."""
        settings = self.plan.runs[run].settings
        steps = selected_steps(
            self.plan.runs[run].metrics[metric], checkpoint_steps(settings.checkpoints, settings.training.steps)
        )
        return len(missing_checkpoints(self.layout.checkpoints.format(run=run, block=block), steps))

    def _gone(self, run: str, block: str) -> int:
        names = self.plan.runs[run].metrics.names()
        return max(
            (self.checkpoints_gone(run, block, name) for name in names if not self.metric(run, block, name).finished),
            default=0,
        )

    # metric tables

    def _metric_identity(self, run: str, block: str, metric: str) -> Identity:
        planned = self.plan.runs[run]
        settings, of_metric = planned.settings, planned.metrics[metric]
        data = self._data_identity(run, test=True)
        return metric_identity(
            self.training_identity(run, block), of_metric, settings, data, metric_code(settings, of_metric)
        )

    def metric(self, run: str, block: str, metric: str) -> Standing:
        """Of the table of a metric of a block."""
        return self._standing(
            self.layout.metric.format(run=run, block=block, metric=metric), self.metric_identity, run, block, metric
        )

    def _tables(self, run: str, metrics: Iterable[str]) -> dict[str, str]:
        """What the tables of a run were or will be made from, by their name."""
        found = {}
        for metric in metrics:
            for block in self.blocks[run]:
                standing = self.metric(run, block, metric)
                found[f"{run}/{block}/{metric}"] = digest(
                    standing.known if standing.finished else self.metric_identity(run, block, metric)
                )
        return found

    def _standing_of(self, path: str, identity: Callable[..., Identity], *names: str) -> Standing:
        return standing_of(path, identity(*names), code_counts=self.code_counts)

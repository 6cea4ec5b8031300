"""What a plan wants of data sets, trainings and metric tables, and how what is on disk stands to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path

from grokscope.config.experiments import FigureSettings
from grokscope.config.layout import Layout
from grokscope.config.plan import Plan, PlannedItem
from grokscope.config.user import UserConfig
from grokscope.data.registry import task_of
from grokscope.errors import UserError
from grokscope.metrics.registry import METRICS
from grokscope.results.checkpoint_files import checkpoints_are_gone, missing_checkpoints
from grokscope.results.identity import Identity, digest
from grokscope.results.standing import Standing, standing_of
from grokscope.results.wanted_blocks import PlannedBlocks, identity_of_metric, identity_of_training
from grokscope.training.schedule import checkpoint_steps, selected_steps


class WantedTables:
    """Identities and standings of a plan's data sets, trainings and metric tables, and the seeds that there are."""

    def __init__(self, config: UserConfig, plan: Plan, layout: Layout, planned: PlannedBlocks) -> None:
        self.config, self.plan, self.layout = config, plan, layout
        self.blocks, self.archived = planned.blocks, planned.archived
        self.seeds = config.seed_list()
        self.code_counts = config.code_changes == "make_again"
        self.training_identity = cache(self._training_identity)
        self.metric_identity = cache(self._metric_identity)
        self._standing = cache(self._standing_of)
        self.seeds_there = cache(self._seeds_there)
        self._tables_of_metric = cache(self._digests_of_metric)

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
        """Of the records that a run's data are read from: one, or none where the data are made from settings alone."""
        name = self.plan.runs[run].settings.data.name
        return [self.data(name)] if task_of(name).has_file else []

    # trainings

    def training_path(self, run: str, block: str) -> str:
        """The record of a training: its own, or that of the archive that holds what was measured on it."""
        archived = self.archived.get((run, block))
        return archived.block.record_path if archived else self.layout.training.format(run=run, block=block)

    def _training_identity(self, run: str, block: str) -> Identity:
        return identity_of_training(self.plan.runs[run], self.blocks[run][block], self.layout)

    def training(self, run: str, block: str) -> Standing:
        """Of the record of a training; a block that has to be trained again for a metric is not finished."""
        path, archived = self.training_path(run, block), self.archived.get((run, block))
        if archived:
            return Standing(path, True, "", archived.block.record.identity)
        standing = self._standing(path, self.training_identity, run, block)
        if standing.finished and self.config.train_again == "missing" and (gone := self._gone(run, block)):
            return Standing(standing.path, True, f"{checkpoints_are_gone(gone)} that metrics need", standing.known)
        return standing

    def checkpoints_gone(self, run: str, block: str, metric: str) -> int:
        """How many of the checkpoints that a metric needs are missing."""
        folder = self.layout.checkpoints.format(run=run, block=block)
        return len(missing_checkpoints(folder, self.metric_steps(run, metric)))

    def metric_steps(self, run: str, metric: str) -> list[int]:
        """The steps at which a metric of a run is measured."""
        settings = self.plan.runs[run].settings
        scheduled = checkpoint_steps(settings.checkpoints, settings.training.steps)
        return list(selected_steps(self.plan.runs[run].metrics[metric], scheduled))

    def _gone(self, run: str, block: str) -> int:
        names = self.plan.runs[run].metrics.names()
        return max(
            (self.checkpoints_gone(run, block, name) for name in names if not self.metric(run, block, name).finished),
            default=0,
        )

    # metric tables

    def metric_path(self, run: str, block: str, metric: str) -> str:
        """The table of a metric, in the results folder or in an archive."""
        archived = self.archived.get((run, block))
        if archived and metric in archived.metrics:
            return archived.path(metric)
        return self.layout.metric.format(run=run, block=block, metric=metric)

    def _metric_identity(self, run: str, block: str, metric: str) -> Identity:
        planned = self.plan.runs[run]
        return identity_of_metric(planned, self.training_identity(run, block), planned.metrics[metric], self.layout)

    def metric(self, run: str, block: str, metric: str) -> Standing:
        """Of the table of a metric of a block; it is not finished without the arrays that belong to it."""
        path, archived = self.metric_path(run, block, metric), self.archived.get((run, block))
        if archived and metric in archived.metrics:
            return Standing(path, True, "", archived.identity(metric))
        names = {"run": run, "block": block, "metric": metric}
        table = self._standing(path, self.metric_identity, run, block, metric)
        if not table.finished or not METRICS[self.plan.runs[run].metrics[metric].metric].arrays:
            return table
        arrays = self._standing(self.layout.arrays.format(**names), self.metric_identity, run, block, metric)
        return replace(table, reason="" if arrays.finished else f"{arrays.path}: {arrays.reason}")

    @cached_property
    def metrics_with_arrays(self) -> list[str]:
        """Names under which metrics with arrays are measured. Raises UserError where one stands for others too."""
        having: dict[str, bool] = {}
        for run, planned in self.plan.runs.items():
            for name, settings, declared in planned.metrics.items_in_order():
                if having.setdefault(name, bool(declared.arrays)) != bool(declared.arrays):
                    raise UserError(
                        f"run {run}: metrics.{name}: is {settings.metric} here, and in another run a metric"
                        f" {'without' if declared.arrays else 'with'} arrays; give it another name"
                    )
        return sorted(name for name, has in having.items() if has)

    def metric_blocks(self, run: str, metric: str) -> list[str]:
        """The blocks whose tables are used: all, or only those that are finished where what is missing is left out."""
        blocks = self.blocks[run]
        if self.config.missing == "train":
            return list(blocks)
        return [block for block in blocks if self.metric(run, block, metric).finished]

    def steps_to_keep(self, run: str) -> dict[str, list[int]]:
        """Metric -> the steps that are wanted, for metrics of which an archive has more."""
        found = {}
        for (name, _), archived in self.archived.items():
            for metric in archived.metrics if name == run else ():
                wanted = self.metric_steps(run, metric)
                if len(archived.steps(metric)) > len(wanted):
                    found[metric] = wanted
        return found

    def _tables(self, run: str, metrics: Iterable[str]) -> dict[str, str]:
        """What the tables of a run were or will be made from, by their name."""
        return {
            name: made_from for metric in metrics for name, made_from in self._tables_of_metric(run, metric).items()
        }

    def _digests_of_metric(self, run: str, metric: str) -> dict[str, str]:
        """The same for one metric."""
        found = {}
        for block in self.metric_blocks(run, metric):
            standing = self.metric(run, block, metric)
            found[f"{run}/{block}/{metric}"] = digest(
                standing.known if standing.finished else self.metric_identity(run, block, metric)
            )
        return found

    # seeds

    def wanted_seeds(self, run: str) -> list[int]:
        """The seeds that a run is to have."""
        return self.config.seed_list(self.plan.runs[run].seeds_at_most)

    def _seeds_there(self, run: str, metric: str) -> frozenset[int]:
        """The wanted seeds of a run that have, or will have, a table of a metric."""
        blocks = self.metric_blocks(run, metric)
        return frozenset(seed for block in blocks for seed in self.blocks[run][block]).intersection(
            self.wanted_seeds(run)
        )

    def measured_seeds(self, run: str, metric: str) -> set[int]:
        """The wanted seeds of a run whose table of a metric is finished."""
        blocks = [block for block in self.blocks[run] if self.metric(run, block, metric).finished]
        return {seed for block in blocks for seed in self.blocks[run][block]}.intersection(self.wanted_seeds(run))

    def seeds_of_run(self, run: str) -> list[int]:
        """The seeds of a run that its tables, card and page are made from: those with the most metrics, all of them
        where nothing is left out.
        """
        return self._most_measured(run)[0]

    @cached_property
    def _needed(self) -> dict[str, set[str]]:
        return self.plan.metrics_needed()

    def runs_there(self, runs: Iterable[str]) -> list[str]:
        """These runs; without those of which there is nothing, where what is missing is left out."""
        return [run for run in runs if self.config.missing == "train" or self.seeds_of_run(run)]

    def metrics_of_run(self, run: str) -> list[str]:
        """The metrics that all of these seeds have."""
        return self._most_measured(run)[1]

    def _most_measured(self, run: str) -> tuple[list[int], list[str]]:
        """The largest set of metrics that any seed has, and the seeds that have all of these."""
        needed = self._needed.get(run, set())
        names = [name for name in self.plan.runs[run].metrics.names() if name in needed]
        by_seed = {
            seed: [name for name in names if seed in self.seeds_there(run, name)] for seed in self.wanted_seeds(run)
        }
        most = max(by_seed.values(), key=len, default=[])
        return [seed for seed, found in by_seed.items() if found and set(found) >= set(most)], most

    def wanted_seeds_of_item(self, item: PlannedItem) -> list[int]:
        """The seeds that every run of a figure or claim is to have; any run, where each is drawn with its own."""
        wanted = [set(self.wanted_seeds(run)) for run in item.runs()]
        return sorted(set().union(*wanted) if self.draws_each_table(item) else set(self.seeds).intersection(*wanted))

    def seeds_by_table(self, item: PlannedItem) -> dict[str, dict[str, list[int]]]:
        """Run -> metric -> the seeds that are there, of what a figure or claim needs."""
        every = set(self.seeds)
        return {
            run: {metric: sorted(every & self.seeds_there(run, metric)) for metric in item.settings.metrics}
            for run in item.runs()
        }

    def seeds_of_item(self, item: PlannedItem) -> list[int]:
        """The seeds that a figure or claim is made from: those that all of its runs have with every metric.

        Where what is missing is left out, a figure shows each table with the seeds that this one has, and is drawn as
        soon as more than half of its runs have a seed with every metric.
        """
        every, tables = set(self.seeds), self.seeds_by_table(item)
        whole = [every.intersection(*map(set, of_run.values())) for of_run in tables.values()]
        if not self.draws_each_table(item):
            return sorted(every.intersection(*whole))
        if 2 * sum(map(bool, whole)) <= len(whole):
            return []
        return sorted({seed for of_run in tables.values() for seeds in of_run.values() for seed in seeds})

    def draws_each_table(self, item: PlannedItem) -> bool:
        """Whether this is a figure each of whose tables is drawn with seeds of its own."""
        is_figure = isinstance(item.settings, FigureSettings) and bool(item.members)
        return is_figure and self.config.missing == "leave_out"

    def _standing_of(self, path: str, identity: Callable[..., Identity], *names: str) -> Standing:
        return standing_of(path, identity(*names), code_counts=self.code_counts)

"""What a plan will cost: a line a figure and the total of everything that its report needs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TextIO

from grokscope.config.user import UserConfig
from grokscope.cost.estimate import BlockCost, Row, block_cost, row
from grokscope.cost.timings import Times, measure_times
from grokscope.cost.work import work_left
from grokscope.disk import free_bytes
from grokscope.provenance import provenance
from grokscope.results.wanted import Wanted


@dataclass(frozen=True)
class Sums:
    """The lines of the table; `shared_hours` are counted by several lines, `other_hours` only by the total."""

    rows: list[Row]
    total: Row
    shared_hours: float
    other_hours: float


@dataclass(frozen=True)
class Costs:
    """The table and what is said about it: how many of the blocks are trained and of the tables measured."""

    sums: Sums
    scale: str
    seeds: int
    jobs: int
    threads: int
    device: str
    machine: str
    cores: int
    load: float
    day: date
    trainings: int
    trained: int
    tables: int
    measured: int
    checkpoint_folder: str
    free_bytes: int

    @property
    def unit(self) -> str:
        """What the hours of jobs are hours of."""
        return "core" if self.device == "cpu" else "GPU"


def jobs_at_once(config: UserConfig, cores: int | None, nodes: int | None = None, gpus: int | None = None) -> int:
    """How many jobs run at a time on these cores or as cluster jobs; with CUDA no more than there are GPUs."""
    jobs = (cores or os.cpu_count() or 1) // config.threads if nodes is None else nodes
    return max(1, min(jobs, gpus) if gpus and config.device == "cuda" else jobs)


def costs(
    wanted: Wanted,
    jobs: int,
    *,
    known: Times | None = None,
    stream: TextIO | None = None,
) -> Costs:
    """Measure what has to be measured and add up.

    What `known` holds is not measured again, what is measured is added to it. Progress goes to `stream`.
    """
    config, plan, layout = wanted.config, wanted.plan, wanted.layout
    work = work_left(wanted, plan.metrics_needed())
    times = measure_times(work, device=config.device, threads=config.threads, jobs=jobs, known=known, stream=stream)
    facts = provenance(config.device, config.threads)
    figures = {name: (plan.figures[name].runs(), plan.figures[name].settings.metrics) for name in plan.selected_figures}
    return Costs(
        sums=add_up(
            figures, [block_cost(block, times) for block in work], jobs, config.threads if config.device == "cpu" else 1
        ),
        scale=config.scale,
        seeds=len(config.seed_list()),
        jobs=jobs,
        threads=config.threads,
        device=config.device,
        machine=facts["device_name"],
        cores=facts["cores"],
        load=times.load,
        day=date.today(),
        trainings=len(work),
        trained=sum(block.steps == 0 for block in work),
        tables=sum(len(block.metrics) for block in work),
        measured=sum(metric.checkpoints == 0 for block in work for metric in block.metrics.values()),
        checkpoint_folder=layout.checkpoint_root,
        free_bytes=free_bytes(layout.checkpoint_root),
    )


def add_up(
    figures: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    blocks: Sequence[BlockCost],
    jobs: int,
    cores_of_job: int,
) -> Sums:
    """Lines of figures, given as (runs, metrics), each as if made alone, and the total with every run once."""
    rows, wanted = [], dict[str, set[str]]()
    for name, (runs, metrics) in figures.items():
        rows.append(row(name, [block.of_metrics(metrics) for block in blocks if block.run in runs], jobs, cores_of_job))
        for run in runs:
            wanted.setdefault(run, set()).update(metrics)
    together = _hours(
        row("", [block.of_metrics(wanted[block.run]) for block in blocks if block.run in wanted], jobs, cores_of_job)
    )
    total = row("total", blocks, jobs, cores_of_job)
    return Sums(rows, total, sum(map(_hours, rows)) - together, _hours(total) - together)


def _hours(of: Row) -> float:
    return of.training_hours + of.metric_hours

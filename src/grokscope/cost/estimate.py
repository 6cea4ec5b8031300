"""From work that is left and measured times to hours and bytes: arithmetic only."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grokscope.cost.shapes import checkpoint_bytes, metric_shape, training_shape
from grokscope.cost.timings import Times
from grokscope.cost.work import BlockWork

BYTES_OF_NUMBER = 8
"""A real number in a table; such numbers hardly pack."""


@dataclass(frozen=True)
class BlockCost:
    """What is left of a block: seconds of training and of every metric, bytes of checkpoints and tables."""

    run: str
    training_seconds: float
    metric_seconds: Mapping[str, float]
    checkpoint_bytes: int
    table_bytes: Mapping[str, int]

    def of_metrics(self, names: Iterable[str]) -> BlockCost:
        """The same with the named metrics only."""
        kept = set(names)
        seconds = {name: value for name, value in self.metric_seconds.items() if name in kept}
        sizes = {name: value for name, value in self.table_bytes.items() if name in kept}
        return BlockCost(self.run, self.training_seconds, seconds, self.checkpoint_bytes, sizes)


@dataclass(frozen=True)
class Row:
    """One line of the table; `trainings` are blocks still to be trained, hours are of `unit` or of the clock."""

    name: str
    runs: int
    trainings: int
    training_hours: float
    metric_hours: float
    wall_hours: float
    checkpoint_bytes: int
    table_bytes: int


def block_cost(block: BlockWork, times: Times) -> BlockCost:
    """What is left of a block, at the measured times. Every job that is left takes the time to start, too."""
    training, size = 0.0, 0
    if block.steps:
        measured = times.training[training_shape(block.settings, block.seeds)]
        training = times.start_seconds + block.steps * measured.step_seconds + block.checkpoints * measured.save_seconds
        size = block.checkpoints * checkpoint_bytes(block.settings, block.seeds) + measured.state_bytes
    seconds, tables = {}, {}
    for name, metric in block.metrics.items():
        if metric.checkpoints:
            taken = times.metrics[metric_shape(metric.settings, block.settings, block.seeds)]
            seconds[name] = times.start_seconds + taken.setup_seconds + metric.checkpoints * taken.checkpoint_seconds
            tables[name] = metric.checkpoints * taken.checkpoint_values * BYTES_OF_NUMBER
    return BlockCost(block.run, training, seconds, size, tables)


def row(name: str, costs: Sequence[BlockCost], jobs: int, cores_of_job: int) -> Row:
    """The line for some blocks, done by `jobs` jobs at a time with `cores_of_job` cores (or one GPU) each."""
    hours = cores_of_job / 3600
    return Row(
        name=name,
        runs=len({cost.run for cost in costs}),
        trainings=sum(cost.training_seconds > 0 for cost in costs),
        training_hours=hours * sum(cost.training_seconds for cost in costs),
        metric_hours=hours * sum(sum(cost.metric_seconds.values()) for cost in costs),
        wall_hours=wall_seconds(costs, jobs) / 3600,
        checkpoint_bytes=sum(cost.checkpoint_bytes for cost in costs),
        table_bytes=sum(sum(cost.table_bytes.values()) for cost in costs),
    )


def wall_seconds(costs: Iterable[BlockCost], jobs: int) -> float:
    """How long `jobs` jobs at a time take if the longest training starts first and metrics follow."""
    waiting, ready = list[tuple[float, BlockCost]](), list[float]()
    for cost in costs:
        if cost.training_seconds > 0:
            waiting.append((cost.training_seconds, cost))
        else:
            ready += [-seconds for seconds in cost.metric_seconds.values()]
    waiting.sort(key=lambda entry: entry[0])
    heapq.heapify(ready)
    running: list[tuple[float, int, BlockCost | None]] = []
    now, started = 0.0, 0
    while waiting or ready or running:
        while len(running) < jobs and (waiting or ready):
            seconds, trained = waiting.pop() if waiting else (-heapq.heappop(ready), None)
            started += 1
            heapq.heappush(running, (now + seconds, started, trained))
        now, _, finished = heapq.heappop(running)
        if finished is not None:
            for seconds in finished.metric_seconds.values():
                heapq.heappush(ready, -seconds)
    return now

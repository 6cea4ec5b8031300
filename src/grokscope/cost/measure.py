"""How long one update and one metric at one checkpoint take here: the real code, timed on made-up samples."""

from __future__ import annotations

import contextlib
import importlib
import io
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from grokscope.config.run_settings import RunSettings
from grokscope.cost.made_up import made_up_samples
from grokscope.cost.shrink import first_share, shrunk
from grokscope.data.samples import Samples
from grokscope.metrics.compute import network_of
from grokscope.metrics.context import build_context
from grokscope.metrics.declared import MetricSettings
from grokscope.metrics.registry import METRICS
from grokscope.models.initialise import initialise
from grokscope.models.network import Network
from grokscope.training.arithmetic import arithmetic
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.replayed import replaying
from grokscope.training.train import train_block

TRAIN_IMAGES = 5000
WARM_UP_STEPS, WARM_UP_SECONDS = 3, 1.0
LEAST_STEPS = 2
GROUPS = 10
GROWTH, GROWTH_WHILE_FLAT = 4, 16
FLAT, FIXED = 1.3, 1.1
FOREVER = 10**8


@dataclass(frozen=True)
class TrainingTime:
    """Of one block: seconds of an update and of writing a checkpoint, and bytes of the last state."""

    step_seconds: float
    save_seconds: float
    state_bytes: int


@dataclass(frozen=True)
class MetricTime:
    """Of one block: seconds before the first checkpoint and at each, and real numbers that each adds."""

    setup_seconds: float
    checkpoint_seconds: float
    checkpoint_values: int


class _Enough(Exception):
    """Ends a training that has been timed for long enough."""


def clock_of(device: str, threads: int) -> Callable[[], float]:
    """Seconds of processor time, which other work hardly changes, where it says the cost; else wall time."""
    return time.process_time if device == "cpu" and threads == 1 else time.perf_counter


def training_time(
    settings: RunSettings, seeds: int, *, device: str, threads: int, budget_seconds: float
) -> TrainingTime:
    """Train `seeds` seeds for about `budget_seconds` and time it. Raises UserError if that is impossible."""
    tree = settings.model_dump()
    batch_size = settings.training.batch_size
    tree["data"]["train_size"] = batch_size * max(1, min(settings.data.train_size, TRAIN_IMAGES) // batch_size)
    tree["training"]["steps"], tree["checkpoints"] = FOREVER, {"grid": "log", "count": 2}
    run = RunSettings.model_validate(tree)
    samples = made_up_samples(run.data, run.data.train_size, 0)
    clock, marks, began = clock_of(device, threads), list[float](), 0.0
    every = 1 if device == "cpu" else GROUPS

    def mark(done: int) -> None:
        if done % every:
            return
        if device != "cpu":
            torch.cuda.synchronize()
        now = clock()
        if done >= WARM_UP_STEPS or now - began > WARM_UP_SECONDS:
            marks.append(now)
        if len(marks) > LEAST_STEPS and now - marks[0] >= budget_seconds:
            raise _Enough

    with tempfile.TemporaryDirectory() as temporary:
        began, stream = clock(), io.StringIO()
        with contextlib.suppress(_Enough), replaying(device):
            # the state is written after the first update, and then at its usual share of the time
            train_block(
                run,
                samples,
                range(seeds),
                temporary,
                device=device,
                threads=threads,
                state_seconds=0.0,
                stream=stream,
                on_step=mark,
            )
        state_bytes = sum(path.stat().st_size for path in Path(temporary).glob("state.*"))
        store = CheckpointStore(temporary)
        tensors = store.load(0, device)
        saves = [_seconds(time.perf_counter, store.save, 1, tensors)[0] for _ in range(2)]
    return TrainingTime(median_step(marks) / every, float(np.mean(saves)), state_bytes)


def median_step(marks: Sequence[float]) -> float:
    """Median over up to ten equal groups of the mean step, so that work once an epoch counts."""
    size = max(1, (len(marks) - 1) // GROUPS)
    return float(np.median(np.diff(marks[::size]))) / size


def metric_time(
    metric: MetricSettings, settings: RunSettings, seeds: int, *, device: str, threads: int, budget_seconds: float
) -> MetricTime:
    """Time a metric on more and more samples and extrapolate from the last two sizes; the weights are initial ones.

    All metrics take a fixed time and one that is proportional to the samples, so two sizes are enough.
    """
    module = importlib.import_module(METRICS[metric.metric].on(settings.model.kind).measure)
    clock = clock_of(device, threads)
    shares, setups, taken = list[float](), list[float](), list[float]()
    with (
        tempfile.TemporaryDirectory() as temporary,
        arithmetic(device=device, threads=threads, flush_denormal=settings.training.flush_denormal),
    ):
        network = network_of(settings, seeds, device)
        initialise(network, list(range(seeds)), settings.model.init_scale)
        store = CheckpointStore(temporary)
        store.save(0, network.state_dict())
        load = min(_seconds(clock, _load, network, store, device)[0] for _ in range(2))
        share = first_share(metric, settings)
        while True:
            small_run, small_metric, repeats = shrunk(settings, metric, share)
            samples = made_up_samples(small_run.data, small_run.data.train_size, small_run.data.test_size or 1)
            setup, measure = _seconds(clock, _prepared, module, small_metric, small_run, samples, seeds, device)
            seconds, table = _seconds(clock, measure, network, 0)
            if not taken and seconds < budget_seconds:
                # the first call of all warms up
                seconds, table = _seconds(clock, measure, network, 0)
            shares, setups, taken = [*shares, share], [*setups, setup], [*taken, seconds]
            if share == 1 or _enough(shares, taken, budget_seconds):
                break
            flat = len(taken) > 1 and seconds < FLAT * taken[0]
            share = min(1.0, (GROWTH_WHILE_FLAT if flat else GROWTH) * share)
    return MetricTime(extrapolated(shares, setups), load + extrapolated(shares, taken, repeats), real_numbers(table))


def _enough(shares: Sequence[float], seconds: Sequence[float], budget_seconds: float) -> bool:
    """Whether the last size took long enough and twice as long as the first, or samples do not seem to matter."""
    grown = seconds[-1] / seconds[0]
    if shares[-1] >= GROWTH_WHILE_FLAT**2 * shares[0] and grown < FIXED:
        return True
    return len(seconds) > 1 and seconds[-1] >= budget_seconds and grown >= 2


def extrapolated(shares: Sequence[float], seconds: Sequence[float], repeats: float = 1.0) -> float:
    """Seconds at share 1 from those at the last two `shares`, with the part that grows taken `repeats` times."""
    share, last = shares[-1], seconds[-1]
    slope = last / share
    if len(shares) > 1:
        slope = min(slope, max(0.0, (last - seconds[-2]) / (share - shares[-2])))
    return last - slope * share + slope * repeats


def real_numbers(table: pd.DataFrame) -> int:
    """How many real numbers a table holds, those in lists too; all else packs into next to nothing."""
    columns = (table[column] for column in table.columns)
    return sum(
        len(column) if column.dtype == "float64" else sum(map(len, column))
        for column in columns
        if column.dtype in ("float64", "object")
    )


def _prepared(
    module: Any, metric: MetricSettings, run: RunSettings, samples: Samples, seeds: int, device: str
) -> Callable[[Network, int], pd.DataFrame]:
    measure: Callable[[Network, int], pd.DataFrame] = module.build(
        metric, build_context(run, samples, list(range(seeds)), device)
    )
    return measure


def _load(network: Network, store: CheckpointStore, device: str) -> None:
    network.load_state_dict(store.load(0, device))


def _seconds(clock: Callable[[], float], work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    began = clock()
    result = work(*arguments)
    return clock() - began, result

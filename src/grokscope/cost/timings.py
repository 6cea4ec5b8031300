"""Times everything that the blocks of a plan need, each kind of training and measurement once."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import torch

import grokscope
from grokscope.cost.measure import MetricTime, TrainingTime, metric_time, training_time
from grokscope.cost.shapes import metric_shape, training_shape
from grokscope.cost.work import BlockWork
from grokscope.errors import UserError
from grokscope.progress import Progress

TOTAL_SECONDS = 90.0
LEAST_SECONDS, MOST_SECONDS = 0.1, 1.0
MOST_PROCESSES = 16
IMPORTS = "import torch, grokscope.data.recorded, grokscope.metrics.compute"


@dataclass
class Times:
    """Measured times by shape, seconds that every job takes to start, and the machine's load before."""

    start_seconds: float = 0.0
    load: float = 0.0
    training: dict[str, TrainingTime] = field(default_factory=dict)
    metrics: dict[str, MetricTime] = field(default_factory=dict)


def measure_times(
    blocks: Iterable[BlockWork],
    *,
    device: str,
    threads: int,
    jobs: int,
    known: Times | None = None,
    stream: TextIO | None = None,
) -> Times:
    """Time what the blocks still need and `known` lacks; the more there is, the shorter each is timed.

    `jobs` jobs will run at a time, and as many, up to 16, are timed at a time, since they compete for caches.
    """
    times = known or Times()
    tasks = _tasks(blocks, times)
    if not tasks:
        return times
    processes = min(jobs, len(tasks), MOST_PROCESSES)
    budget = min(MOST_SECONDS, max(LEAST_SECONDS, TOTAL_SECONDS * processes / (3 * len(tasks))))
    options = {"device": device, "threads": threads, "budget_seconds": budget}
    if not times.start_seconds:
        times.load, times.start_seconds = os.getloadavg()[0], start_seconds(device, threads)
    # a fresh interpreter each: torch's threads do not survive a fork
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
    try:
        running: dict[Future[Any], tuple[str, str]] = {pool.submit(task, **options): key for key, task in tasks.items()}
        with Progress("measuring what things cost", len(running), stream=stream) as progress:
            for done, future in enumerate(as_completed(running), start=1):
                kind, shape = running[future]
                getattr(times, kind)[shape] = future.result()
                progress.update(done)
    finally:
        pool.shutdown(cancel_futures=True)
    return times


def _tasks(blocks: Iterable[BlockWork], times: Times) -> dict[tuple[str, str], Callable[..., Any]]:
    """What is to be timed, by kind (a field of Times) and shape."""
    tasks: dict[tuple[str, str], Callable[..., Any]] = {}
    for block in blocks:
        if block.steps:
            shape = training_shape(block.settings, block.seeds)
            tasks.setdefault(("training", shape), partial(training_time, block.settings, block.seeds))
        for metric in block.metrics.values():
            if metric.checkpoints:
                shape = metric_shape(metric.settings, block.settings, block.seeds)
                tasks.setdefault(("metrics", shape), partial(metric_time, metric.settings, block.settings, block.seeds))
    return {(kind, shape): task for (kind, shape), task in tasks.items() if shape not in getattr(times, kind)}


def start_seconds(device: str, threads: int) -> float:
    """Seconds from starting a job's process until its libraries are loaded. Raises UserError without the device."""
    if device == "cuda" and not torch.cuda.is_available():
        raise UserError(
            "device: cuda was asked for, but there is no CUDA device here; measure the cost on the machine that will do"
            " the work"
        )
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(grokscope.__file__).parents[1]),
        "OMP_NUM_THREADS": str(threads),
    }
    began, cpu = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-c", f"{IMPORTS}; torch.zeros(1, device={device!r})"], env=environment, check=True)
    wall, after = time.perf_counter() - began, os.times()
    own = after.children_user - cpu.children_user + after.children_system - cpu.children_system
    return own if device == "cpu" and threads == 1 else wall

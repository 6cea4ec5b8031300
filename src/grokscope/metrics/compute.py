"""One metric of one block, at all the checkpoints it is asked for."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

import numpy as np
import pandas as pd
import torch

from grokscope.config.metric_settings import METRIC_NAMES, MetricSettings
from grokscope.config.run_settings import RunSettings
from grokscope.errors import UserError
from grokscope.metrics.context import build_context
from grokscope.metrics.tables import check_table
from grokscope.models.build import network_of_run
from grokscope.models.network import Network
from grokscope.progress import Progress
from grokscope.training.arithmetic import arithmetic
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.schedule import checkpoint_steps

if TYPE_CHECKING:
    from grokscope.data.dataset import ImageDataset


def compute_metric(
    name: str,
    metric_settings: MetricSettings,
    run_settings: RunSettings,
    dataset: ImageDataset,
    seeds: Sequence[int],
    folder: str | os.PathLike[str],
    run_id: str,
    device: str = "cpu",
    threads: int = 1,
    stream: TextIO | None = None,
) -> pd.DataFrame:
    """The table of metric `name` of the block `seeds`, whose checkpoints lie in `folder`, in ascending steps.

    Denormal numbers are treated as in the run's training; progress goes to `stream` (standard error when None).
    Raises UserError when a checkpoint is missing or is not one of this network, ValueError when `name` is no metric.
    """
    if name not in METRIC_NAMES:
        raise ValueError(f"metric {name!r} is not one of {', '.join(METRIC_NAMES)}")
    store = CheckpointStore(folder)
    steps = selected_steps(metric_settings, checkpoint_steps(run_settings.checkpoints, run_settings.training.steps))
    _check_present(store, steps)
    tables = []
    with arithmetic(device=device, threads=threads, flush_denormal=run_settings.training.flush_denormal):
        network = network_of(run_settings, len(seeds), device)
        context = build_context(run_settings, dataset, seeds, device)
        module = importlib.import_module(f"grokscope.metrics.{name}")
        measure: Callable[[Network, int], pd.DataFrame] = module.build(metric_settings, context)
        with Progress(f"{name} of {run_id}", len(steps), stream=stream) as progress:
            for done, step in enumerate(steps, start=1):
                _load(network, store, step, device)
                tables.append(measure(network, step))
                progress.update(done)
    table = pd.concat(tables, ignore_index=True)
    table.insert(0, "run", pd.Series([run_id] * len(table), dtype="str"))
    return check_table(name, table)


def selected_steps(settings: MetricSettings, steps: Sequence[int]) -> list[int]:
    """Those of the ascending checkpoint `steps` that a metric is computed at, the last always among them.

    `every` keeps the multiples of a number; `at_most` then thins what is left, evenly in its order, the first and last included.
    """
    kept = [step for step in steps if settings.every is None or step % settings.every == 0 or step == steps[-1]]
    if settings.at_most is not None and len(kept) > settings.at_most:
        kept = [kept[index] for index in np.linspace(0, len(kept) - 1, settings.at_most).round().astype(int)]
    return kept


def network_of(run_settings: RunSettings, seeds: int, device: str | torch.device = "cpu") -> Network:
    """The network of a run in evaluation mode, in the run's dtype, its weights not yet loaded."""
    return network_of_run(run_settings, seeds, device).eval()


def _check_present(store: CheckpointStore, steps: Sequence[int]) -> None:
    missing = sorted(set(steps) - set(store.steps()))
    if missing:
        raise UserError(
            f"{store.folder}: {len(missing)} of {len(steps)} checkpoints are missing, the first of step {missing[0]}; train this block again"
        )


def _load(network: Network, store: CheckpointStore, step: int, device: str) -> None:
    try:
        network.load_state_dict(store.load(step, str(device)))
    except (OSError, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{store.path(step)}: not a checkpoint of this run, train this block again: {reason}") from error

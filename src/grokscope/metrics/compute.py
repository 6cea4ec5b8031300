"""One metric of one block, at all the checkpoints it is asked for."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

import pandas as pd
import torch

from grokscope.config.run_settings import RunSettings
from grokscope.errors import UserError
from grokscope.files import read_json
from grokscope.metrics.context import build_context
from grokscope.metrics.declared import MetricSettings
from grokscope.metrics.registry import METRICS
from grokscope.metrics.tables import check_table
from grokscope.metrics.unfinished import UnfinishedTable, joined
from grokscope.models.build import network_of_run
from grokscope.models.network import Network
from grokscope.progress import Progress
from grokscope.results.identity import Identity, first_difference
from grokscope.training.arithmetic import arithmetic
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.schedule import checkpoint_steps, selected_steps
from grokscope.training.state import IDENTITY

RETRAIN = "train this block again: snakemake ... --config train_again=missing"

if TYPE_CHECKING:
    from grokscope.data.samples import Samples


def compute_metric(
    name: str,
    metric_settings: MetricSettings,
    run_settings: RunSettings,
    samples: Samples,
    seeds: Sequence[int],
    folder: str | os.PathLike[str],
    run_id: str,
    device: str = "cpu",
    threads: int = 1,
    stream: TextIO | None = None,
    training: Identity | None = None,
    unfinished: UnfinishedTable | None = None,
) -> pd.DataFrame:
    """The table that is measured under `name` from the checkpoints of the block `seeds` in `folder`, by step.

    With `training` the folder must hold the training of this identity. Denormal numbers are treated as in the run's
    training. What an earlier job has left in `unfinished` is not measured again, and what is measured is kept there on
    the way: every checkpoint is measured by itself, so the table is the same to the bit. Progress goes to `stream`
    (standard error when None). Raises UserError when a checkpoint is missing, damaged or not one of this network.
    """
    metric = METRICS[metric_settings.metric]
    store = CheckpointStore(folder)
    steps = selected_steps(metric_settings, checkpoint_steps(run_settings.checkpoints, run_settings.training.steps))
    _check_identity(store, training)
    _check_present(store, steps)
    before = None if unfinished is None else unfinished.read()
    tables = [] if before is None else [before]
    left = steps if before is None else sorted(set(steps) - set(before["step"]))
    with arithmetic(device=device, threads=threads, flush_denormal=run_settings.training.flush_denormal):
        network = network_of(run_settings, len(seeds), device)
        context = build_context(run_settings, samples, seeds, device)
        module = importlib.import_module(metric.measure)
        measure: Callable[[Network, int], pd.DataFrame] = module.build(metric_settings, context)
        start = len(steps) - len(left)
        with Progress(f"{name} of {run_id}", len(steps), start=start, stream=stream) as progress:
            for done, step in enumerate(left, start=start + 1):
                _load(network, store, step, device)
                tables.append(measure(network, step))
                if unfinished is not None:
                    unfinished.keep(tables, run_id)
                progress.update(done)
    return check_table(metric.name, joined(tables, run_id))


def network_of(run_settings: RunSettings, seeds: int, device: str | torch.device = "cpu") -> Network:
    """The network of a run in evaluation mode, in the run's dtype, its weights not yet loaded."""
    return network_of_run(run_settings, seeds, device).eval()


def _check_identity(store: CheckpointStore, wanted: Identity | None) -> None:
    path = store.folder / IDENTITY
    if wanted is None or not path.is_file():
        return
    difference = first_difference(read_json(path, RETRAIN), wanted)
    if difference:
        raise UserError(f"{store.folder}: holds the checkpoints of another training ({difference}); {RETRAIN}")


def _check_present(store: CheckpointStore, steps: Sequence[int]) -> None:
    missing = sorted(set(steps) - set(store.steps()))
    if missing:
        raise UserError(
            f"{store.folder}: {len(missing)} of {len(steps)} checkpoints are missing, the first of step {missing[0]};"
            f" {RETRAIN}"
        )


def _load(network: Network, store: CheckpointStore, step: int, device: str) -> None:
    try:
        network.load_state_dict(store.load(step, str(device)))
    except (OSError, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{store.path(step)}: not a checkpoint of this run: {reason}; {RETRAIN}") from error

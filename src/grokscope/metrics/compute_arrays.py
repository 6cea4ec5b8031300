"""The arrays of one metric of one block, at the checkpoints and of the seeds that its settings choose."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

import numpy as np

from grokscope.config.run_settings import RunSettings
from grokscope.metrics.arrays import ArrayKey, BlockArrays, check_arrays
from grokscope.metrics.compute import network_of
from grokscope.metrics.context import build_context
from grokscope.metrics.declared_arrays import ArraysSettings
from grokscope.metrics.registry import METRICS
from grokscope.models.network import Network
from grokscope.progress import Progress
from grokscope.training.arithmetic import arithmetic
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.schedule import checkpoint_steps, selected_steps

if TYPE_CHECKING:
    from grokscope.data.samples import Samples

Measure = Callable[[Network, int], Mapping[str, Sequence[np.ndarray]]]
"""A network and its step -> for each array of the declaration, those of all seeds of the block in their order."""


def compute_arrays(
    name: str,
    settings: ArraysSettings,
    run_settings: RunSettings,
    samples: Samples,
    seeds: Sequence[int],
    folder: str | os.PathLike[str],
    run_id: str,
    device: str = "cpu",
    threads: int = 1,
    stream: TextIO | None = None,
) -> BlockArrays:
    """The arrays of what is measured under `name` of the block `seeds`, whose checkpoints lie in `folder`.

    It is called after `grokscope.metrics.compute.compute_metric`, which has looked whether the checkpoints are there
    and are those of this network. Raises ValueError when the arrays are not those that the metric declares.
    """
    metric = METRICS[settings.metric]
    steps = array_steps(settings, checkpoint_steps(run_settings.checkpoints, run_settings.training.steps))
    wanted = array_seeds(settings, seeds)
    store, found = CheckpointStore(folder), BlockArrays()
    with arithmetic(device=device, threads=threads, flush_denormal=run_settings.training.flush_denormal):
        network = network_of(run_settings, len(seeds), device)
        build = importlib.import_module(metric.measure).build_arrays
        measure: Measure = build(settings, build_context(run_settings, samples, seeds, device))
        with Progress(f"arrays of {name} of {run_id}", len(steps), stream=stream) as progress:
            for done, step in enumerate(steps if wanted else [], start=1):
                network.load_state_dict(store.load(step, str(device)))
                for array, by_seed in measure(network, step).items():
                    for seed, values in zip(seeds, by_seed, strict=True):
                        if seed in wanted:
                            found[ArrayKey(array, seed, step)] = np.asarray(values)
                progress.update(done)
    check_arrays(metric.name, found)
    return found


def array_steps(settings: ArraysSettings, steps: Sequence[int]) -> list[int]:
    """Those of the ascending checkpoint `steps` of a run at which the metric keeps arrays."""
    measured = selected_steps(settings, steps)
    if settings.arrays_at_most == 1:
        return measured[-1:]
    return selected_steps(settings.model_copy(update={"every": None, "at_most": settings.arrays_at_most}), measured)


def array_seeds(settings: ArraysSettings, seeds: Sequence[int]) -> list[int]:
    """Those of the `seeds` of a block of which the metric keeps arrays."""
    return [seed for seed in seeds if settings.arrays_of_seeds is None or seed in settings.arrays_of_seeds]

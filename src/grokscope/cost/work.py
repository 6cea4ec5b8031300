"""What is still to be done of every block: updates, checkpoints and metric tables that are not there yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from grokscope.code_version import code_version
from grokscope.config.layout import Layout
from grokscope.config.metric_settings import MetricSettings
from grokscope.config.run_settings import RunSettings
from grokscope.config.sweeps import PlannedRun
from grokscope.files import read_json
from grokscope.metrics.compute import selected_steps
from grokscope.training.schedule import checkpoint_steps


@dataclass(frozen=True)
class MetricWork:
    """A metric to be measured at so many `checkpoints`; 0 when its table is there."""

    settings: MetricSettings
    checkpoints: int


@dataclass(frozen=True)
class BlockWork:
    """The rest of one block of `seeds` seeds: `steps` updates and `checkpoints` files, both 0 when it is trained."""

    run: str
    settings: RunSettings
    seeds: int
    steps: int
    checkpoints: int
    metrics: Mapping[str, MetricWork]


def work_left(
    runs: Mapping[str, PlannedRun],
    needed: Mapping[str, Collection[str]],
    blocks: Mapping[str, Mapping[str, Sequence[int]]],
    layout: Layout,
    code: str | None = None,
) -> list[BlockWork]:
    """What the `needed` metrics of runs, by the run's name, still take; `blocks` gives the seeds of a run's blocks by the block's name.

    A training counts as done when its record has the run's settings and was made by the code that is here, and as begun when its folder
    has; `code` is the fingerprint of the training code. A metric table counts as done when it exists and its training is done.
    """
    code = code or code_version("grokscope.training.train")
    found = []
    for name, wanted_metrics in needed.items():
        run = runs[name]
        scheduled = checkpoint_steps(run.settings.checkpoints, run.settings.training.steps)
        for block, seeds in blocks[name].items():
            wanted = {"settings": run.settings.model_dump(mode="json"), "seeds": list(seeds), "code": code}
            trained = _agrees(Path(layout.training.format(run=name, block=block)), wanted)
            begun = -1 if trained else _step_reached(Path(layout.checkpoints.format(run=name, block=block)), wanted)
            metrics = {}
            for metric in run.metrics.names():
                if metric not in wanted_metrics:
                    continue
                settings = getattr(run.metrics, metric)
                there = trained and Path(layout.metric.format(run=name, block=block, metric=metric)).is_file()
                metrics[metric] = MetricWork(settings, 0 if there else len(selected_steps(settings, scheduled)))
            steps = 0 if trained else run.settings.training.steps - max(0, begun)
            checkpoints = 0 if trained else sum(step > begun for step in scheduled)
            found.append(BlockWork(name, run.settings, len(seeds), steps, checkpoints, metrics))
    return found


def _agrees(path: Path, wanted: Mapping[str, Any]) -> bool:
    """Whether the JSON file at `path` exists and has what is `wanted`."""
    try:
        found = read_json(path)
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and all(found.get(key) == value for key, value in wanted.items())


def _step_reached(folder: Path, wanted: Mapping[str, Any]) -> int:
    """The step that a training in `folder` would go on from; -1 when it would start afresh. Reads only, for the training may be running."""
    if not _agrees(folder / "identity.json", wanted):
        return -1
    try:
        with safe_open(folder / "state.safetensors", framework="numpy") as file:
            return int(file.metadata()["step"])
    except (OSError, SafetensorError, KeyError, TypeError):
        return -1

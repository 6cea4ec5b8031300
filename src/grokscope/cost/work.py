"""What is still to be done of every block: updates, checkpoints and metric tables that are not there yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from grokscope.config.run_settings import RunSettings
from grokscope.errors import DamagedFile
from grokscope.files import read_json
from grokscope.metrics.declared import MetricSettings
from grokscope.results.identity import Identity
from grokscope.results.wanted import Wanted
from grokscope.training.schedule import checkpoint_steps, selected_steps
from grokscope.training.sealed_tensors import sealed_facts
from grokscope.training.state import IDENTITY, STATE


@dataclass(frozen=True)
class MetricWork:
    """A metric to be measured at this number of `checkpoints`; 0 when its table is there."""

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


def work_left(wanted: Wanted, needed: Mapping[str, Collection[str]]) -> list[BlockWork]:
    """What the `needed` metrics of runs, by the run's name, still take.

    Trainings and tables count as done when they are finished for the workflow, and a training as begun when its folder
    is of what is wanted. Where the user leaves out what is missing, no work is left.
    """
    if wanted.config.missing == "leave_out":
        return []
    found = []
    for name, wanted_metrics in needed.items():
        run = wanted.plan.runs[name]
        scheduled = checkpoint_steps(run.settings.checkpoints, run.settings.training.steps)
        for block, seeds in wanted.blocks[name].items():
            left = {
                metric: (
                    0
                    if wanted.metric(name, block, metric).finished
                    else len(selected_steps(run.metrics[metric], scheduled))
                )
                for metric in run.metrics.names()
                if metric in wanted_metrics
            }
            trained = wanted.training(name, block).finished or not any(left.values())
            folder = Path(wanted.layout.checkpoints.format(run=name, block=block))
            begun = -1 if trained else _step_reached(folder, wanted.training_identity(name, block))
            metrics = {metric: MetricWork(run.metrics[metric], count) for metric, count in left.items()}
            steps = 0 if trained else run.settings.training.steps - max(0, begun)
            checkpoints = 0 if trained else sum(step > begun for step in scheduled)
            found.append(BlockWork(name, run.settings, len(seeds), steps, checkpoints, metrics))
    return found


def _step_reached(folder: Path, wanted: Identity) -> int:
    """The step from which a training in `folder` would continue, -1 if it would begin; only reads."""
    try:
        known = read_json(folder / IDENTITY)
    except (FileNotFoundError, DamagedFile):
        return -1
    facts = sealed_facts(folder / STATE)
    return int(facts["step"]) if facts and known == wanted else -1

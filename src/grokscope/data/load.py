"""The data of a run: read from the file of its data set, or made."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from grokscope.data.declared import Task, TaskFacts, TaskSettings
from grokscope.data.large import stays_bytes
from grokscope.data.recorded import recorded_dataset, recorded_file
from grokscope.data.registry import task_of
from grokscope.data.samples import Samples, check_samples
from grokscope.errors import UserError


def load_samples(settings: TaskSettings, file: str | Path | None = None) -> Samples:
    """The data of a run with these settings; `file` is where its images or its text lie, which a task whose data are
    made from settings alone does not need. The images of a large set lie on the disk and stay bytes until they are
    computed with (`grokscope.data.pixels_on_demand`); that changes no bit of any result.

    Raises UserError when the file is not there or made data are not what the task declares, DamagedFile when the file
    was changed.
    """
    task = task_of(settings.name)
    if not task.has_file:
        made: Samples = _maker(task).make(settings)
    elif file is None:
        raise UserError(f"data set {task.name}: where its file lies is not said")
    elif task.made_by is None:
        return light(recorded_dataset(file).samples(), task.facts(settings))
    else:
        made = _maker(task).make(settings, recorded_file(file))
    return check_samples(made, task.facts(settings))


def _maker(task: Task) -> Any:
    assert task.made_by is not None
    return importlib.import_module(task.made_by)


def light(samples: Samples, facts: TaskFacts) -> Samples:
    """The same samples; the images of a large set stay bytes until they are computed with."""
    if not stays_bytes(facts):
        return samples
    # loaded only here, because it needs torch
    on_demand = importlib.import_module("grokscope.data.pixels_on_demand").on_demand
    return replace(samples, train_inputs=on_demand(samples.train_inputs), test_inputs=on_demand(samples.test_inputs))

"""The data of a run: read from the file of its data set, or made."""

from __future__ import annotations

import importlib
from pathlib import Path

from grokscope.data.declared import TaskSettings
from grokscope.data.recorded import recorded_dataset
from grokscope.data.registry import task_of
from grokscope.data.samples import Samples, check_samples
from grokscope.errors import UserError


def load_samples(settings: TaskSettings, file: str | Path | None = None) -> Samples:
    """The data of a run with these settings; `file` is where the data set of a task from the catalogue lies, which a
    task whose data are made does not need.

    Raises UserError when the file is not there or made data are not what the task declares, DamagedFile when the file
    was changed.
    """
    task = task_of(settings.name)
    if task.made_by is None:
        if file is None:
            raise UserError(f"data set {task.name}: where its file lies is not said")
        return recorded_dataset(file).samples()
    made: Samples = importlib.import_module(task.made_by).make(settings)
    return check_samples(made, task.facts(settings))

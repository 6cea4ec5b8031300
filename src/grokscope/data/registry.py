"""The tasks: those whose data are images of the catalogue, and those whose data are made, from their settings alone or
from a text. A new one that is made is a folder with a declaration and the module that makes its data, and a line in
MADE; a new text is an entry of its catalogue. Imports neither torch nor numpy.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Discriminator, Field, Tag

from grokscope.config.section import OneOf
from grokscope.data.catalogue import DATASETS, DatasetInfo
from grokscope.data.declared import Task, TaskFacts, TaskSettings
from grokscope.data.modular_arithmetic.declaration import MODULAR_ARITHMETIC
from grokscope.data.regression_toy.declaration import REGRESSION_TOY
from grokscope.data.text.catalogue import TEXTS, TextInfo
from grokscope.data.text.declaration import text_task
from grokscope.errors import UserError

MADE: dict[str, Task] = {
    task.name: task
    for task in (
        # one line for each task
        REGRESSION_TOY,
        MODULAR_ARITHMETIC,
        *map(text_task, TEXTS.values()),
    )
}

FILES: Mapping[str, DatasetInfo | TextInfo] = ChainMap[str, Any](TEXTS, DATASETS)
"""What is known of the data sets that are files, by name, those of images first."""

NAMES: Mapping[str, Any] = ChainMap(MADE, DATASETS)
"""Names of all tasks, those of the catalogue first."""


class DataSettings(TaskSettings):
    """Which samples a run trains and is tested on, for tasks without settings of their own."""

    name: Annotated[str, OneOf(NAMES)] = Field(description="task")


_OWN = {name: task.settings for name, task in MADE.items() if task.settings is not TaskSettings}
"""Settings of the tasks that have some of their own."""


def _tag(value: Any) -> str:
    """Which settings are meant; in brackets, as complaints leave out what pydantic adds in these."""
    name = value.get("name") if isinstance(value, dict) else getattr(value, "name", None)
    return f"[{name}]" if isinstance(name, str) and name in _OWN else "[data]"


if TYPE_CHECKING:
    AnyData = TaskSettings
else:
    AnyData = Annotated[
        Union[
            (Annotated[DataSettings, Tag("[data]")], *(Annotated[own, Tag(f"[{name}]")] for name, own in _OWN.items()))
        ],
        Discriminator(_tag),
    ]
    """The settings of any task, told apart by `name`."""


def file_info(name: str) -> DatasetInfo | TextInfo:
    """What is known of a data set that is a file. Raises UserError for an unknown one."""
    if name not in FILES:
        raise UserError(f"data set {name!r} is unknown; there are {', '.join(FILES)}")
    return FILES[name]


def task_of(name: str) -> Task:
    """The task of this name. Raises UserError for an unknown one."""
    if name in MADE:
        return MADE[name]
    if name in DATASETS:
        return DATASETS[name].task
    raise UserError(f"task {name!r} is unknown; there are {', '.join(NAMES)}")


def task_facts(settings: TaskSettings) -> TaskFacts:
    """Input, target and sizes of the data of a run. Raises UserError for an unknown task."""
    return task_of(settings.name).facts(settings)


def network_facts(settings: TaskSettings) -> dict[str, Any]:
    """What a network is told of a task, as plain values: the name, and what the facts of input and target say."""
    facts = task_facts(settings)
    return {"name": settings.name, **facts.input.facts(), **facts.target.facts()}


def chance_of(settings: Mapping[str, Any], run: str) -> Fraction | None:
    """The accuracy that a network of a run has by chance, by the run's resolved settings; None where it does not
    classify. Raises UserError when they name no known task.
    """
    data = settings.get("data", {})
    name = data.get("name")
    if name not in NAMES:
        raise UserError(f"run {run}: settings.data.name: {name!r} is no known task; known are {', '.join(NAMES)}")
    task = task_of(name)
    return task.facts(task.settings.model_construct(**data)).target.chance


def keys_of_other_tasks(name: str) -> frozenset[str]:
    """Settings that other tasks have and `name` has not: what a sweep inherits from a base of another task."""
    own = set(_OWN.get(name, TaskSettings).model_fields)
    return frozenset(key for settings in _OWN.values() for key in settings.model_fields) - own

"""What a metric declares: its settings, the columns of its table and what it costs. Imports no torch or pandas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.config.section import Section

ColumnType = Literal["integer", "real", "text", "reals"]
"""int64, float64, a string, or a list of float64."""

Split = Literal["train", "test"]


class MetricSettings(Section):
    """What all metrics can be told: which of the run's checkpoints they are computed at."""

    metric: str = Field(description="which metric this is, where its name is not the metric's")
    every: int | None = Field(
        default=None, gt=0, description="only checkpoints whose step is a multiple of this, and the last"
    )
    at_most: int | None = Field(
        default=None,
        ge=2,
        description="only this many checkpoints, evenly spaced in their order, the first and last included",
    )


@dataclass(frozen=True)
class Work:
    """What measuring one checkpoint takes for one seed: numbers that are held, for all seeds, and multiply-adds."""

    numbers: float
    multiply_adds: float


def no_complaints(settings: Any, work: RunWork) -> Iterator[str]:
    """Of metrics that can be measured in all settings."""
    yield from ()


def no_parts(settings: Any) -> list[str]:
    """Of metrics whose settings name no further modules."""
    return []


@dataclass(frozen=True)
class MetricDeclaration:
    """A metric, measured by the module `measure`, which is loaded by name and has

        build(settings, context: EvaluationContext) -> Callable[[Network, int], pandas.DataFrame]

    `columns` are those of its table after run, seed and step, `measured` those of them that hold measured values; the
    others tell rows apart. `work` says what it takes, `complaints` what cannot be measured, each as `key value:
    reason`; `parts` are the modules that its settings name, which are loaded by name.
    """

    name: str
    settings: type[MetricSettings]
    measure: str
    columns: Mapping[str, ColumnType]
    measured: frozenset[str]
    work: Callable[[Any, RunWork], Work]
    complaints: Callable[[Any, RunWork], Iterator[str]] = no_complaints
    parts: Callable[[Any], list[str]] = no_parts

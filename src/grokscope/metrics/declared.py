"""What a metric says of itself: its settings, the columns of its table, its curves and what it costs. Imports no torch
and no pandas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from grokscope.config.run_work import RunWork
from grokscope.config.section import Section
from grokscope.data.declared import InputKind, TargetKind
from grokscope.metrics.declared_curves import Chart, CurveDeclaration

if TYPE_CHECKING:
    from grokscope.metrics.declared_arrays import ArrayDeclaration

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

    def steps_with_rows(self, steps: Sequence[int]) -> list[int]:
        """Those of the ascending `steps` that the metric is computed at where its table has rows: all, for most."""
        return list(steps)


@dataclass(frozen=True)
class Work:
    """What measuring one checkpoint takes, of one seed beside the samples: numbers that are held, for all seeds, and
    multiply-adds.
    """

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
    others tell rows apart; `derived` are the columns of tables that are computed from it. `curves` are what figures and
    claims may name, `charts` what the pages and cards of runs show: by default one for each curve. `work` says what it
    takes, `complaints` what cannot be measured, each as `key value: reason`; `parts` are the modules that its settings
    name, which are loaded by name. `inputs` and `targets` are the kinds of input and target of the tasks that it
    makes sense for.

    `measured_by` names another such module for kinds of model on which the same values are found in another way: the
    code of the one then does not concern the tables of the other.

    With `arrays` the settings are those of `grokscope.metrics.declared_arrays.ArraysSettings`, and the module has

        build_arrays(settings, context) -> Callable[[Network, int], Mapping[str, Sequence[numpy.ndarray]]]

    which gives for each of them those of all seeds of the block.
    """

    name: str
    settings: type[MetricSettings]
    measure: str
    columns: Mapping[str, ColumnType]
    measured: frozenset[str]
    work: Callable[[Any, RunWork], Work]
    complaints: Callable[[Any, RunWork], Iterator[str]] = no_complaints
    parts: Callable[[Any], list[str]] = no_parts
    measured_by: Mapping[str, str] = field(default_factory=dict)
    curves: tuple[CurveDeclaration, ...] = ()
    charts: tuple[Chart, ...] | None = None
    derived: Mapping[str, Mapping[str, ColumnType]] = field(default_factory=dict)
    arrays: tuple[ArrayDeclaration, ...] = ()
    inputs: tuple[InputKind, ...] = ("images", "vectors", "tokens")
    targets: tuple[TargetKind, ...] = ("classes", "classes_of_positions", "values")

    def __post_init__(self) -> None:
        for curve in self.curves:
            if not curve.reader:
                self._check(curve)

    def on(self, kind: str) -> MetricDeclaration:
        """As it is measured on models of a kind."""
        return replace(self, measure=self.measured_by.get(kind, self.measure))

    def shown(self) -> tuple[Chart, ...]:
        """What the pages and cards of runs show of it."""
        if self.charts is None:
            return tuple(curve.chart() for curve in self.curves if not curve.reader)
        return self.charts

    def _check(self, curve: CurveDeclaration) -> None:
        """Raise ValueError unless the curve is one value for each seed and step of a table that there is."""
        place = f"metric {self.name}, curve {curve.name}"
        if curve.table and curve.table not in self.derived:
            raise ValueError(f"{place}: there is no derived table {curve.table}")
        columns = self.derived[curve.table] if curve.table else self.columns
        measured = {curve.column} if curve.table else self.measured
        if columns.get(curve.column) not in ("integer", "real") or curve.column not in measured:
            raise ValueError(f"{place}: {curve.column!r} is no column of measured numbers")
        said = [*curve.where, *curve.options, *curve.reduced]
        for column in columns:
            if column not in measured and column not in said:
                raise ValueError(
                    f"{place}: rows that differ in {column} would be one; name it under where, options or reduced"
                )
        for column in said:
            if column not in columns or column in measured or said.count(column) > 1:
                raise ValueError(f"{place}: {column!r} has to be a column that tells rows apart, and be named once")

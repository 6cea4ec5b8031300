"""How well two tables of the same seed agree: to the bit, within rounding, or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from grokscope.metrics.tables import SCHEMAS, key_columns_of

ROUNDING = 1e-9
"""Relative difference up to which two values count as equal but for the order of additions."""

ARITHMETIC = ("device", "device_name", "threads", "torch")
"""Facts of a training that decide its bits."""

SHARES = frozenset({"accuracy", "zero_gradient_start", "zero_gradient_last"})
"""Columns that are shares of samples: their scale is 1 however small they are."""


@dataclass(frozen=True)
class Tolerance:
    """Largest differences that another arithmetic may bring: in the first START steps, of one value at any later step,
    and in the median over a table.

    In units of the values' own scale: 1 for a share, for everything else the size that nineteen in twenty values do not
    exceed. A single share has a bound of its own, `one_share`.
    """

    at_start: float
    one_value: float
    one_share: float
    median: float


EXACT = Tolerance(0.0, 0.0, 0.0, 0.0)
OTHER_ARITHMETIC = Tolerance(at_start=0.002, one_value=2.5, one_share=0.5, median=0.05)
"""From docs/reproducibility.md: weights and batches are the same everywhere, so that only rounding differs in the first
steps, where another seed lies percents away; tens of thousands of steps later rounding decides when a network passes
through an instability, so that a value at one step may differ by more than its usual size, but not at most of them.
"""

START = 10
"""Steps in which rounding changes nothing that can be seen, in float32 neither (docs/reproducibility.md)."""


@dataclass(frozen=True)
class Agreement:
    """How one column of two tables of one seed agrees: shares of the values, and where they differ most.

    `largest` and `median` are differences in units of the values' scale.
    """

    metric: str
    seed: int
    column: str
    values: int
    equal: float
    within_rounding: float
    at_start: float
    largest: float
    median: float
    step: int
    first: float
    second: float

    def holds(self, tolerance: Tolerance) -> bool:
        """Whether the two agree within a tolerance."""
        return (
            self.values > 0
            and self.at_start <= tolerance.at_start
            and self.largest <= (tolerance.one_share if self.column in SHARES else tolerance.one_value)
            and self.median <= tolerance.median
        )


def tolerance_between(first: Mapping[str, Any], second: Mapping[str, Any]) -> Tolerance:
    """What may differ between blocks with these records: nothing where seeds, code and arithmetic were the same."""
    facts = [
        (
            record["seeds"],
            record["identity"].get("code"),
            record.get("metric_code"),
            [(record["training"].get("provenance") or {}).get(fact) for fact in ARITHMETIC],
        )
        for record in (first, second)
    ]
    known = None not in facts[0][-1]
    return EXACT if known and facts[0] == facts[1] else OTHER_ARITHMETIC


def agreements(metric: str, first: pd.DataFrame, second: pd.DataFrame, seed: int) -> list[Agreement]:
    """How the measured columns of two tables of one metric agree at one seed, at the steps that both have.

    Where there is no such step, or one of them lacks rows of the other at one, they do not agree.
    """
    keys = [key for key in key_columns_of(metric) if key != "run"]
    sides = [table[table["seed"] == seed].drop(columns="run").set_index(keys) for table in (first, second)]
    shared = set(sides[0].index.get_level_values("step")) & set(sides[1].index.get_level_values("step"))
    one, other = (side[side.index.get_level_values("step").isin(shared)].sort_index() for side in sides)
    measured = [name for name in SCHEMAS[metric].names if name in one.columns]
    if one.empty or not one.index.equals(other.index):
        step = int(min(shared)) if shared else -1
        return [nothing_in_common(metric, seed, column, step) for column in measured]
    steps = one.index.get_level_values("step").to_numpy()
    return [_agreement(metric, seed, column, steps, one[column], other[column]) for column in measured]


def _agreement(metric: str, seed: int, column: str, steps: np.ndarray, one: pd.Series, other: pd.Series) -> Agreement:
    if one.dtype == object:  # lists of reals, such as spectra
        lengths = [len(values) for values in one]
        if lengths != [len(values) for values in other]:
            return nothing_in_common(metric, seed, column, int(steps[0]))
        steps = np.repeat(steps, lengths)
        first, second = (np.concatenate([np.asarray(row, dtype=float) for row in side]) for side in (one, other))
    else:
        first, second = one.to_numpy(dtype=float), other.to_numpy(dtype=float)
    equal = (first == second) | (np.isnan(first) & np.isnan(second))
    scale = 1.0 if column in SHARES else _size(np.concatenate([first, second]))
    with np.errstate(invalid="ignore"):
        difference = np.where(equal, 0.0, np.abs(first - second) / scale)
        difference = np.where(np.isnan(difference), np.inf, difference)
        close = equal | (np.abs(first - second) <= ROUNDING * np.maximum(np.abs(first), np.abs(second)))
    worst = int(np.argmax(difference))
    return Agreement(
        metric=metric,
        seed=seed,
        column=column,
        values=len(first),
        equal=float(equal.mean()),
        within_rounding=float(close.mean()),
        at_start=float(difference[steps <= START].max(initial=0.0)),
        largest=float(difference[worst]),
        median=float(np.median(difference)),
        step=int(steps[worst]),
        first=float(first[worst]),
        second=float(second[worst]),
    )


def nothing_in_common(metric: str, seed: int, column: str, step: int) -> Agreement:
    """Of tables of which one has rows, or longer lists, that the other lacks."""
    never, none = float("inf"), float("nan")
    return Agreement(metric, seed, column, 0, 0.0, 0.0, never, never, never, step, none, none)


def _size(values: np.ndarray) -> float:
    """The size that nineteen in twenty values do not exceed; a few values that are far larger hide no difference."""
    finite = np.abs(values[np.isfinite(values)])
    return max(float(np.quantile(finite, 0.95)) if finite.size else 0.0, float(np.finfo(float).tiny))

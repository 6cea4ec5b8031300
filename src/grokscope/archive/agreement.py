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
    """Largest differences that another arithmetic may bring: of one value at one step, and in the median over a table.

    In units of the values' own scale: 1 for a share, the largest size in the two tables for everything else.
    """

    one_value: float
    median: float


EXACT = Tolerance(0.0, 0.0)
OTHER_ARITHMETIC = Tolerance(one_value=0.5, median=0.05)
"""From docs/reproducibility.md: rounding decides when a network leaves a plateau, so that a value may differ by much at
one step, but not at most of them.
"""


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
    largest: float
    median: float
    step: int
    first: float
    second: float

    def holds(self, tolerance: Tolerance) -> bool:
        """Whether the two agree within a tolerance."""
        return self.largest <= tolerance.one_value and self.median <= tolerance.median


def tolerance_between(first: Mapping[str, Any], second: Mapping[str, Any]) -> Tolerance:
    """What may differ between blocks with these records: nothing where seeds, code and arithmetic were the same."""
    facts = [
        (
            record["seeds"],
            record["identity"].get("code"),
            [(record["training"].get("provenance") or {}).get(fact) for fact in ARITHMETIC],
        )
        for record in (first, second)
    ]
    known = None not in facts[0][2]
    return EXACT if known and facts[0] == facts[1] else OTHER_ARITHMETIC


def agreements(metric: str, first: pd.DataFrame, second: pd.DataFrame, seed: int) -> list[Agreement]:
    """How the measured columns of two tables of one metric agree at one seed, at the steps that both have."""
    keys = [key for key in key_columns_of(metric) if key != "run"]
    sides = [table[table["seed"] == seed].drop(columns="run").set_index(keys) for table in (first, second)]
    common = sides[0].index.intersection(sides[1].index)
    if common.empty:
        return []
    one, other = (side.loc[common] for side in sides)
    steps = common.get_level_values("step").to_numpy()
    measured = [name for name in SCHEMAS[metric].names if name in one.columns]
    return [_agreement(metric, seed, column, steps, one[column], other[column]) for column in measured]


def _agreement(metric: str, seed: int, column: str, steps: np.ndarray, one: pd.Series, other: pd.Series) -> Agreement:
    if one.dtype == object:  # lists of reals, such as spectra
        lengths = [len(values) for values in one]
        steps = np.repeat(steps, lengths)
        first, second = (np.concatenate([np.asarray(row, dtype=float) for row in side]) for side in (one, other))
    else:
        first, second = one.to_numpy(dtype=float), other.to_numpy(dtype=float)
    equal = (first == second) | (np.isnan(first) & np.isnan(second))
    size = max(np.nanmax(np.abs(first), initial=0.0), np.nanmax(np.abs(second), initial=0.0), np.finfo(float).tiny)
    scale = 1.0 if column in SHARES else size
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
        largest=float(difference[worst]),
        median=float(np.median(difference)),
        step=int(steps[worst]),
        first=float(first[worst]),
        second=float(second[worst]),
    )

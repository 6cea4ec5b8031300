"""Curves of a run by name: one value for each seed and step, read from the tables as the metrics declare it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from grokscope.analysis.chosen_rows import chosen_rows, reduced, resolved
from grokscope.analysis.declarations.curves import CurveName, curve_complaint, curve_name, curve_options, measured_as
from grokscope.analysis.named_function import named_function
from grokscope.analysis.run_tables import RunTables
from grokscope.errors import UserError
from grokscope.metrics.registry import CURVES, table_of


@dataclass(frozen=True)
class Curves(Mapping[int, pd.DataFrame]):
    """One value for each seed and step: seed -> columns step, value, by step."""

    by_seed: Mapping[int, pd.DataFrame]

    @classmethod
    def of(cls, rows: pd.DataFrame, value: str) -> Curves:
        """The curves in rows of a table with the columns seed and step; `value` names the column with the values."""
        kept = rows[["seed", "step", value]].rename(columns={value: "value"}).sort_values("step")
        curves = kept[["step", "value"]].groupby(kept["seed"].to_numpy())
        return cls({int(str(seed)): curve for seed, curve in curves})

    def known(self, fewest: int = 1) -> Curves:
        """The curves without missing values, of the seeds with at least `fewest` known ones."""
        return Curves({seed: curve.dropna() for seed, curve in self.items() if curve["value"].notna().sum() >= fewest})

    def __getitem__(self, seed: int) -> pd.DataFrame:
        return self.by_seed[seed]

    def __iter__(self) -> Iterator[int]:
        return iter(self.by_seed)

    def __len__(self) -> int:
        return len(self.by_seed)


def named_curves(tables: RunTables, curve: CurveName, where: str) -> Curves:
    """The curves that `curve` names: a name alone, or a mapping with the key `curve` and options. The curves and their
    options are those that the metrics declare (`grokscope.metrics.registry.CURVES`).

    `where` begins the message of a UserError, raised when the name, an option or the wanted rows are not there.
    """
    if complaint := curve_complaint(curve):
        raise UserError(f"{where}: {complaint}")
    name, options = curve_name(curve), curve_options(curve)
    rows, value = curve_rows(tables, name, options, measured_as(curve))
    if rows.empty:
        given = ", ".join(f"{key} {value}" for key, value in options.items())
        raise UserError(f"{where}: run {tables.run} has no {name.replace('_', ' ')} with {given or 'the defaults'}")
    return Curves.of(rows, value)


def curve_rows(
    tables: RunTables, name: str, options: Mapping[str, Any], table_name: str = ""
) -> tuple[pd.DataFrame, str]:
    """Rows with seed, step and one value for each of them, and the name of the column with the values; no rows where
    nothing was measured with these options. `table_name` is the name under which the metric was measured, where that is
    not its own.
    """
    curve = CURVES[name]
    if curve.reader:
        found: tuple[pd.DataFrame, str] = named_function(curve.reader)(tables, **options)
        return found
    table = tables.table(table_name or table_of(name))
    wanted = {**curve.where, **{key: options.get(key, option.default) for key, option in curve.options.items()}}
    above = {key: option.all_above for key, option in curve.options.items()}
    values = {
        column: resolved(choice, table, column, tables.detectors, above.get(column))
        for column, choice in wanted.items()
    }
    return reduced(chosen_rows(table, values), curve.column, curve.reduced), curve.column

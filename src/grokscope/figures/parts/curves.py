"""From long tables to curves: one column for each seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.inputs import ItemInputs


def table_or_none(inputs: ItemInputs, run: str, name: str) -> pd.DataFrame | None:
    """Table `name` of a run; None where it is not measured or holds no row."""
    tables = inputs.runs.get(run)
    if tables is None or not tables.has(name):
        return None
    table = tables.table(name)
    return None if table.empty else table


def seed_curves(table: pd.DataFrame | None, value: str, factor: float = 1.0, **where: Any) -> pd.DataFrame:
    """Curves of `value` times `factor` in the rows of `table` that equal `where`.

    Returns float64 values, index `step` ascending, one column for each seed; empty without such rows. A seed lacking a
    step holds NaN there.
    """
    if table is None:
        return pd.DataFrame(index=pd.Index([], name="step", dtype="int64"))
    wanted = pd.Series(True, index=table.index)
    for column, chosen in where.items():
        wanted &= np.isclose(table[column], chosen) if isinstance(chosen, float) else table[column] == chosen
    rows = table[wanted]
    return rows.pivot(index="step", columns="seed", values=value).sort_index().astype("float64") * factor


def final_values(curves: pd.DataFrame) -> pd.Series:
    """Every seed's value at the last step, NaN where it has none."""
    return curves.iloc[-1] if len(curves) else pd.Series(dtype="float64")


def last_step(curves: pd.DataFrame) -> int:
    """The last step of any seed, 0 without curves."""
    return int(curves.index.max()) if len(curves) else 0


def column_values(table: pd.DataFrame | None, column: str) -> list[Any]:
    """Distinct values of a column, ascending."""
    return [] if table is None else sorted(table[column].dropna().unique().tolist())


def members_along(inputs: ItemInputs, *axes: str) -> list[dict[str, Any]]:
    """The figure's members in the order of their places on `axes`."""
    return sorted(inputs.members, key=lambda member: [member["positions"].get(axis, 0) for axis in axes])


def axis_values(inputs: ItemInputs, axis: str) -> list[Any]:
    """Values on a sweep's axis in the order of their positions."""
    found = {member["positions"].get(axis, 0): member["axes"].get(axis, "?") for member in inputs.members}
    return [found[position] for position in sorted(found)]


def last_step_of(inputs: ItemInputs, *names: str) -> int:
    """The last step in any of the named tables of any run, 0 without any."""
    tables = [table_or_none(inputs, run, name) for run in inputs.runs for name in names]
    return max((int(table["step"].max()) for table in tables if table is not None), default=0)

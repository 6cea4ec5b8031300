"""Columns of every metric table, their checks and Parquet files. Imports no torch, since `analysis` uses it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa

from grokscope.errors import UserError
from grokscope.metrics.declared import ColumnType
from grokscope.metrics.registry import METRICS, RANK_COLUMNS
from grokscope.results.sealed_tables import read_sealed, write_sealed

ALL_LAYERS = 0
"""The value of the column `layer` in rows that are about all layers together."""

DAMAGED_TABLE = "delete it, and it is measured again from the checkpoints"

_INTEGER, _REAL, _TEXT, _REALS = pa.int64(), pa.float64(), pa.string(), pa.list_(pa.float64())
_TYPES: Mapping[ColumnType, pa.DataType] = {"integer": _INTEGER, "real": _REAL, "text": _TEXT, "reals": _REALS}
KEY: Mapping[str, ColumnType] = {"run": "text", "seed": "integer", "step": "integer"}
"""The first columns of every table."""

_COLUMNS = {metric.name: metric.columns for metric in METRICS.values()} | {"rank": RANK_COLUMNS}
_MEASURED = {metric.name: metric.measured for metric in METRICS.values()} | {"rank": frozenset({"rank"})}

SCHEMAS: Mapping[str, pa.Schema] = MappingProxyType(
    {
        name: pa.schema([(column, _TYPES[kind]) for column, kind in {**KEY, **columns}.items()])
        for name, columns in _COLUMNS.items()
    }
)
"""Columns of the table of every metric and of the derived table `rank`, in order, with their types on disk."""


def columns_of(name: str) -> list[str]:
    """Names of the columns of table `name`, in order."""
    return list(SCHEMAS[name].names)


def key_columns_of(name: str) -> list[str]:
    """Columns that tell the rows of table `name` apart: all that are not measured."""
    return [column for column in SCHEMAS[name].names if column not in _MEASURED[name]]


def make_table(name: str, rows: list[dict[str, Any]], run: str | None = None) -> pd.DataFrame:
    """Rows as a DataFrame with the columns of table `name`, in order and typed.

    The column `run` is left out when `run` is None, as in what the metrics of one checkpoint return.
    Raises ValueError when a row lacks a column or has one too many.
    """
    wanted = [column for column in columns_of(name) if column != "run"]
    for row in rows:
        if set(row) != set(wanted):
            raise ValueError(f"a row of table {name} has the columns {sorted(row)} instead of {sorted(wanted)}")
    frame = pd.DataFrame(
        {column: _typed(SCHEMAS[name].field(column).type, [row[column] for row in rows]) for column in wanted}
    )
    if run is not None:
        frame.insert(0, "run", _typed(_TEXT, [run] * len(frame)))
    return frame


def check_table(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` if it has exactly the columns, order and types of table `name` and no key twice.

    Raises ValueError otherwise. The values of `eigenvalues` are sequences of floats.
    """
    if list(frame.columns) != columns_of(name):
        raise ValueError(f"table {name} has the columns {list(frame.columns)} instead of {columns_of(name)}")
    for field in SCHEMAS[name]:
        if not _fits(field.type, frame[field.name]):
            raise ValueError(
                f"table {name}, column {field.name}: type {frame[field.name].dtype} instead of {field.type}"
            )
    keys = key_columns_of(name)
    twice = frame.duplicated(keys)
    if twice.any():
        raise ValueError(f"table {name} has two rows of {frame.loc[twice, keys].iloc[0].to_dict()}")
    return frame


def write_table(
    path: str | os.PathLike[str], name: str, frame: pd.DataFrame, identity: Mapping[str, Any] | None = None
) -> None:
    """Check `frame` and write it as Parquet with its checksum and what it was made from, whole or not at all.

    Equal tables and identities give equal bytes.
    """
    table = pa.Table.from_pandas(check_table(name, frame), schema=SCHEMAS[name], preserve_index=False)
    write_sealed(path, table.replace_schema_metadata(None), identity or {})


def read_table(path: str | os.PathLike[str], name: str) -> pd.DataFrame:
    """Read a table and check it. Raises UserError if it is no table of this name, DamagedFile if changed."""
    table = read_sealed(path, DAMAGED_TABLE)
    try:
        return check_table(name, table.to_pandas())
    except (pa.ArrowException, ValueError) as error:
        raise UserError(f"{path}: not a table of {name}: {error}") from error


def _typed(kind: pa.DataType, values: list[Any]) -> pd.Series:
    if kind == _REALS:
        return pd.Series(values, dtype=object)
    return pd.Series(values, dtype="int64" if kind == _INTEGER else "float64" if kind == _REAL else "str")


def _fits(kind: pa.DataType, column: pd.Series) -> bool:
    if kind == _INTEGER:
        return column.dtype == "int64"
    if kind == _REAL:
        return column.dtype == "float64"
    if kind == _TEXT:
        return bool(pd.api.types.is_string_dtype(column))
    return column.dtype == object and all(not isinstance(value, str) and hasattr(value, "__len__") for value in column)

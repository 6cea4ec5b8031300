"""The rows that all benchmarks return: name, value, unit and target, such as ">= 3", or "" where there is none."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
_COMPARE: dict[str, Callable[[float, float], bool]] = {">=": operator.ge, "<=": operator.le, "==": operator.eq}


def make_row(name: str, value: float, unit: str, target: str = "") -> Row:
    """One result."""
    return {"name": name, "value": float(value), "unit": unit, "target": target}


def is_met(row: Row) -> bool | None:
    """Whether the value is what the target asks for; None where there is no target."""
    if not row["target"]:
        return None
    sign, number = row["target"].split()
    return _COMPARE[sign](row["value"], float(number))


def print_rows(rows: list[Row]) -> None:
    """For a module that is run by itself."""
    for row in rows:
        met = {None: "", True: "met", False: "NOT MET"}[is_met(row)]
        print(f"{row['name']:<100} {row['value']:12.4g} {row['unit']:<10} {row['target']:<8} {met}", flush=True)

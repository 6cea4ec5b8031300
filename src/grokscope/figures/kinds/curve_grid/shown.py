"""Which panels of a curve grid are drawn: those of rows and columns that hold anything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import CurveGrid, Row
from grokscope.figures.kinds.curve_grid.authors import published_line
from grokscope.figures.kinds.curve_grid.axis_text import axis_text
from grokscope.figures.kinds.curve_grid.lines import lines, palette
from grokscope.figures.parts.constants import constant_share
from grokscope.figures.parts.curves import axis_values, table_or_none


def shown_rows(inputs: ItemInputs, grid: CurveGrid, authors: bool) -> tuple[CurveGrid, list[str]]:
    """The grid without rows that nothing was measured for, or that are the same share throughout, and a line about each
    of them; `authors`: whether their curves are drawn. A grid without any row stays whole.
    """
    kept, said = [], []
    for row in grid.rows:
        name = " ".join((row.label or axis_text(inputs, row.drawn())).split()).removesuffix(" (%)")
        if not _measured(inputs, inputs.runs, [row]) and not (authors and _published(inputs, row)):
            said.append(f"not measured: {name}")
        elif share := "" if authors else _constant(inputs, grid, row):
            said.append(f"{name}: {share} throughout")
        else:
            kept.append(row)
    return (grid.model_copy(update={"rows": kept}), said) if kept else (grid, [])


def shown_values(inputs: ItemInputs, grid: CurveGrid, axis: str) -> list[Any]:
    """The values on an axis for which anything was measured; all of them where nothing was."""
    values = axis_values(inputs, axis)
    found = [
        value
        for value in values
        if _measured(
            inputs, [member["run"] for member in inputs.members if member["axes"].get(axis) == value], grid.rows
        )
    ]
    return found or values


def _measured(inputs: ItemInputs, runs: Iterable[str], rows: Iterable[Row]) -> bool:
    tables = {curve.table for row in rows for curve in row.drawn()}
    return any(table_or_none(inputs, run, table) is not None for run in runs for table in tables)


def _published(inputs: ItemInputs, row: Row) -> bool:
    return any(len(published_line(inputs, curve)) for curve in row.drawn())


def _constant(inputs: ItemInputs, grid: CurveGrid, row: Row) -> str:
    """The share that all curves of a row are throughout; empty where they are none or not constant."""
    if not row.drawn()[0].declared.percent:
        return ""
    colours = palette(inputs, grid)
    every = [line for run in inputs.runs for curve in row.drawn() for line in lines(inputs, run, curve, colours)]
    return constant_share(line.values for line in every)

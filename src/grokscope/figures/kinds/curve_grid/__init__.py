"""Panels of curves over steps, as described by `draw: {curve_grid: ...}` (`grokscope.config.drawing.CurveGrid`)."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from grokscope.analysis.comparison import NO_VALUES, compare
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import CurveGrid
from grokscope.figures.kinds.curve_grid.grid import draw_grid
from grokscope.figures.kinds.curve_grid.words import describe_grid
from grokscope.figures.parts.style import styled

NO_ROOM = "the settings differ, and every column of panels is one of our runs"


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """Where the authors' values are drawn and what differs in the settings, said also if there are no values."""
    grid, comparison = _settings(inputs), compare(inputs)
    shown = grid.authors != "none" and bool(inputs.reference)
    overlaid = shown and grid.authors == "over" and comparison.same_settings
    beside = shown and not overlaid and not grid.columns
    reason = "" if overlaid or beside else NO_ROOM if shown else NO_VALUES
    return comparison.as_dict(overlaid=overlaid, beside=beside, reason=reason)


@styled
def draw(inputs: ItemInputs) -> Figure:
    """The panels, one legend and a title."""
    return draw_grid(inputs, _settings(inputs), comparable(inputs))


def describe(inputs: ItemInputs) -> str:
    """What was measured, in numbers, for every run."""
    return describe_grid(inputs, _settings(inputs))


def _settings(inputs: ItemInputs) -> CurveGrid:
    return CurveGrid.model_validate(inputs.item["settings"]["draw"]["curve_grid"])

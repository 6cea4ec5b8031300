"""Panels of accuracy over a grid of runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.axis_words import place_name
from grokscope.figures.parts.curves import axis_values, last_step_of
from grokscope.figures.parts.panels import percent_axis, step_axis
from grokscope.figures.parts.style import new_figure

Member = dict[str, Any]
"""A run of the figure with its values and positions on axes."""


def accuracy_panels(
    inputs: ItemInputs, down: str, across: str, label: str, draw_cell: Callable[[Axes, list[Member]], None]
) -> Figure:
    """A figure with a row for each value on `down` and a column for each on `across`, filled by `draw_cell`."""
    rows, columns = axis_values(inputs, down), axis_values(inputs, across)
    figure = new_figure(3.6 * len(columns) + 0.6, 2.7 * len(rows) + 1.5)
    panels = figure.subplots(len(rows), len(columns), squeeze=False, sharex=True, sharey=True)
    for row, first in enumerate(rows):
        for column, second in enumerate(columns):
            axes = panels[row][column]
            draw_cell(
                axes,
                [
                    member
                    for member in inputs.members
                    if (member["axes"].get(down), member["axes"].get(across)) == (first, second)
                ],
            )
            step_axis(axes, last_step_of(inputs, "accuracy"), label=row == len(rows) - 1)
            percent_axis(axes, label if column == 0 else "")
            axes.set_title(f"{place_name(down, first)}, {place_name(across, second)}")
    return figure

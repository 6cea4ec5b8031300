"""The panels of a curve grid: where each run is drawn, with its curves, events, failures and authors' curves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import CurveGrid, MarkedEvent, Row
from grokscope.figures.kinds.curve_grid.authors import published_line, published_values
from grokscope.figures.kinds.curve_grid.epochs import epoch_axis, epochs_per_step, over_axis, places_of
from grokscope.figures.kinds.curve_grid.labels import (
    STAGES,
    draw_legend,
    draw_own_legends,
    label_row,
    own_legends,
    place_title,
)
from grokscope.figures.kinds.curve_grid.lines import LAYERS, Palette, lines, palette
from grokscope.figures.kinds.curve_grid.shown import shown_rows, shown_values
from grokscope.figures.parts.axis_words import place_name
from grokscope.figures.parts.collapse import collapse_note
from grokscope.figures.parts.curves import axis_values, last_step_of, members_along, table_or_none
from grokscope.figures.parts.events import event_colour
from grokscope.figures.parts.legends import AUTHORS, add_to_title, title
from grokscope.figures.parts.panels import (
    discrete_colourbar,
    draw_curves,
    draw_reference,
    mark_events,
    name_event,
    note,
    say_blank,
    step_axis,
)
from grokscope.figures.parts.reference_curves import published_last_step
from grokscope.figures.parts.run_curves import MOST_WIDTH, column_width
from grokscope.figures.parts.style import Colour, darker, new_figure, ordered_colours
from grokscope.figures.parts.wording import event_steps, event_steps_on, seed_list

Member = dict[str, Any]
OVERLAPPING_WIDTHS = (3.4, 1.4)
"""Of the first colour and of those drawn over it, so that curves which lie on each other are seen."""
THEIR_LINE: dict[str, Any] = {"linewidth": 1.3, "alpha": 1.0}


def draw_grid(inputs: ItemInputs, grid: CurveGrid, comparison: Mapping[str, Any]) -> Figure:
    """All panels, in the figures' style; `comparison` says whether the authors' curves are over or beside ours."""
    axes, beside = grid.axes(), bool(comparison["beside"])
    grid, said = shown_rows(inputs, grid, beside or bool(comparison["overlaid"]))
    down = shown_values(inputs, grid, axes["down"].axis) if grid.down else [None]
    columns = shown_values(inputs, grid, axes["columns"].axis) if grid.columns else [None]
    colours, found = _colours(inputs, grid, beside), palette(inputs, grid)
    figure, panels = _panels(grid, len(down) * len(grid.rows), 2 if beside else len(columns), found, beside)
    authors = "beside" if beside else "over" if comparison["overlaid"] else "none"
    last = last_step_of(inputs, *dict.fromkeys(curve.table for row in grid.rows for curve in row.drawn()))
    theirs = published_last_step(*inputs.reference.values())
    ends = [last, theirs] if beside else [max(last, theirs if authors == "over" else 0)] * len(columns)
    for block, first in enumerate(down):
        block_panels = panels[block * len(grid.rows) :][: len(grid.rows)]
        for column, second in enumerate(columns):
            chosen = {axes[key].axis: value for key, value in (("down", first), ("columns", second)) if key in axes}
            members = [
                member
                for member in _members(inputs, grid)
                if all(member["axes"].get(axis) == value for axis, value in chosen.items())
            ]
            _draw_members(
                inputs, grid, members, [row[column] for row in block_panels], colours, found, authors == "over"
            )
            names = [
                place_title(axes[key], value) for key, value in (("down", first), ("columns", second)) if key in axes
            ]
            if names or beside:
                block_panels[0][column].set_title(
                    ", ".join(names) or "Ours", pad=16 if _labelled(grid.rows[0]) else None
                )
    if beside:
        settings = "same settings" if comparison["same_settings"] else "paper's settings"
        _draw_theirs(inputs, grid, [row[1] for row in panels], colours, found)
        first_of_theirs = next((row[1] for row in panels if row[1].get_visible()), panels[0][1])
        first_of_theirs.set_title(f"{AUTHORS.capitalize()} ({settings})")
    for row, line in zip(grid.rows * len(down), panels, strict=True):
        label_row(inputs, line[0], row)
    lowest = len(panels) - (len(panels) if grid.layout == "across" else grid.side_by_side)
    for place, line in enumerate(panels):
        for column, (one, end) in enumerate(zip(line, ends, strict=True)):
            last_of_theirs = beside and not any(below[column].get_visible() for below in panels[place + 1 :])
            step_axis(one, end, label=place >= lowest or last_of_theirs, linear=grid.steps == "linear")
            epoch_axis(one, inputs, grid, label=place >= lowest or last_of_theirs)
    for row, line in zip(grid.rows * len(down), panels, strict=True):
        if any(curve.in_colours() == LAYERS for curve in row.drawn()) and found.layers:
            discrete_colourbar(figure, list(line), list(found.layers), list(found.layers.values()), "layer")
    seeds = seed_list(inputs)
    if own_legends(grid, found):
        draw_own_legends(grid, found, [line[0] for line in panels])
    draw_legend(figure, inputs, grid, colours, found, len(seeds), authors)
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    for text in said:
        add_to_title(figure, text)
    return figure


def _panels(grid: CurveGrid, rows: int, columns: int, found: Palette, beside: bool) -> tuple[Figure, list[list[Axes]]]:
    """The figure and its panels by row and column, in inches that leave room for legends and colour bars."""
    if grid.layout == "across":
        figure = new_figure(MOST_WIDTH, 3.9)
        return figure, [[axes] for axes in figure.subplots(1, rows, squeeze=False, sharex=True)[0]]
    if grid.side_by_side > 1:
        lines = math.ceil(rows / grid.side_by_side)
        width = 5.2 if own_legends(grid, found) else 3.6
        figure = new_figure(min(MOST_WIDTH, width * grid.side_by_side + 0.8), 2.4 * lines + 1.4)
        every = figure.subplots(lines, grid.side_by_side, squeeze=False, sharex=True).ravel()
        for place, axes in enumerate(every):
            if place >= rows:
                axes.remove()
            elif place % grid.side_by_side and _alike(grid.rows[place - 1], grid.rows[place]):
                axes.sharey(every[place - 1])
                axes.tick_params(labelleft=False)
        return figure, [[axes] for axes in every[:rows]]
    width = 4.6 * columns + 2.3 if beside else column_width(columns) * columns + (1.2 if found.layers else 0.8)
    figure = new_figure(width, 2.4 * rows + 1.4 if rows > 2 else 2.7 * rows + 1.5)
    return figure, [list(line) for line in figure.subplots(rows, columns, squeeze=False, sharex="col", sharey="row")]


def _alike(one: Row, other: Row) -> bool:
    """Whether two rows beside one another show one quantity on the same kind of axis, so that they can share it."""
    first, second = one.drawn()[0].declared, other.drawn()[0].declared
    return first.of_quantity == second.of_quantity and one.axis_scale() == other.axis_scale()


def _members(inputs: ItemInputs, grid: CurveGrid) -> list[Member]:
    return members_along(inputs, grid.axes()["colours"].axis) if grid.colours else inputs.members


def _colours(inputs: ItemInputs, grid: CurveGrid, beside: bool) -> dict[Any, Colour]:
    """Value on the axis of colours -> colour, including values that only the authors have if they are drawn."""
    if not grid.colours:
        return {}
    axis = grid.axes()["colours"].axis
    values = axis_values(inputs, axis)
    if beside and (theirs := [value for value in published_values(inputs, axis) if value not in values]):
        values = sorted([*values, *theirs])
    first, last = (
        (0.1, 0.7) if len(values) <= 2 else (0.0, 0.88)
    )  # two need not reach the ends of the map to be told apart
    return dict(zip(values, ordered_colours(len(values), first=first, last=last), strict=True))


def _draw_members(
    inputs: ItemInputs,
    grid: CurveGrid,
    members: list[Member],
    column: list[Axes],
    colours: dict[Any, Colour],
    found: Palette,
    over: bool,
) -> None:
    """The runs of one column: every row's curves, then events, then how many seeds failed."""
    axis = grid.axes()["colours"].axis if grid.colours else None
    for place, member in enumerate(members):
        colour = colours[member["axes"][axis]] if axis else None
        for axes, row in zip(column, grid.rows, strict=True):
            width = {"linewidth": OVERLAPPING_WIDTHS[place > 0]} if row.overlapping else {}
            for curve in row.drawn():
                for line in lines(inputs, member["run"], curve, found, colour):
                    draw_curves(
                        axes,
                        over_axis(line.values, epochs_per_step(inputs, grid, member["run"])),
                        line.colour,
                        line.linestyle,
                        line.shade,
                        _shift(grid),
                        line.most,
                        row.axis_scale() == "log",
                        **{**line.look, **width},
                    )
                    if over:
                        places = {place.axis: member["axes"].get(place.axis) for place in grid.axes().values()}
                        draw_reference(axes, published_line(inputs, curve, places), darker(line.colour))
    for axes, row in zip(column, grid.rows, strict=True):
        if not axes.lines:
            tables = {curve.table for curve in row.drawn()}
            say_blank(
                axes,
                any(table_or_none(inputs, member["run"], table) is not None for member in members for table in tables),
            )
        for member in members:
            _mark(inputs, grid, row, member["run"], axes, colours[member["axes"][axis]] if axis else None)
    failed = [
        (place_name(axis, member["axes"][axis]) if axis else "", collapse_note(inputs, member["run"]))
        for member in members
    ]
    if told := [f"{name}: {text}" if name else text for name, text in failed if text]:
        accuracy = (axes for axes, row in zip(column, grid.rows, strict=True) if row.drawn()[0].metric == "accuracy")
        note(next(accuracy, column[0]), "\n".join(told), "upper left")


def _mark(inputs: ItemInputs, grid: CurveGrid, row: Row, run: str, axes: Axes, colour: Colour | None) -> None:
    factor = epochs_per_step(inputs, grid, run)
    for event in grid.events:
        steps = places_of(event_steps(inputs, run, event), factor)
        mark_events(axes, steps, colour or event_colour(event), shift=_shift(grid))
    for one in row.events:
        event, line = (one.event, STAGES[one.line]) if isinstance(one, MarkedEvent) else (one, {})
        on = one.dated_on if isinstance(one, MarkedEvent) else None
        dates = event_steps(inputs, run, event) if on is None else event_steps_on(inputs, run, event, on)
        steps = places_of(dates, factor)
        mark_events(axes, steps, colour or event_colour(event), shift=_shift(grid), **line)
        if isinstance(one, MarkedEvent):
            name_event(axes, steps, colour or event_colour(event), one.label, one.side, shift=_shift(grid))


def _draw_theirs(
    inputs: ItemInputs, grid: CurveGrid, column: list[Axes], colours: dict[Any, Colour], found: Palette
) -> None:
    axis = grid.axes()["colours"].axis if grid.colours else None
    run = inputs.members[0]["run"]
    for value, colour in colours.items() or [(None, None)]:
        for axes, row in zip(column, grid.rows, strict=True):
            for curve in row.drawn():
                look = next(lines(inputs, run, curve, found, colour), None)
                if look is not None:
                    theirs = published_line(inputs, curve, {axis: value} if axis else None)
                    drawn = {"linestyle": look.linestyle, "shift": _shift(grid), **THEIR_LINE}
                    draw_reference(axes, theirs, look.colour, **drawn)
    for axes in column:
        axes.set_visible(bool(axes.lines))  # an empty panel says no more than none


def _labelled(row: Row) -> bool:
    """Whether labels of events stand above the panels of a row, under its titles."""
    return any(isinstance(one, MarkedEvent) for one in row.events)


def _shift(grid: CurveGrid) -> int:
    """What is added to a step on the axis: 1 on a logarithmic one."""
    return 0 if grid.steps == "linear" else 1

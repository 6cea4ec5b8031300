"""Axes and keys of a curve grid: labels with units, and what the legend says."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.curve_kinds import BOLD, Curve, EventName
from grokscope.config.drawing import CurveGrid, MarkedEvent, Place, Row
from grokscope.figures.kinds.curve_grid.axis_text import axis_text
from grokscope.figures.kinds.curve_grid.lines import (
    BOLD_LAYER,
    LAYERS,
    PLAIN_COLOURS,
    PLAIN_DASHES,
    Palette,
    points_of,
)
from grokscope.figures.parts.axis_words import axis_label, place_name, value_name
from grokscope.figures.parts.events import event_colour, event_name, is_dated
from grokscope.figures.parts.legends import (
    Group,
    below_legend,
    event_key,
    kinds_of_line,
    line_key,
    reference_key,
    side_legend,
)
from grokscope.figures.parts.panels import log_value_axis, percent_axis
from grokscope.figures.parts.run_curves import SPLIT_LINES, rank_axis
from grokscope.figures.parts.style import SPLIT_COLOURS, Colour
from grokscope.figures.parts.wording import event_steps_on
from grokscope.metrics.registry import CURVES

GREY: Colour = (0.3, 0.3, 0.3)
SPLITS = ("train", "test", "random")
KEY_LETTERS = 28
"""Width of a key beside a panel."""
STAGES: dict[str, dict[str, Any]] = {"dashed": {"linestyle": (0, (5, 2))}, "solid": {"linestyle": "-"}}
"""Events of two stages differ in dashes and in the label above their line, not in colour."""


def place_title(place: Place, value: Any) -> str:
    """What stands above a panel, or in a legend, for a value on an axis."""
    return place.title.format(value_name(value)) if place.title else place_name(place.axis, value)


def label_row(inputs: ItemInputs, axes: Axes, row: Row) -> None:
    """Label, unit and range of a row's axis; call it after all curves, as it ends the automatic choice of the top."""
    curves = row.drawn()
    declared, label = curves[0].declared, row.label or axis_text(inputs, curves)
    if declared.percent:
        percent_axis(axes, label)
    elif declared.whole:
        rank_axis(axes, label)
    else:
        axes.set_ylabel(label)
    if declared.from_zero and row.axis_scale() == "linear":
        axes.set_ylim(bottom=0)
    if row.axis_scale() == "log":
        log_value_axis(axes)


def draw_legend(
    figure: Figure,
    inputs: ItemInputs,
    grid: CurveGrid,
    colours: dict[Any, Colour],
    found: Palette,
    seeds: int,
    authors: str,
) -> None:
    """One legend: below all panels, or beside them where the authors' curves have a column."""
    runs = [line_key(place_title(grid.axes()["colours"], value), colour) for value, colour in colours.items()]
    drawn = [curve for row in grid.rows for curve in row.drawn()]
    if colours:
        fixed = {(curve.declared.split, curve.declared.words) for curve in drawn if curve.declared.split in SPLIT_LINES}
        in_order = sorted(fixed, key=lambda one: SPLITS.index(one[0]))
        splits = [line_key(words, GREY, SPLIT_LINES[split]) for split, words in in_order]
        plain = [line_key(CURVES[name].words, GREY, PLAIN_DASHES[place]) for name, place in found.plain.items()]
    else:
        points = {points_of(curve) for curve in drawn}
        splits = [line_key(split, SPLIT_COLOURS[split]) for split in SPLITS if split in points]
        plain = [line_key(CURVES[name].words, PLAIN_COLOURS[place]) for name, place in found.plain.items()]
    values_of = _option_keys(drawn, found)
    attacks = [] if own_legends(grid, found) else [key for _, keys in values_of for key in keys]
    logarithmic = any(row.axis_scale() == "log" for row in grid.rows)
    kinds = [*kinds_of_line(seeds, logarithmic=logarithmic), *([reference_key()] if authors == "over" else [])]
    if authors == "beside":
        heading = axis_label(grid.axes()["colours"].axis).split(" (")[0] if colours else ""
        values = [line_key(value_name(value), colour) for value, colour in colours.items()]
        groups: list[Group] = [
            (heading, values),
            ("accuracy" if colours else "points", [_short(key) for key in splits]),
        ]
        side_legend(
            figure,
            [
                *groups,
                *values_of,
                ("lines", [*plain, *kinds, *_events(inputs, grid, bool(colours), seeds)]),
            ],
        )
    else:
        below_legend(
            figure,
            [*runs, *splits, *plain, *attacks, *kinds, *_bold(grid), *_events(inputs, grid, bool(colours), seeds)],
        )


def own_legends(grid: CurveGrid, found: Palette) -> bool:
    """Whether rows that stand beside one another have legends of their own: colours mean several things in them."""
    return grid.side_by_side > 1 and sum(name != LAYERS for name in found.options) > 1


def draw_own_legends(grid: CurveGrid, found: Palette, panels: Sequence[Axes]) -> None:
    """The keys of a row's colours right of it, once where its neighbour to the right has the same."""
    named = [next((curve.in_colours() for curve in row.drawn() if curve.in_colours()), "") for row in grid.rows]
    for place, (row, axes) in enumerate(zip(grid.rows, panels, strict=True)):
        ends_line = (place + 1) % grid.side_by_side == 0 or place + 1 == len(panels)
        if named[place] in ("", LAYERS) or (not ends_line and named[place] == named[place + 1]):
            continue
        ((heading, keys),) = _option_keys(row.drawn(), found, (named[place],))
        for key in keys:
            key.set_label(textwrap.fill(str(key.get_label()), KEY_LETTERS))
        axes.legend(
            handles=keys,
            title=textwrap.fill(heading, KEY_LETTERS),
            loc="upper left",
            bbox_to_anchor=(1.01, 1.03),
            borderaxespad=0,
            handlelength=1.4,
            labelspacing=0.2,
            fontsize=7.2,
            title_fontproperties={"size": 7.2, "weight": "bold"},
            alignment="left",
        )


def _option_keys(drawn: Sequence[Curve], found: Palette, names: Sequence[str] = ()) -> list[Group]:
    """For every option but layers whose values have colours, or for those of `names`, its heading and their keys."""
    groups: list[Group] = []
    for name, colours in found.options.items():
        if name != LAYERS and (not names or name in names):
            option = next(curve.declared.options[name] for curve in drawn if curve.in_colours() == name)
            keys = [line_key(option.key_of(name, value), colour) for value, colour in colours.items()]
            groups.append((option.heading or name.replace("_", " "), keys))
    return groups


def _short(key: Line2D) -> Line2D:
    key.set_label(str(key.get_label()).removesuffix(" accuracy"))
    return key


def _bold(grid: CurveGrid) -> list[Artist]:
    if not any(curve.option(BOLD) for row in grid.rows for curve in row.drawn()):
        return []
    return [Line2D([], [], color="0.3", label="second-last layer", linewidth=BOLD_LAYER["linewidth"])]


def _events(inputs: ItemInputs, grid: CurveGrid, coloured: bool, seeds: int) -> list[Artist]:
    """Keys of the events in all panels, then of those of single rows; and what `(2/5)` above a line means."""
    keys: list[Artist] = [
        event_key(f"{event_name(inputs, one)} (median step)", GREY if coloured else event_colour(one))
        for one in grid.events
        if is_dated(inputs, one)
    ]
    marked = [one for row in grid.rows for one in row.events]
    for one in marked:
        if not _is_marked(inputs, one):
            continue
        event, line = (one.event, STAGES[one.line]) if isinstance(one, MarkedEvent) else (one, {})
        label = (
            f"{one.label}: {event_name(inputs, event)}"
            if isinstance(one, MarkedEvent)
            else f"{event_name(inputs, event)} (median step)"
        )
        keys.append(event_key(label, GREY if coloured else event_colour(event), **line))
    keys = list({str(key.get_label()): key for key in keys}.values())  # an event may be marked in several rows
    if seeds > 1 and any(isinstance(one, MarkedEvent) and _is_marked(inputs, one) for one in marked):
        keys.append(Line2D([], [], linestyle="none", label="(k/n): in k of n seeds"))
    return keys


def _is_marked(inputs: ItemInputs, one: EventName | MarkedEvent) -> bool:
    """Whether any seed has the event of a row, so that a line is drawn for it."""
    if not isinstance(one, MarkedEvent) or one.dated_on is None:
        return is_dated(inputs, one.event if isinstance(one, MarkedEvent) else one)
    return any(event_steps_on(inputs, run, one.event, one.dated_on).notna().any() for run in inputs.runs)

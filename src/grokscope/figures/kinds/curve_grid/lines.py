"""The curves that a row of a curve grid names, read from a run's tables, with the look of each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from grokscope.analysis.chosen_rows import resolved
from grokscope.analysis.curves import curve_rows
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.named_function import named_function
from grokscope.analysis.tables import hidden_layers
from grokscope.config.curve_kinds import BOLD, Curve
from grokscope.config.drawing import CurveGrid
from grokscope.figures.parts.curves import column_values, seed_curves, table_or_none
from grokscope.figures.parts.panels import PERCENT
from grokscope.figures.parts.rank_curves import most_rank, second_last
from grokscope.figures.parts.run_curves import DARK, SPLIT_LINES
from grokscope.figures.parts.style import (
    COLOUR_BLIND_SAFE,
    FAINT_INTERVAL_OPACITY,
    INTERVAL_OPACITY,
    SPLIT_COLOURS,
    Colour,
    ordered_colours,
)
from grokscope.metrics.declared_curves import CurveOption, Detector, FirstOf, Smallest

LAYERS = "layer"
OTHER_LAYERS: dict[str, Any] = {"linewidth": 1.1}
BOLD_LAYER: dict[str, Any] = {"linewidth": 2.8, "zorder": 3}
PLAIN_COLOURS: tuple[Colour, ...] = (DARK, *(COLOUR_BLIND_SAFE[place] for place in (1, 4, 5, 9)))
"""Of curves in one panel that neither points nor values of an option tell apart; none is a colour of points."""
PLAIN_DASHES: tuple[Any, ...] = ("-", (0, (3, 1.4)), (0, (1, 1)), (0, (5, 1, 1, 1)), (0, (8, 2)))
"""Of the same curves where colours tell runs apart."""


@dataclass(frozen=True)
class Line:
    """One curve: values (index step, one column a seed), in percent where its metric says so, and how it is drawn."""

    values: pd.DataFrame
    colour: Colour
    linestyle: Any = "-"
    shade: float = INTERVAL_OPACITY
    look: Mapping[str, Any] = field(default_factory=dict)
    most: float = math.inf
    """The highest value that is possible, at which intervals end."""


@dataclass(frozen=True)
class Palette:
    """Colours of what one panel may hold several of: values of an option by its name, and places of plain curves."""

    options: Mapping[str, Mapping[Any, Colour]]
    plain: Mapping[str, int]

    @property
    def layers(self) -> Mapping[Any, Colour]:
        """Colours of layers, which a bar explains in place of a legend."""
        return self.options.get(LAYERS, {})


def palette(inputs: ItemInputs, grid: CurveGrid) -> Palette:
    """Colours of all values of an option that any row draws in several colours, and of curves that share a panel."""
    values: dict[str, set[Any]] = {}
    declared: dict[str, CurveOption] = {}
    plain: dict[str, int] = {}
    for row in grid.rows:
        names = list(
            dict.fromkeys(curve.curve for curve in row.drawn() if not points_of(curve) and not curve.in_colours())
        )
        if len(names) > 1:
            plain |= {name: place % len(PLAIN_COLOURS) for place, name in enumerate(names)}
        for curve in row.drawn():
            if name := curve.in_colours():
                declared.setdefault(name, curve.declared.options[name])
                values.setdefault(name, set()).update(*(drawn_values(inputs, run, curve) for run in inputs.runs))
    options = {
        name: dict(zip(sorted(found), ordered_colours(len(found), *declared[name].colours), strict=True))
        for name, found in values.items()
        if found
    }
    return Palette(options, plain)


def points_of(curve: Curve) -> str:
    """The kind of points that a curve is measured at, which has a colour of its own; empty where none is named."""
    split = curve.declared.split or curve.option("split")
    return split if split in SPLIT_COLOURS else ""


def lines(inputs: ItemInputs, run: str, curve: Curve, colours: Palette, colour: Colour | None = None) -> Iterator[Line]:
    """What is drawn for one curve of a run: in the run's `colour`, or in colours of points or values of an option."""
    if name := curve.in_colours():
        by_value = {
            value: values(inputs, run, curve.with_option(name, value)) for value in drawn_values(inputs, run, curve)
        }
        layers = name == LAYERS
        for value, found in by_value.items():
            look: Mapping[str, Any] = {}
            if layers and curve.option(BOLD) is not None:
                look = BOLD_LAYER if value == second_last(by_value) else OTHER_LAYERS
            shade = FAINT_INTERVAL_OPACITY if layers else INTERVAL_OPACITY
            most = _most(inputs, run, curve, value if layers else None)
            yield Line(found, colours.options[name][value], shade=shade, look=look, most=most)
        return
    split = points_of(curve)
    place = colours.plain.get(curve.curve, 0)
    own = SPLIT_COLOURS[split] if split else PLAIN_COLOURS[place]
    dashes = SPLIT_LINES.get(curve.declared.split, PLAIN_DASHES[place])
    most = _most(inputs, run, curve, curve.option(LAYERS))
    yield Line(values(inputs, run, curve), colour or own, dashes if colour else "-", most=most)


def _most(inputs: ItemInputs, run: str, curve: Curve, layer: Any) -> float:
    """The highest value that a curve can have: 100 %, 1 of fractions and cosines, of ranks the width of their layer."""
    if curve.declared.percent:
        return PERCENT
    if curve.table != "rank":
        return 1.0 if curve.declared.unit in ("fraction", "cosine") else math.inf
    if not isinstance(layer, int):
        table = table_or_none(inputs, run, "rank")
        layer = max(hidden_layers(table), default=0) if table is not None else 0
    return most_rank(inputs, run, layer)


def values(inputs: ItemInputs, run: str, curve: Curve) -> pd.DataFrame:
    """One curve of a run, index step, one column a seed; empty where it is not measured."""
    if table_or_none(inputs, run, curve.table) is None:
        return seed_curves(None, "value")
    rows, column = curve_rows(inputs.runs[run], curve.curve, drawn_options(inputs, run, curve), curve.measured_as or "")
    return seed_curves(rows, column, 100 if curve.declared.percent else 1)


def drawn_options(inputs: ItemInputs, run: str, curve: Curve) -> dict[str, Any]:
    """The options of a curve that are given or that figures choose in their own way."""
    found = {}
    for name, option in curve.declared.options.items():
        given = curve.option(name)
        if given is None and option.drawn_by and not curve.measured_as:
            given = named_function(option.drawn_by)(inputs, run)
        if given is not None:
            found[name] = given
    return found


def drawn_values(inputs: ItemInputs, run: str, curve: Curve) -> list[Any]:
    """The values of the option that a curve draws in several colours, those of them that were measured, ascending."""
    name = curve.in_colours()
    option, given = curve.declared.options[name], curve.option(name)
    measured = column_values(table_or_none(inputs, run, curve.table), name)
    if isinstance(given, list):
        return [value for value in measured if value in given]
    return [value for value in measured if option.all_above is None or value > option.all_above]


def shown_value(inputs: ItemInputs, run: str, curve: Curve, name: str) -> Any:
    """What an option of a curve is for this run, as axes and words name it; None where nothing was measured."""
    option, given = curve.declared.options[name], drawn_options(inputs, run, curve).get(name)
    table = table_or_none(inputs, run, curve.table)
    if given is not None or table is None:
        return given
    if isinstance(option.default, FirstOf | Smallest | Detector):
        found = resolved(option.default, table, name, inputs.runs[run].detectors, option.all_above)
        return None if found == "" or found != found else found
    return option.default


def by_layer(inputs: ItemInputs, run: str, curve: Curve) -> dict[int, pd.DataFrame]:
    """A curve by layer; empty where it is not measured."""
    every = curve.with_option(LAYERS, "all")
    return {layer: values(inputs, run, curve.with_option(LAYERS, layer)) for layer in drawn_values(inputs, run, every)}

"""What stands beside the axis of a row of curves: their words and unit, and the options that tell what they are."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.curve_kinds import Curve
from grokscope.figures.kinds.curve_grid.lines import shown_value
from grokscope.metrics.declared_curves import ALL, SECOND_LAST


def axis_text(inputs: ItemInputs, curves: Sequence[Curve]) -> str:
    """The label that the curves have in common; where they have none, their quantity and its unit."""
    declared = curves[0].declared
    templates = {curve.declared.axis or curve.curve for curve in curves}
    unit = f" ({declared.shown_unit})" if declared.shown_unit else ""
    if len(templates) > 1:
        return declared.of_quantity + unit
    if not declared.axis:
        options = [words for name in declared.options if (words := _plainly(inputs, curves, name))]
        return f"{declared.words}{unit}" + ("\n" + ", ".join(options) if options else "")
    named = [name for _, name, _, _ in string.Formatter().parse(declared.axis) if name]
    return declared.axis.format(**{name: _option_text(inputs, curves, name) for name in named})


def _option_text(inputs: ItemInputs, curves: Sequence[Curve], name: str) -> str:
    """What the label says of an option: nothing where the curves differ in it."""
    option, values = curves[0].declared.options[name], _values(inputs, curves, name)
    if values is None:
        return ""
    if not values:
        return option.unknown
    words = [option.words.get(str(value), _number(value)) for value in values]
    known = all(str(value) in option.words for value in values)
    return option.joined.join(words) if known else option.axis.format(option.joined.join(words))


def _plainly(inputs: ItemInputs, curves: Sequence[Curve], name: str) -> str:
    """An option where the label of the curve has no place for it."""
    values = [value for value in _values(inputs, curves, name) or () if value != ALL]
    if values == [SECOND_LAST]:
        return "second-last layer"
    return f"{name.replace('_', ' ')} {', '.join(map(_number, values))}" if values else ""


def _values(inputs: ItemInputs, curves: Sequence[Curve], name: str) -> list[Any] | None:
    """What an option is for the runs of a figure, each value once; None where the curves differ in it."""
    by_curve = [
        [ALL]
        if curve.in_colours() == name
        else list(
            dict.fromkeys(value for run in inputs.runs if (value := shown_value(inputs, run, curve, name)) is not None)
        )
        for curve in curves
    ]
    return by_curve[0] if all(values == by_curve[0] for values in by_curve) else None


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)

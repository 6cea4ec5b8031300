"""What the effects of an estimand are counted in: the unit without the words on what is measured.

Effects that are counted in the same can be held against the same smallest effect that matters. Lags between different
events, for example, all are decades of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grokscope.analysis.declarations.curves import CurveName, curve_name
from grokscope.metrics.registry import CURVES

Measure = Callable[[Mapping[str, Any]], str]
"""The parameters of an estimand -> what its effect is counted in."""

ACCURACY = "accuracy (fraction)"
ABOVE_HALF = "share above one half"


def counted_in(text: str) -> Measure:
    """The same whatever the parameters are."""
    return lambda parameters: text


def shown(parameters: Mapping[str, Any]) -> str:
    """Whether seeds show an event, alone or in two groups."""
    return "difference of shares of seeds" if parameters.get("axis") or parameters.get("by") else ABOVE_HALF


def level(parameters: Mapping[str, Any]) -> str:
    """The level of a curve, its logarithm, or its range."""
    if parameters.get("statistic") == "relative_range":
        return "share of the highest value"
    quantity, unit = _quantity(parameters.get("curve"))
    return f"decades of {quantity}" if parameters.get("scale") == "log10" else quantity + unit


def change(parameters: Mapping[str, Any]) -> str:
    """The change of a curve, or its share of the curve's range."""
    return "share of a range" if parameters.get("scale") == "range" else level(parameters)


def gap(parameters: Mapping[str, Any]) -> str:
    """The gap of a curve between two runs."""
    return f"decades of {_quantity(parameters.get('first'))[0]}"


def size(parameters: Mapping[str, Any]) -> str:
    """The size of an event."""
    return "share of the rank" if str(parameters.get("event")).startswith("rank") else ACCURACY


def _quantity(curve: CurveName | None) -> tuple[str, str]:
    """What a curve measures, and the unit that stands after it; a curve that nobody measures yet has its name."""
    name = curve_name(curve)
    if name not in CURVES:
        return name.replace("_", " "), ""
    return CURVES[name].of_quantity, f" ({CURVES[name].unit})" if CURVES[name].unit else ""

"""The curves of a run that claims may name: what their metrics declare of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grokscope.config.nearest import known_or_meant
from grokscope.metrics.declared_curves import Detector
from grokscope.metrics.registry import CURVES, METRIC_OF

CurveName = str | Mapping[str, Any]
"""A curve's name alone, or a mapping with the key `curve`, options, and possibly `measured_as`."""

MEASURED_AS = "measured_as"
"""Beside the options of a curve: the name under which its metric was measured, where that is not the metric's own."""


def curve_name(curve: CurveName | None) -> str:
    """The name of a curve that is given with or without options; empty for none."""
    found = curve.get("curve") if isinstance(curve, Mapping) else curve
    return str(found or "")


def curve_options(curve: CurveName) -> dict[str, Any]:
    """The options of a curve that are given."""
    given = curve if isinstance(curve, Mapping) else {}
    return {key: value for key, value in given.items() if key not in ("curve", MEASURED_AS) and value is not None}


def measured_as(given: CurveName | None) -> str:
    """The name under which the metric of a curve, or of an event, was measured; empty where it is the metric's own."""
    return str(given.get(MEASURED_AS) or "") if isinstance(given, Mapping) else ""


def curve_complaint(curve: CurveName) -> str:
    """What is wrong with a curve that a claim names, in words that begin with `curve`; empty where nothing is."""
    name = curve_name(curve)
    if name not in CURVES:
        return f"curve {name!r} is unknown{known_or_meant(name, CURVES)}"
    options = CURVES[name].options
    if measured_as(curve) and (CURVES[name].table or CURVES[name].reader):
        return f"curve {name} is derived, so that {MEASURED_AS} {measured_as(curve)} does not name its table"
    for key, value in curve_options(curve).items():
        if key not in options:
            return f"curve {name} has no option {key}; it has {', '.join(options) or 'none'}"
        if complaint := options[key].complaint(value):
            return f"curve {name}: {key} {value!r} {complaint}"
    return ""


def curve_words(name: str) -> tuple[str, str]:
    """A curve in words, and the unit that stands after them."""
    if name not in CURVES:
        return name.replace("_", " "), ""
    curve = CURVES[name]
    return curve.words, f" ({curve.unit})" if curve.unit else ""


def metrics_of_curves(*curves: CurveName | None) -> tuple[str, ...]:
    """Metrics that these curves are read from; a curve that nobody measures yet needs none."""
    return tuple(
        dict.fromkeys(
            measured_as(curve) or METRIC_OF[curve_name(curve)] for curve in curves if curve_name(curve) in METRIC_OF
        )
    )


def thresholds_of_curves(*curves: CurveName | None) -> tuple[str, ...]:
    """Detector settings on which the values of these curves depend: those that say what an option is where a curve does
    not say so itself, such as how rank is counted.
    """
    found = []
    for curve in curves:
        if curve is not None and curve_name(curve) in CURVES:
            given = curve_options(curve)
            for name, option in CURVES[curve_name(curve)].options.items():
                if isinstance(option.default, Detector) and name not in given:
                    found.append(option.default.setting)
    return tuple(dict.fromkeys(found))

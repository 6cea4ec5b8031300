"""The curves of a run that claims may name, and the metric that each of them is read from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CURVES: dict[str, str] = {
    "train_accuracy": "accuracy",
    "test_accuracy": "accuracy",
    "robust_accuracy": "adversarial",
    "zero_gradient": "adversarial",
    "complexity": "local_complexity",
    "rank": "spectra",
    "probe": "probes",
    "weight_norm": "weight_norm",
}
"""Name of a curve (`grokscope.analysis.curves`) -> the metric that has it."""

CURVE_WORDS: dict[str, tuple[str, str]] = {
    "train_accuracy": ("train accuracy", " (fraction)"),
    "test_accuracy": ("test accuracy", " (fraction)"),
    "robust_accuracy": ("accuracy under attack", " (fraction)"),
    "zero_gradient": ("share of test points without a gradient", ""),
    "complexity": ("local complexity", ""),
    "rank": ("rank", ""),
    "probe": ("test accuracy of the probe", " (fraction)"),
    "weight_norm": ("norm of the weights", ""),
}
"""Name of a curve -> its words, and the unit that stands after them."""

CurveName = str | Mapping[str, Any]
"""A curve's name alone, or a mapping with the key `curve` and options."""


def curve_name(curve: CurveName | None) -> str:
    """The name of a curve that is given with or without options; empty for none."""
    found = curve.get("curve") if isinstance(curve, Mapping) else curve
    return str(found or "")


def metrics_of_curves(*curves: CurveName | None) -> tuple[str, ...]:
    """Metrics that these curves are read from; a curve that nobody measures yet needs none."""
    return tuple(dict.fromkeys(CURVES[curve_name(curve)] for curve in curves if curve_name(curve) in CURVES))


def thresholds_of_curves(*curves: CurveName | None) -> tuple[str, ...]:
    """Detector settings on which these curves depend: how rank is counted, unless the curve says it itself."""
    for curve in curves:
        name, options = (curve.get("curve"), curve) if isinstance(curve, Mapping) else (curve, {})
        if name == "rank" and not options.get("definition"):
            return ("rank_definition",)
    return ()

"""Whether what figures and claims read of a metric, such as one size of attack, is among what its settings measure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grokscope.analysis.declarations.curves import MEASURED_AS
from grokscope.analysis.declarations.events import EVENTS
from grokscope.config.metric_settings import MetricsSettings
from grokscope.metrics.declared_curves import ALL
from grokscope.metrics.registry import METRIC_OF

LISTS = {
    "epsilon": "epsilons",
    "radius": "radii",
    "factor": "factors",
    "half_width": "half_widths",
    "quantile": "quantiles",
    "start": "starts",
    "split": "splits",
}
"""Option of a curve -> the setting of its metric that lists what is measured."""
RELATIVE = "relative"
"""What the option `measured` says where values are relative to the embeddings; they have lists of their own."""


def not_measured(asked: Any, metrics: MetricsSettings) -> Iterator[str]:
    """What is wrong with the plain settings `asked` of a figure or claim, on a run with these metrics."""
    for curve in _curves(asked):
        metric = _metric_of(curve)
        settings = metrics.root.get(metric)
        relative = "relative_" if curve.get("measured") == RELATIVE else ""
        for option in LISTS.keys() & curve.keys():
            measured = getattr(settings, f"{relative}{LISTS[option]}", None)
            if not isinstance(measured, list):
                continue
            for value in curve[option] if isinstance(curve[option], list) else [curve[option]]:
                if value not in (*measured, ALL, None):
                    known = ", ".join(map(str, measured))
                    yield f"{metric} has no {option} {value} (its {relative}{LISTS[option]} are {known})"


def _metric_of(curve: dict[str, Any]) -> str:
    """The name under which the metric of a curve, or of the curve that an event is dated on, is measured."""
    of_event = getattr(EVENTS.get(str(curve.get("event"))), "metrics", ())
    return str(curve.get(MEASURED_AS, METRIC_OF.get(str(curve.get("curve")), of_event[0] if of_event else "")))


def _curves(settings: Any) -> Iterator[dict[str, Any]]:
    """Every mapping that names a curve or an event, however deep it lies."""
    if isinstance(settings, dict):
        if {"curve", "event"} & settings.keys():
            yield settings
        settings = list(settings.values())
    if isinstance(settings, list | tuple):
        for value in settings:
            yield from _curves(value)

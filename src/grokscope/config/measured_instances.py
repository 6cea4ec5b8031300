"""Curves and events that name the table which they are read from, where a metric is measured under another name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grokscope.analysis.declarations.curves import MEASURED_AS
from grokscope.analysis.declarations.events import EVENTS
from grokscope.metrics.registry import METRIC_OF


def named_tables(settings: Any) -> Iterator[tuple[str, str]]:
    """Every name under `measured_as` in the plain values of a figure or claim, with the metric that it has to be."""
    if isinstance(settings, dict):
        if name := settings.get(MEASURED_AS):
            event = EVENTS.get(str(settings.get("event")))
            of_event = event.metrics[0] if event is not None and event.metrics else "accuracy"
            yield str(name), METRIC_OF.get(str(settings.get("curve")), of_event)
        settings = list(settings.values())
    if isinstance(settings, list | tuple):
        for value in settings:
            yield from named_tables(value)

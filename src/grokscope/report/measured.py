"""What was measured on the runs of a figure: one row for each run instead of sentences."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from grokscope.report.figures import Figure
from grokscope.report.runs import Run
from grokscope.report.threshold_words import setting_in_words
from grokscope.report.wording import ABSENT, event_in_words, percent

EVENTS_OF_METRICS = {
    "accuracy": ("fit", "generalisation", "onset", "surge_1", "surge_2"),
    "spectra": ("rank_collapse", "rank_second_descent"),
    "local_complexity": ("complexity_peak", "migration"),
    "adversarial": ("robustness_lost", "robustness_onset"),
}
FAILURES = ("collapsed", "nonfinite")


def measured_table(figure: Figure, runs: Sequence[Run]) -> dict[str, Any] | None:
    """Columns, rows and the events that no run shows; None when neither accuracy nor events are known of its runs."""
    known = {run.id: run for run in runs}
    members = [(member, known[member["run"]]) for member in figure.members if member["run"] in known]
    if not members:
        return None
    axes = list(dict.fromkeys(axis for member, _ in members for axis in member["axes"]))
    wanted = [
        event
        for metric in figure.settings.get("metrics") or EVENTS_OF_METRICS
        for event in EVENTS_OF_METRICS.get(metric, ())
    ]
    looked_for = [event for event in wanted if any(event in run.dates for _, run in members)]
    seen = [event for event in (*looked_for, *FAILURES) if any(run.shows(event) for _, run in members)]
    if not seen and not any(run.final_by_seed for _, run in members):
        return None  # untrained networks, say: a table of dashes
    rows = [
        {
            "id": run.id,
            "href": run.page,
            "heads": [_at(member, axis) for axis in axes] or [run.id],
            "about": ", ".join(_named(axis, value) for axis, value in member["axes"].items()) or run.id,
            "cells": [
                *(_with_range(run.final_by_seed.get(split, ())) for split in ("train", "test")),
                *(run.events.get(event, ABSENT) for event in seen),
            ],
        }
        for member, run in members
    ]
    return {
        "heads": [axis.replace("_", " ") for axis in axes] or ["run"],
        "columns": [
            "final train accuracy",
            "final test accuracy",
            *(f"{event_in_words(event)}, step" for event in seen),
        ],
        "rows": rows,
        "never": [event_in_words(event) for event in looked_for if event not in seen],
    }


def _at(member: Mapping[str, Any], axis: str) -> str:
    """The value of a member on an axis; a dash where its sweep has no such axis."""
    return setting_in_words(member["axes"][axis]) if axis in member["axes"] else ABSENT


def _named(axis: str, value: Any) -> str:
    """A value with its axis, unless it says by itself what it is: `depth 4`, `AdamW`."""
    words = setting_in_words(value)
    return words if isinstance(value, str) else f"{axis.replace('_', ' ')} {words}"


def _with_range(values: Sequence[float]) -> str:
    """Median and range over seeds."""
    if not values:
        return ABSENT
    low, high = min(values), max(values)
    median = percent(statistics.median(values))
    return median if percent(low) == percent(high) else f"{median} ({100 * low:.1f} to {100 * high:.1f})"

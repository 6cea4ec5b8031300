"""How far our curves lie from the authors', as a figure's file has it, for a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grokscope.report.figures import Figure
from grokscope.report.runs import Run
from grokscope.report.wording import ABSENT, event_in_words, number


def distance_table(figure: Figure, runs: Sequence[Run]) -> dict[str, Any] | None:
    """Rows, a column pair an event that any curve shows, sentences, and whether the settings agree; None where nothing was compared."""
    found = [row for row in figure.found.get("distances") or () if isinstance(row, Mapping)]
    if not found:
        return None
    pages = {run.id: run.page for run in runs}
    names = list(dict.fromkeys(name for row in found for name in row.get("events") or {}))
    shown = [name for name in names if any(_dated((row.get("events") or {}).get(name)) for row in found)]

    def cells(row: Mapping[str, Any]) -> list[str]:
        dates = [_dates((row.get("events") or {}).get(name)) for name in shown]
        return [_difference(row), _share(row.get("inside_band")), number(row.get("steps")), *dates]

    rows = [{"curve": str(row.get("curve") or ""), "href": pages.get(str(row.get("run"))), "cells": cells(row)} for row in found]
    return {
        "comparable": all(row.get("comparable") for row in found),
        "columns": ["difference of values", "inside our band", "steps compared", *(f"{event_in_words(name)}, theirs / ours" for name in shown)],
        "rows": rows,
        "sentences": [str(row["sentence"]) for row in found if row.get("sentence")],
    }


def _difference(row: Mapping[str, Any]) -> str:
    value, unit = row.get("median_absolute_difference"), row.get("unit")
    if value is None:
        return ABSENT
    return f"{100 * value:.1f} points of percent" if unit == "fraction" else f"{number(value)} {unit or ''}".strip()


def _share(value: Any) -> str:
    return ABSENT if value is None else f"{100 * value:.0f}\u202f% of steps"


def _dated(event: Mapping[str, Any] | None) -> bool:
    return event is not None and (event.get("theirs") is not None or event.get("ours") is not None)


def _dates(event: Mapping[str, Any] | None) -> str:
    """`4 000 / 5 200 (0.11 decades later)`."""
    if not event:
        return ABSENT
    both = " / ".join(number(float(round(event[key]))) if event.get(key) is not None else "none" for key in ("theirs", "ours"))
    decades = event.get("decades")
    if decades is None:
        return both
    return f"{both} ({abs(decades):.2f} decades {'later' if decades > 0 else 'earlier'})" if abs(decades) >= 0.005 else f"{both} (at the same time)"

"""How far our curves lie from the authors', as a figure's file has it, for a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grokscope.analysis.declarations.events import under_way_in_words
from grokscope.report.distance_rows import difference, share
from grokscope.report.figures import Figure
from grokscope.report.runs import Run
from grokscope.report.wording import ABSENT, event_in_words, number


def distance_table(figure: Figure, runs: Sequence[Run]) -> dict[str, Any] | None:
    """Columns, a row for each curve, sentences, and whether the settings agree; None if nothing was compared."""
    found = [row for row in figure.found.get("distances") or () if isinstance(row, Mapping)]
    if not found:
        return None
    pages = {run.id: run.page for run in runs}

    def cells(row: Mapping[str, Any]) -> list[str]:
        return [difference(row), _share(row), number(row.get("steps"))]

    rows = [
        {
            "curve": str(row.get("curve") or ""),
            "href": pages.get(str(row.get("run"))),
            "cells": cells(row),
            "events": _events(row),
        }
        for row in found
    ]
    return {
        "comparable": all(row.get("comparable") for row in found),
        "columns": ["Difference of values", "Inside our band", "Steps compared"],
        "rows": rows,
        "sentences": [str(row["sentence"]) for row in found if row.get("sentence")],
    }


def _share(row: Mapping[str, Any]) -> str:
    return ABSENT if row.get("inside_band") is None else f"{share(row)} of steps"


def _events(row: Mapping[str, Any]) -> list[str]:
    """The events that either curve shows: `peak of complexity: 4000 / 5200 (0.11 decades later)`."""
    found = (row.get("events") or {}).items()
    return [
        f"{event_in_words(name)}: {_dates(name, event)}"
        for name, event in found
        if any(event.get(key) is not None for key in ("theirs", "ours"))
    ]


def _dates(name: str, event: Mapping[str, Any]) -> str:
    without = {"theirs": "none", "ours": under_way_in_words(name) if event.get("under_way") else "none"}
    both = " / ".join(
        number(float(round(event[key]))) if event.get(key) is not None else none for key, none in without.items()
    )
    decades = event.get("decades")
    if decades is None:
        return both
    return (
        f"{both} ({abs(decades):.2f} decades {'later' if decades > 0 else 'earlier'})"
        if abs(decades) >= 0.005
        else f"{both} (at the same time)"
    )

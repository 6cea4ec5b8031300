"""From a seed of a claim to its curve: the page of its run with that seed alone and the claim's events drawn in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from grokscope.analysis.declarations.estimands import ESTIMANDS
from grokscope.analysis.declarations.events import EVENTS
from grokscope.report.claims import Claim


def events_of(claim: Claim) -> tuple[str, ...]:
    """The events that a claim is about, each once: those of its parameters in their order, then those that its estimand
    takes where it names none.
    """
    parameters = claim.settings.get("parameters") or {}
    declared = ESTIMANDS.get(str(claim.settings.get("estimand")))
    usual = declared.usual_events if declared else {}
    left_out = [event for name, event in usual.items() if name not in parameters]
    return tuple(dict.fromkeys((*_events(parameters), *left_out)))


def _events(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value in EVENTS:
            yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _events(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _events(one)


def curve_address(claim: Claim, row: Mapping[str, Any], run_pages: Mapping[str, str]) -> str:
    """Path in the report of the curve of a row of `per_seed`; empty where its run has no page."""
    page = run_pages.get(str(row.get("run")))
    if page is None or row.get("seed") is None:
        return page or ""
    events = events_of(claim)
    chosen = {"seeds": row["seed"], **({"event": ",".join(events)} if events else {})}
    return f"{page}#{urlencode(chosen, safe=',')}"

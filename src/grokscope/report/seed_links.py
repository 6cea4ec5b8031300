"""From a seed of a claim to its curve: the page of its run with that seed alone and the claim's events drawn in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from grokscope.analysis.declarations.events import EVENTS
from grokscope.report.claims import Claim


def events_of(claim: Claim) -> tuple[str, ...]:
    """The events that a claim is about, each once, in the order of its parameters."""
    return tuple(dict.fromkeys(_events(claim.settings.get("parameters"))))


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

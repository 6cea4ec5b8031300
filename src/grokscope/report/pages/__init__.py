"""One module a kind of page; each has `pages(site) -> list[Page]`, and the order here is that of the navigation."""

from __future__ import annotations

from grokscope.report.pages import (
    attacks,
    cards,
    claim,
    compare,
    distances,
    figure,
    index,
    methods,
    paper,
    power,
    provenance,
    rank_definitions,
    run,
    runs,
    sheet,
    variants,
)
from grokscope.report.site import Page, Site

KINDS = (
    index,
    paper,
    runs,
    compare,
    variants,
    power,
    rank_definitions,
    attacks,
    distances,
    methods,
    provenance,
    claim,
    sheet,
    figure,
    run,
    cards,
)


def all_pages(site: Site) -> list[Page]:
    """Every page of the report."""
    return [page for kind in KINDS for page in kind.pages(site)]

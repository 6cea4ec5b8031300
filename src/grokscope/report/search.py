"""The index that the pages search in: claims, figures, runs and the other pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from grokscope.report.pages.views import figure_place
from grokscope.report.site import Page, Site
from grokscope.report.wording import event_in_words, run_in_words


def search_index(site: Site, pages: Sequence[Page]) -> str:
    """A script that holds the index: pages from disk may not read JSON files."""
    entries = [
        dict(zip(("kind", "title", "more", "words", "page"), entry, strict=True)) for entry in _entries(site, pages)
    ]
    return "window.grokscopeIndex = " + json.dumps(entries, ensure_ascii=True, separators=(",", ":")) + ";\n"


def _entries(site: Site, pages: Sequence[Page]) -> Iterator[tuple[str, str, str, str, str]]:
    """Kind, title, what is shown below it, further words to find it by, and the page."""
    for page in pages:
        if "/" not in page.path:
            yield "Page", page.title, "", "", page.path
    for claim in site.claims:
        paper = site.paper(claim.paper)
        more = f"{claim.verdict.label} · {paper.short}" + ("" if paper.ours else f", {claim.settings['where']}")
        yield "Claim", str(claim.settings["statement"]), more, f"{claim.variant} {claim.name}", claim.page
    for figure in site.figures:
        yield (
            "Figure",
            str(figure.settings["title"]),
            figure_place(figure, site),
            f"{figure.variant} {figure.name}",
            figure.page,
        )
    for run in site.runs:
        seen = [event_in_words(event) for event, dates in run.dates.items() if any(one.seen for one in dates.values())]
        yield "Run", run.id, run_in_words(run.settings), " ".join([run.variant, *seen]), run.page

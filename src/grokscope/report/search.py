"""The index that the pages search in: claims, figures, runs and the other pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from grokscope.report.pages.views import figure_place
from grokscope.report.site import Page, Site
from grokscope.report.wording import event_in_words, run_in_words

KEYS = ("kind", "title", "place", "more", "words", "page")
PAGE_WORDS = {
    "attacks.html": "robustness adversarial worst case survives",
    "compare.html": "side by side difference",
    "distances.html": "authors published curves",
    "index.html": "verdicts answer summary findings",
    "methods.html": "statistics thresholds definitions deviations limits limitations Holm tests settings",
    "power.html": "power sample size seeds needed",
    "provenance.html": "hardware machine commit versions time reproduce",
    "rank-definitions.html": "effective stable participation rank",
    "runs.html": "trainings networks configurations data download",
    "variants.html": "text code corrected Adam AdamW settings",
}
"""What else a reader may look for a page by."""
_NUMBERED = re.compile(r"(Fig|Table)s? (\d+)")


def search_index(site: Site, pages: Sequence[Page]) -> str:
    """A script that holds the index: pages from disk may not read JSON files."""
    entries = [dict(zip(KEYS, entry, strict=True)) for entry in _entries(site, pages)]
    return "window.grokscopeIndex = " + json.dumps(entries, ensure_ascii=True, separators=(",", ":")) + ";\n"


def _entries(site: Site, pages: Sequence[Page]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Kind, title, number in the paper, what is shown below it, further words to find it by, and the page."""
    for page in pages:
        if "/" not in page.path:
            yield "Page", page.title, "", "", PAGE_WORDS.get(page.path, ""), page.path
    for figure in site.figures:
        words = [figure.variant, figure.name, *(figure.settings.get("metrics") or ())]
        place = _numbers(str(figure.settings["where"])) if figure.of_the_paper else ""
        more = figure_place(figure, site)
        yield "Figure", str(figure.settings["title"]), place, more, " ".join(words), figure.page
    for claim in site.claims:
        paper = site.paper(claim.paper)
        more = f"{claim.verdict.label} · {paper.short}" + ("" if paper.ours else f", {claim.settings['where']}")
        words = [claim.variant, claim.name, *(claim.settings.get("metrics") or ())]
        yield "Claim", str(claim.settings["statement"]), "", more, " ".join(words), claim.page
    for run in site.runs:
        seen = [event_in_words(event) for event, dates in run.dates.items() if any(one.seen for one in dates.values())]
        yield "Run", run.id, "", run_in_words(run.settings), " ".join([run.variant, *seen]), run.page


def _numbers(where: str) -> str:
    """`Fig 6` of `Fig 6, left`; what a figure only goes with is left out: `Table 1` of `Table 1, with Fig 14`."""
    found = _NUMBERED.match(where)
    return f"{found[1]} {found[2]}" if found else ""

"""The index that the pages search in: claims, figures, runs and the other pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from grokscope.report.claims import Claim
from grokscope.report.figures import Figure
from grokscope.report.pages.views import figure_place
from grokscope.report.site import Page, Site
from grokscope.report.wording import event_in_words, run_in_words

KEYS = ("kind", "title", "place", "more", "words", "page", "weight")
PAGE_WORDS = {
    "attacks.html": "robustness adversarial worst case survives obfuscated gradients masking PGD Auto-PGD",
    "compare.html": "side by side difference",
    "distances.html": "authors published curves values numbers agreement",
    "index.html": "verdicts answer summary findings results conclusion overview",
    "methods.html": (
        "statistics thresholds definitions deviations limits limitations Holm tests settings p-value significance"
        " bootstrap confidence interval multiple testing correction premise estimand glossary terms"
    ),
    "power.html": "power sample size number of seeds needed smallest effect",
    "provenance.html": "hardware machine computer GPU commit versions time runtime cost reproduce licence environment",
    "rank-definitions.html": "effective stable participation numerical rank spectrum spectra singular values threshold",
    "runs.html": "trainings networks configurations data download archive checkpoints",
    "variants.html": "text code corrected Adam AdamW settings deviations",
}
"""What else a reader may look for a page by."""
HEADLINE, OF_THE_PAPER, PAGE, OF_OURS, UNTESTED, RUN = 1.4, 1.2, 1.15, 1.1, 0.6, 0.3
"""What the score of an entry is multiplied by, so that of entries that fit a query alike the one comes first that most
readers mean: a headline figure, then what else the papers show, pages, experiments of our own, untested claims, runs.
"""
IN_ORDER, LAST = 0.002, 40
"""Figures of a paper come in their order: what each number takes away, and the highest that counts, as tables do."""
OF_A_CLAIM = 0.95
"""A claim comes a little behind the figure that shows it."""
_NUMBERED = re.compile(r"(Fig|Table)s? (\d+)")


def search_index(site: Site, pages: Sequence[Page]) -> str:
    """A script that holds the index: pages from disk may not read JSON files."""
    entries = [dict(zip(KEYS, entry, strict=True)) for entry in _entries(site, pages)]
    return "window.grokscopeIndex = " + json.dumps(entries, ensure_ascii=True, separators=(",", ":")) + ";\n"


def _entries(site: Site, pages: Sequence[Page]) -> Iterator[tuple[str, str, str, str, str, str, float]]:
    """Kind, title, number in the paper, what is shown below it, further words to find it by, page and weight."""
    for page in pages:
        if "/" not in page.path:
            yield "Page", page.title, "", "", PAGE_WORDS.get(page.path, ""), page.path, PAGE
    for figure in site.figures:
        words = [figure.variant, figure.name, *(figure.settings.get("metrics") or ())]
        place = _numbers(str(figure.settings["where"])) if figure.of_the_paper else ""
        more = figure_place(figure, site)
        title = str(figure.settings["title"])
        yield "Figure", title, place, more, " ".join(words), figure.page, weight_of_figure(figure)
    for claim in site.claims:
        paper = site.paper(claim.paper)
        more = f"{claim.verdict.label} · {paper.short}" + ("" if paper.ours else f", {claim.settings['where']}")
        words = [claim.variant, claim.name, *(claim.settings.get("metrics") or ())]
        weight = weight_of_claim(claim, site)
        yield "Claim", str(claim.settings["statement"]), "", more, " ".join(words), claim.page, weight
    for run in site.runs:
        seen = [event_in_words(event) for event, dates in run.dates.items() if any(one.seen for one in dates.values())]
        yield "Run", run.id, "", run_in_words(run.settings), " ".join([run.variant, *seen]), run.page, RUN


def weight_of_figure(figure: Figure) -> float:
    """How much comes before others that fit a query alike: headline figures, figures of the papers, the rest."""
    kind = HEADLINE if figure.settings.get("headline") else OF_THE_PAPER if figure.of_the_paper else OF_OURS
    found = _NUMBERED.match(str(figure.settings["where"])) if figure.of_the_paper else None
    number = 0 if found is None else int(found[2]) if found[1] == "Fig" else LAST
    return round(kind - IN_ORDER * min(number, LAST), 3)


def weight_of_claim(claim: Claim, site: Site) -> float:
    """The same for a claim: tested ones before untested ones, those of the papers before those of our own."""
    if not claim.tested:
        return UNTESTED
    where = str(claim.settings["where"])
    of_ours = site.paper(claim.paper).ours or where.startswith(("Ours", "A control of ours"))
    return OF_A_CLAIM * (OF_OURS if of_ours else OF_THE_PAPER)


def _numbers(where: str) -> str:
    """`Fig 6` of `Fig 6, left`; what a figure only goes with is left out: `Table 1` of `Table 1, with Fig 14`."""
    found = _NUMBERED.match(where)
    return f"{found[1]} {found[2]}" if found else ""

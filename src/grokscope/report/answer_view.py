"""The first screen in words: the answer, the findings, the bars, and what is counted apart."""

from __future__ import annotations

from typing import Any

from grokscope.report.answer import counts, of_the_papers, short_answer, standings
from grokscope.report.findings import findings
from grokscope.report.gist import gist
from grokscope.report.other_scale import resting_on
from grokscope.report.site import Paper, Site


def answer_view(site: Site) -> dict[str, Any]:
    """Values of the template `answer.html`; the first page and the page to send show the same."""
    asked_of = site.claims_by(site.published)
    stated, _ = of_the_papers(asked_of)
    titles = {paper.id: paper.short for paper in site.published}
    numbers = short_answer(asked_of, titles, site.scale)
    found = findings(site)
    lead, told = gist(stated, site.scale)
    own = site.claims_by(site.beyond)
    return {
        "lead": lead,
        "told": told if found else numbers,
        "numbers": numbers if found else "",
        "findings": found,
        "beyond": counts(own, "claim of our own", "claims of our own") if any(claim.tested for claim in own) else "",
        "resting_on": resting_on(site.claims, site.scale, site.other),
        "scores": [score for paper in site.papers if (score := _score(paper, site))],
    }


def _score(paper: Paper, site: Site) -> dict[str, Any] | None:
    """The bar of one paper: what it states, by verdict; checks of ours have no part in it."""
    theirs = site.claims_by([paper])
    shown = theirs if paper.ours else of_the_papers(theirs)[0]
    if not shown:
        return None
    return {"title": paper.short, "href": paper.page, "counts": standings(shown), "total": len(shown)}

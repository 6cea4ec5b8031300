"""One page a paper: its figures and its claims."""

from __future__ import annotations

from collections import Counter

from grokscope.report.claims import VERDICTS
from grokscope.report.pages.views import claim_table, figure_view
from grokscope.report.site import Page, Paper, Site
from grokscope.report.wording import count_of, listing


def pages(site: Site) -> list[Page]:
    """A page for every paper."""
    return [_page(paper, site) for paper in site.papers]


def _page(paper: Paper, site: Site) -> Page:
    context = {
        "paper": paper,
        "standing": _standing(paper, site),
        "figures": [figure_view(figure, site) for figure in site.figures if figure.paper == paper.id],
        "claims": claim_table((claim for claim in site.claims if claim.paper == paper.id), site),
    }
    return Page(paper.page, "paper.html", paper.short, context, label=paper.label, scripts=("table.js",))


def _standing(paper: Paper, site: Site) -> str:
    counts = Counter(claim.verdict.kind for claim in site.claims if claim.paper == paper.id)
    parts = [f"{counts[kind]} {verdict.label.lower()}" for kind, verdict in VERDICTS.items() if counts[kind]]
    figures = sum(figure.paper == paper.id for figure in site.figures)
    return (
        f"{count_of(figures, 'figure')} {'drawn' if paper.ours else 'remade'}."
        f" {count_of(sum(counts.values()), 'claim')}: {listing(parts) or 'none judged'}."
    )

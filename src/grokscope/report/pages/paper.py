"""One page for each paper: its figures, those of ours that belong to it, and its claims."""

from __future__ import annotations

from collections import Counter
from typing import Any

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
        "figures": _figures(paper, site, of_the_paper=True),
        "follow_ups": _figures(paper, site, of_the_paper=False),
        "claims": claim_table((claim for claim in site.claims if claim.paper == paper.id), site),
    }
    return Page(paper.page, "paper.html", paper.short, context, label=paper.label, scripts=("table.js",))


def _figures(paper: Paper, site: Site, *, of_the_paper: bool) -> list[dict[str, Any]]:
    """Views of those figures that the paper has, or of those that it does not have."""
    found = (one for one in site.figures if one.paper == paper.id and one.of_the_paper is of_the_paper)
    return [figure_view(one, site) for one in found]


def _standing(paper: Paper, site: Site) -> str:
    counts = Counter(claim.verdict.kind for claim in site.claims if claim.paper == paper.id)
    parts = [f"{counts[kind]} {verdict.label.lower()}" for kind, verdict in VERDICTS.items() if counts[kind]]
    figures = sum(figure.paper == paper.id for figure in site.figures)
    return (
        f"{count_of(figures, 'figure')} {'drawn' if paper.ours else 'remade'}."
        f" {count_of(sum(counts.values()), 'claim')}: {listing(parts) or 'none judged'}."
    )

"""One page for each paper: its figures, those of ours that belong to it, and its claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grokscope.report.answer import of_the_papers, standings
from grokscope.report.claims import Claim
from grokscope.report.pages.views import claim_table, figure_view
from grokscope.report.site import Page, Paper, Site
from grokscope.report.wording import count_of, listing, number


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
    """How many figures there are, and the verdicts: what the paper states and our checks of it are counted apart."""
    claims = [claim for claim in site.claims if claim.paper == paper.id]
    figures = [figure for figure in site.figures if figure.paper == paper.id]
    own = sum(not figure.of_the_paper for figure in figures)
    more = "" if paper.ours or not own else f", {number(own)} of our own drawn"
    drawn = count_of(len(figures) - (0 if paper.ours else own), "figure")
    sentences = [f"{drawn} {'drawn' if paper.ours else 'remade'}{more}."]
    if paper.ours:
        return " ".join([*sentences, _counted(claims, "claim", "claims")])
    stated, checks = of_the_papers(claims)
    sentences.append(_counted(stated, "statement of the paper", "statements of the paper"))
    return " ".join([*sentences, _counted(checks, "check of ours", "checks of ours")] if checks else sentences)


def _counted(claims: Sequence[Claim], singular: str, plural: str) -> str:
    parts = [f"{number} {label}" for _, label, number in standings(claims)]
    return f"{count_of(len(claims), singular, plural)}: {listing(parts) or 'none judged'}."

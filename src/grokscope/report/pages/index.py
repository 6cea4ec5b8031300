"""The first page: what was asked, the short answer, the verdicts, the figures."""

from __future__ import annotations

from typing import Any

from grokscope.report.answer_view import answer_view
from grokscope.report.pages.distances import PATH, has_distances
from grokscope.report.pages.views import claim_table, figure_view
from grokscope.report.site import Page, Site
from grokscope.report.wording import SCALES_IN_WORDS, count_of, listing


def pages(site: Site) -> list[Page]:
    """One page."""
    titles = {paper.id: paper.short for paper in site.published}
    context: dict[str, Any] = {
        "heading": (
            f"{'Does ' if len(titles) == 1 else 'Do '}{listing(f'“{title}”' for title in titles.values())} hold up?"
            if titles
            else "Report"
        ),
        "asked": _asked(site),
        "answer": answer_view(site),
        "claims": claim_table(site.claims, site),
        "distances": PATH if has_distances(site) else "",
        "figures": [view for figure in site.figures if (view := figure_view(figure, site))["headline"]],
    }
    return [Page("index.html", "index.html", "Verdicts", context, label="Verdicts", scripts=("table.js",))]


def _asked(site: Site) -> str:
    """The question that the papers pose, and how much it was judged on, our own experiments left out."""
    asked_of = site.published or site.papers
    names = {paper.id for paper in asked_of}
    figures = [figure for figure in site.figures if figure.paper in names]
    used = {run for figure in figures for run in figure.runs} | {
        run for claim in site.claims_by(asked_of) for run in claim.runs
    }
    runs = [run for run in site.runs if run.id in used] or site.runs
    seeds = sorted({len(run.seeds) for run in runs})
    several = (
        f" {seeds[0]} to {seeds[-1]} seeds" if len(seeds) > 1 else f" {count_of(seeds[0], 'seed')}" if seeds else ""
    )
    made = f"{count_of(len(figures), 'figure')} from {count_of(len(runs), 'run')}" + (
        f" of{several} each" if several else ""
    )
    papers = listing(f"{paper.authors} ({paper.year})" for paper in site.published) or "our own"
    return f"Claims of {papers}, judged one by one on {made}. {SCALES_IN_WORDS[site.scale]}"

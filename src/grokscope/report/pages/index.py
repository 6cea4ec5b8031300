"""The first page: what was asked, the short answer, the verdicts, the figures."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from grokscope.report.answer import short_answer
from grokscope.report.pages.views import claim_table, figure_view
from grokscope.report.site import Page, Site
from grokscope.report.wording import SCALES_IN_WORDS, count_of, listing


def pages(site: Site) -> list[Page]:
    """One page."""
    titles = {paper.id: paper.short for paper in site.papers}
    context: dict[str, Any] = {
        "heading": f"{'Does ' if len(site.papers) == 1 else 'Do '}{listing(f'“{title}”' for title in titles.values())} hold up?" if site.papers else "Report",
        "asked": _asked(site),
        "answer": short_answer(site.claims, titles, site.scale),
        "papers": [asdict(paper) for paper in site.papers],
        "claims": claim_table(site.claims, site),
        "figures": [view for figure in site.figures if (view := figure_view(figure, site))["headline"]],
    }
    return [Page("index.html", "index.html", "Verdicts", context, label="Verdicts", scripts=("table.js",))]


def _asked(site: Site) -> str:
    seeds = sorted({len(run.seeds) for run in site.runs})
    several = f" {seeds[0]} to {seeds[-1]} seeds" if len(seeds) > 1 else f" {count_of(seeds[0], 'seed')}" if seeds else ""
    made = f"{count_of(len(site.figures), 'figure')} from {count_of(len(site.runs), 'run')}" + (f" of{several} each" if several else "")
    papers = listing(f"{paper.authors} ({paper.year})" for paper in site.papers)
    return f"Claims of {papers}, judged one by one on {made}. {SCALES_IN_WORDS[site.scale]}"

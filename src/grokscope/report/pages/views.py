"""Claims and figures as the templates want them: plain values and links."""

from __future__ import annotations

from typing import Any

from grokscope.report.claims import Claim, interval_plot
from grokscope.report.figures import Figure
from grokscope.report.site import Site, claim_data


def claim_view(claim: Claim, site: Site) -> dict[str, Any]:
    """A claim, with links that hold on pages in the report's folder."""
    paper = site.paper(claim.paper)
    return {
        "anchor": claim.anchor,
        "href": f"{paper.page}#{claim.anchor}",
        "statement": claim.settings["statement"],
        "where": claim.settings["where"],
        "paper_title": paper.short,
        "variant": claim.variant,
        "verdict": claim.verdict,
        "effect": claim.effect,
        "interval": claim.interval,
        "plot": interval_plot(claim),
        "unit": claim.settings.get("unit") or "",
        "seeds": claim.seeds,
        "collapsed": claim.collapsed,
        "meaning": claim.meaning,
        "why": claim.why,
        "counts": claim.counts,
        "facts": claim.facts,
        "data": claim_data(claim) if claim.source else None,
    }


def figure_view(figure: Figure, site: Site) -> dict[str, Any]:
    """A figure, with links that hold on pages in the report's folder."""
    paper = site.paper(figure.paper)
    pages = {run.id: run.page for run in site.runs}
    width, height = figure.size or (None, None)
    return {
        "anchor": figure.anchor,
        "href": f"{paper.page}#{figure.anchor}",
        "title": figure.settings["title"],
        "where": figure.settings["where"],
        "shows": figure.settings["shows"],
        "paper_title": paper.short,
        "variant": figure.variant,
        "alt": figure.alt,
        "measured": figure.measured,
        "compared": figure.compared,
        "differences": figure.differences,
        "shown": figure.shown,
        "thumbnail": figure.png or figure.svg,
        "svg": figure.svg,
        "png": figure.png,
        "data": figure.data,
        "width": width,
        "height": height,
        "command": figure.command,
        "runs": [{"id": run, "href": pages.get(run)} for run in figure.runs],
        "claims": [claim_view(claim, site) for claim in site.claims_of(figure)],
    }

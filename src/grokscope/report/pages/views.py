"""Claims and figures as the templates want them: plain values, and links from the report's folder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grokscope.report.claim_plots import interval_plot
from grokscope.report.claims import NOT_TESTED, VERDICTS, Claim, words
from grokscope.report.figures import Figure
from grokscope.report.shares import unit_of
from grokscope.report.site import Site
from grokscope.report.within_run import bound_of
from grokscope.report.wording import AT_SCALE

TESTED = "tested"
"""A choice of the filter by verdict: every claim that has one. It is the first choice when scripts run."""


def claim_view(claim: Claim, site: Site) -> dict[str, Any]:
    """A claim as a row of a table."""
    paper = site.paper(claim.paper)
    return {
        "href": claim.page,
        "statement": claim.settings["statement"],
        "where": claim.settings["where"],
        "place": "" if paper.ours else str(claim.settings["where"]).split(";")[0],
        "paper": claim.paper,
        "paper_title": paper.short,
        "variant": claim.variant,
        "verdict": claim.verdict,
        "effect": claim.shown_effect,
        "interval": claim.shown_interval,
        "bound": bound_of(claim),
        "plot": interval_plot(claim),
        "unit": unit_of(claim.settings),
        "seeds": claim.seeds,
        "collapsed": claim.collapsed,
        "kind": str(claim.settings.get("kind") or "result"),
        "rank": claim.verdict.rank,
        "other": site.other.shown(claim),
    }


def claim_table(claims: Iterable[Claim], site: Site) -> dict[str, Any]:
    """Rows of a table of verdicts, tested claims first, and the values that it can be filtered by."""
    claims = list(claims)
    rows = sorted((claim_view(claim, site) for claim in claims), key=lambda row: row["verdict"].kind == NOT_TESTED)
    papers = {row["paper"]: row["paper_title"] for row in rows}
    kinds = {row["verdict"].kind for row in rows}
    verdicts = [(kind, verdict.label.lower()) for kind, verdict in VERDICTS.items() if kind in kinds]
    if NOT_TESTED in kinds and len(kinds) > 1:
        verdicts.insert(0, (TESTED, "all that were tested"))
    filters = [
        ("paper", "Paper", list(papers.items())),
        ("verdict", "Verdict", verdicts),
        ("kind", "Kind", [(kind, words(kind)) for kind in dict.fromkeys(row["kind"] for row in rows)]),
        ("variant", "Variant", [(variant, variant) for variant in dict.fromkeys(row["variant"] for row in rows)]),
    ]
    return {
        "rows": rows,
        "at": AT_SCALE.get(site.scale, ""),
        "other": site.other.column(claim.name for claim in claims),
        "filters": [{"name": name, "label": label, "options": options} for name, label, options in filters],
    }


def figure_place(figure: Figure, site: Site) -> str:
    """The paper and the figure's number in it; experiments of our own have no numbers."""
    paper = site.paper(figure.paper)
    return paper.short if paper.ours else f"{paper.short}, {figure.settings['where']}"


def figure_view(figure: Figure, site: Site) -> dict[str, Any]:
    """A figure as a picture with a link."""
    width, height = figure.size or (None, None)
    return {
        "href": figure.page,
        "title": figure.settings["title"],
        "where": figure.settings["where"],
        "place": figure_place(figure, site),
        "variant": figure.variant,
        "alt": figure.alt,
        "pdf": figure.pdf,
        "png": figure.png,
        "data": figure.data,
        "archive": figure.archive,
        "with_curves": bool(figure.found.get("curves")),
        "width": width,
        "height": height,
        "headline": bool(figure.settings.get("headline")),
    }

"""The page of a claim: statement, verdict, reason, figure, test, effect, seeds, sensitivity, runs, data."""

from __future__ import annotations

from typing import Any

from grokscope.report.claim_plots import seed_plot
from grokscope.report.claims import VERDICTS, Claim, verdict_named, words
from grokscope.report.downloads import claim_files
from grokscope.report.pages.power import power_facts
from grokscope.report.pages.sheet import sheet_path
from grokscope.report.pages.views import claim_view, figure_view
from grokscope.report.parameter_words import parameters_of
from grokscope.report.runs import trained_in_words
from grokscope.report.seed_words import seed_rows, usable_in_words
from grokscope.report.shares import BOUNDS, shown_setting
from grokscope.report.site import Page, Site
from grokscope.report.threshold_words import DETAILS, threshold_in_words, value_in_words
from grokscope.report.thresholds import sliders
from grokscope.report.unfinished import REST
from grokscope.report.within_run import KEYS, within_run
from grokscope.report.wording import number, setting

SAID_ABOVE = frozenset({"share"})
"""Details that repeat the effect."""


def pages(site: Site) -> list[Page]:
    """A page for every claim, tested or not."""
    return [_page(claim, site) for claim in site.claims]


def _page(claim: Claim, site: Site) -> Page:
    figure = next(
        (figure for figure in site.figures if (figure.id, figure.variant) == (claim.figure, claim.variant)), None
    )
    paper = site.paper(claim.paper)
    run_pages = {run.id: run.page for run in site.runs}
    context = {
        "claim": claim_view(claim, site),
        "paper": paper,
        "kind": words(claim.settings.get("kind") or ""),
        "tested": claim.tested,
        "waits": claim.waits,
        "made_from": claim.made_from,
        "rest": REST,
        "other_where": site.other.where if site.other.verdicts else "",
        "meaning": claim.meaning,
        "means": [
            (VERDICTS[kind], text) for kind, text in (claim.settings.get("means") or {}).items() if kind in VERDICTS
        ],
        "why": claim.why,
        "usable": usable_in_words(claim),
        "is_median": bool(within_run(claim)),
        "facts": [*_within_run(claim), *claim.facts, *power_facts(claim), *_details(claim)],
        "figure": figure_view(figure, site) if figure else None,
        "seed_rows": seed_rows(claim, run_pages),
        "seed_plot": seed_plot(claim, run_pages),
        "runs": site.run_links(claim.runs),
        "trained": trained_in_words([run for run in site.runs if run.id in claim.runs]),
        "sensitivity": _sensitivity(claim),
        "sliders": sliders(claim, site.config.get("detectors") or {}),
        "parameters": parameters_of(claim),
        "data": claim.data,
        "table": claim.table,
        "sheet": sheet_path(claim) if claim.tested else "",
        "others": [
            claim_view(other, site)
            for other in site.claims
            if other.id == claim.id and other.paper == claim.paper and other is not claim
        ],
    }
    return Page(
        claim.page,
        "claim.html",
        str(claim.settings["statement"]),
        context,
        scripts=("table.js", "thresholds.js"),
        files=claim_files(claim),
        section=paper.page,
    )


def _details(claim: Claim) -> list[tuple[str, str]]:
    """Further numbers of the test; those of the sentence on whether and when are not said again."""
    by_bounds = bool(within_run(claim))
    return [
        (DETAILS.get(key) or words(key).capitalize(), _detail(value))
        for key, value in (claim.found.get("details") or {}).items()
        if key not in BOUNDS and key not in SAID_ABOVE and not (key in KEYS and by_bounds)
    ]


def _detail(value: Any) -> str:
    return number(value) if isinstance(value, float) else setting(value)


def _within_run(claim: Claim) -> list[tuple[str, str]]:
    """Whether and when it happened, where some seeds have no value."""
    sentence = "" if claim.is_unseen else within_run(claim)
    return [("Whether and when", sentence)] if sentence else []


def _sensitivity(claim: Claim) -> dict[str, Any] | None:
    """The verdict under other thresholds, measures and smallest effects, one row for each change."""
    found = claim.found.get("sensitivity") or {}
    if not found.get("grid"):
        return None
    rows = [
        {
            "threshold": threshold_in_words(row["threshold"]),
            "value": value_in_words(row["threshold"], shown_setting(claim.settings, row["threshold"], row["value"])),
            "verdict": verdict_named(row["verdict"]),
            "flips": row["verdict"] != claim.found["verdict"],
        }
        for row in found["grid"]
    ]
    return {"tried": found["tried"], "flips": found["flips"], "rows": rows, "own": claim.verdict}

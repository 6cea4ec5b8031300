"""Methods, deviations and limits, from the project's documents, the configuration and the figures' files."""

from __future__ import annotations

from grokscope.report.difference_words import differences_in_words
from grokscope.report.documents import sections, to_html
from grokscope.report.pages.distances import PATH, has_distances
from grokscope.report.site import Page, Site
from grokscope.report.threshold_words import threshold_in_words, value_in_words
from grokscope.report.wording import SCALES_IN_WORDS

OPEN = ("Verdict", "Findings on the first page", "Events")
"""Sections of docs/statistics.md that are shown open, in this order; the rest can be opened."""


def pages(site: Site) -> list[Page]:
    """One page."""
    statistics = sections(site.documents.get("statistics", ""))
    first = [name for name in OPEN if name in statistics]
    context = {
        "scale_in_words": SCALES_IN_WORDS[site.scale],
        "sections": [{"title": name, "html": to_html(statistics[name])} for name in first],
        "more": [{"title": name, "html": to_html(text)} for name, text in statistics.items() if name not in first],
        "differences": to_html(_without_title(site.documents.get("differences", ""))),
        "distances": PATH if has_distances(site) else "",
        "limits": [
            {"title": name, "html": to_html(text)} for name, text in sections(site.documents.get("limits", "")).items()
        ],
        "thresholds": [
            (threshold_in_words(key), value_in_words(key, value))
            for key, value in (site.config.get("detectors") or {}).items()
        ],
        "figures": [
            {
                "href": figure.page,
                "title": f"{site.paper(figure.paper).short}, {figure.settings['where']}",
                "variant": figure.variant,
                "differences": differences_in_words(figure.differences),
            }
            for figure in site.figures
            if not site.paper(figure.paper).ours
        ],
    }
    return [Page("methods.html", "methods.html", "Methods, deviations and limits", context, label="Methods")]


def _without_title(document: str) -> str:
    return document.partition("\n")[2] if document.startswith("# ") else document

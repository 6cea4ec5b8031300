"""The page that sets two to four runs side by side; scripts draw what the address names."""

from __future__ import annotations

import numpy as np
from scipy.stats import t

from grokscope.report.pages.views import figure_place
from grokscope.report.runs import Run
from grokscope.report.side_by_side import MOST, PATH, of_figures
from grokscope.report.site import Page, Site

QUANTILES = 201
"""Points of Student's t that the page knows; between them it is off by less than a thousandth."""
MOST_SUGGESTED = 6
SCRIPTS = (
    *("unpack.js", "numbers.js", "chart.js", "chart-export.js", "chart-frame.js"),
    *("run-panels.js", "compare-panels.js", "compare.js"),
)


def pages(site: Site) -> list[Page]:
    """One page, where there are runs."""
    if not site.runs:
        return []
    groups = [(paper.short, [run for run in site.runs if run.paper == paper.id]) for paper in site.papers]
    context = {
        "runs": [{"id": run.id, "label": _label(run, site), "numbers": run.numbers} for run in site.runs],
        "groups": [
            {"title": title, "runs": [{"id": run.id, "label": _label(run, site)} for run in runs]}
            for title, runs in groups
            if runs
        ],
        "places": MOST,
        "suggested": _suggested(site),
        "quantiles": quantiles(),
    }
    return [Page(PATH, "compare.html", "Compare runs", context, scripts=SCRIPTS, section="runs.html")]


def _suggested(site: Site) -> list[dict[str, str]]:
    """Comparisons to begin with, those of headline figures first."""
    figures = sorted(site.figures, key=lambda figure: not figure.settings.get("headline"))
    found = of_figures(figures, {run.id for run in site.runs})[:MOST_SUGGESTED]
    return [
        {"figure": figure_place(figure, site), "title": str(figure.settings["title"]), "places": places, "href": href}
        for figure, places, href in found
    ]


def quantiles() -> list[float]:
    """97.5 % points of Student's t for intervals of 95 %, where 1 / degrees of freedom is 0, ... 1 in equal steps."""
    inverses = np.linspace(0.0, 1.0, QUANTILES)
    degrees = np.divide(1.0, inverses, out=np.full(QUANTILES, np.inf), where=inverses > 0)
    return [round(float(value), 5) for value in t.ppf(0.975, degrees)]


def _label(run: Run, site: Site) -> str:
    """The id, with the variant where there are several."""
    return f"{run.id} ({run.variant})" if site.several_variants else run.id

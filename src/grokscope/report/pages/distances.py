"""How far the authors' curves lie from ours: one table over all figures."""

from __future__ import annotations

from typing import Any

from grokscope.report.difference_words import differences_in_words
from grokscope.report.distance_rows import (
    Row,
    difference,
    differing_settings,
    distance_csv,
    distance_rows,
    share,
    what_to_see,
)
from grokscope.report.figures import Figure
from grokscope.report.pages.views import figure_place
from grokscope.report.site import Page, Site

PATH = "distances.html"
FILE = "distances.csv"
DIFFER = "settings"
"""Place on the page where the settings that differ are listed."""


def pages(site: Site) -> list[Page]:
    """One page, where any published curve has a counterpart."""
    figures = {figure.name: figure for figure in site.figures}
    rows = distance_rows({**figure.found, **_about(figure)} for figure in figures.values())
    if not rows:
        return []
    context = {
        "see": what_to_see(rows),
        "file": FILE,
        "rows": [_row(row, figures[row["figure"]], site) for row in rows],
        "place": DIFFER,
        "differing": [
            {**_heading(figures[name], site), "differences": differences_in_words(differences)}
            for name, differences in differing_settings(rows).items()
        ],
    }
    files = {FILE: distance_csv(rows).encode()}
    title = "Distances to the authors"
    return [Page(PATH, PATH, title, context, scripts=("table.js",), files=files, section="methods.html")]


def has_distances(site: Site) -> bool:
    """Whether the page is there."""
    return any(figure.found.get("distances") for figure in site.figures)


def _about(figure: Figure) -> dict[str, Any]:
    """What the plan says of a figure, which every figure has, under the keys of its JSON file."""
    about = {key: figure.settings[key] for key in ("where", "title")}
    return {"name": figure.name, "paper": figure.paper, "variant": figure.variant, **about}


def _heading(figure: Figure, site: Site) -> dict[str, Any]:
    return {
        "href": figure.page,
        "place": figure_place(figure, site),
        "where": figure.settings["where"],
        "paper": site.paper(figure.paper).short,
        "title": figure.settings["title"],
        "variant": figure.variant,
    }


def _row(row: Row, figure: Figure, site: Site) -> dict[str, Any]:
    return {
        **_heading(figure, site),
        "curve": row["curve"],
        "run": next(iter(site.run_links([str(row["run"])]))),
        "seeds": row["seeds"],
        "steps": row["steps"],
        "difference": difference(row),
        "sort": "" if row["median_absolute_difference"] is None else row["median_absolute_difference"],
        "share": share(row),
        "comparable": bool(row["comparable"]),
    }

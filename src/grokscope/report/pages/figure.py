"""A page a figure: ours and the authors' values, what the paper shows, what was measured, how they differ, how to remake it."""

from __future__ import annotations

from typing import Any

from grokscope.report.claims import words
from grokscope.report.downloads import figure_tables
from grokscope.report.figures import Figure
from grokscope.report.measured import measured_table
from grokscope.report.pages.views import claim_table, figure_view
from grokscope.report.site import Page, Site
from grokscope.report.wording import setting


def pages(site: Site) -> list[Page]:
    """A page for every figure."""
    return [_page(figure, site) for figure in site.figures]


def _page(figure: Figure, site: Site) -> Page:
    known = {run.id: run.page for run in site.runs}
    paper = site.paper(figure.paper)
    tables = figure_tables(figure, site.runs)
    context = {
        "figure": figure_view(figure, site),
        "paper": paper,
        "shows": figure.settings["shows"],
        "measured": figure.measured,
        "measured_table": measured_table(figure, site.runs),
        "compared": figure.compared,
        "differences": figure.differences,
        "distances": _distances(figure),
        "command": figure.command,
        "runs": [{"id": run, "href": known.get(run)} for run in figure.runs],
        "claims": claim_table(site.claims_of(figure), site),
        "tables": [{"path": path, "name": path.removeprefix("figures/").split(".", 1)[1], "size": _size(len(content))} for path, content in tables.items()],
    }
    return Page(figure.page, "figure.html", str(figure.settings["title"]), context, files=tables, section=paper.page)


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(round(count / 1e3), 1)} kB"


def _distances(figure: Figure) -> dict[str, Any] | None:
    """How far our curves are from the authors', a row a curve, as far as the figure's file says."""
    found = figure.found.get("distances") or []
    rows = [row for row in found if isinstance(row, dict)]
    if not rows:
        return None
    sentences = [str(row["sentence"]) for row in rows if row.get("sentence")]
    columns = [key for key in dict.fromkeys(key for row in rows for key in row) if key != "sentence" and not any(isinstance(row.get(key), dict) for row in rows)]
    cells = [[setting(row[key]) if row.get(key) is not None else "" for key in columns] for row in rows]
    return {"columns": [words(column) for column in columns], "rows": cells, "sentences": sentences}

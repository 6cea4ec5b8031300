"""The page of a figure: ours and the authors' values, what was measured, how they differ, how to remake it."""

from __future__ import annotations

from grokscope.report.difference_words import differences_in_words
from grokscope.report.distances import distance_table
from grokscope.report.figure_files import figure_files
from grokscope.report.figures import Figure
from grokscope.report.film import film_view
from grokscope.report.measured import measured_table
from grokscope.report.pages.distances import PATH
from grokscope.report.pages.views import claim_table, figure_place, figure_view
from grokscope.report.runs import trained_in_words
from grokscope.report.side_by_side import compare_address, in_other_variants
from grokscope.report.site import Page, Site
from grokscope.report.unfinished import REST
from grokscope.report.wording import real_minus


def pages(site: Site) -> list[Page]:
    """A page for every figure."""
    return [_page(figure, site) for figure in site.figures]


def _page(figure: Figure, site: Site) -> Page:
    paper = site.paper(figure.paper)
    known = {run.id for run in site.runs}
    context = {
        "figure": figure_view(figure, site),
        "paper": paper,
        "place": figure_place(figure, site),
        "of_the_paper": figure.of_the_paper,
        "shows": figure.settings["shows"],
        "see": figure.settings.get("see") or "",
        "unknown": figure.settings.get("unknown") or "",
        "made_from": figure.made_from,
        "rest": REST,
        "other_label": site.other.label,
        "measured": [real_minus(sentence) for sentence in figure.measured],
        "measured_table": measured_table(figure, site.runs),
        "compared": figure.compared,
        "differences": differences_in_words(figure.differences),
        "all_distances": PATH,
        "side_by_side": compare_address(run for run in figure.runs if run in known),
        "variants": in_other_variants(figure, site.figures, known),
        "distances": distance_table(figure, site.runs),
        "command": figure.command,
        "runs": site.run_links(figure.runs),
        "trained": trained_in_words([run for run in site.runs if run.id in figure.runs]),
        "claims": claim_table(site.claims_of(figure), site),
        "film": film_view(figure),
    }
    scripts = ("table.js", "ticks.js", *(("unpack.js", "chart.js", "film.js") if figure.film else ()))
    title, files = str(figure.settings["title"]), figure_files(figure)
    return Page(figure.page, "figure.html", title, context, scripts=scripts, files=files, section=paper.page)

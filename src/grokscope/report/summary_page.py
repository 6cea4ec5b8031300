"""The report on one page: verdicts and headline figures in a single file that can be sent by mail."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from grokscope.report.answer_view import answer_view
from grokscope.report.claims import Claim
from grokscope.report.pages.views import claim_view, figure_view
from grokscope.report.render import render
from grokscope.report.shown import data_uri
from grokscope.report.site import Site
from grokscope.report.wording import ABSENT, commit, count_of, number

SUMMARY = "summary.html"
MAIL = "report_mail.html"
"""The same beside the report's archive, where it is found without opening the folder."""
MOST_BYTES = 3_000_000
"""What the file may have in all; mail servers take it."""

PICTURES_SHARE = 0.75


def summary_page(site: Site, heading: str, asked: str, report_folder: Path) -> str:
    """The text of the page; `heading` and `asked` are the first page's. `report_folder` holds the templates."""
    figures, left_out = _pictures(site)
    papers = [
        {
            "title": paper.title,
            "arxiv": paper.arxiv,
            "rows": [claim_view(claim, site) for claim in theirs if claim.tested],
            "other": site.other.column(claim.name for claim in theirs if claim.tested),
            "untested": _untested(theirs),
        }
        for paper in site.papers
        if (theirs := site.claims_by([paper]))
    ]
    return render(
        report_folder / "templates",
        SUMMARY,
        title="Summary",
        root="",
        scale=site.scale,
        several_variants=site.several_variants,
        heading=heading,
        asked=asked,
        answer=answer_view(site),
        papers=papers,
        figures=figures,
        left_out=left_out,
        version=site.provenance.get("grokscope") or ABSENT,
        code_commit=commit(site.provenance.get("git_commit")),
    )


def _untested(claims: Iterable[Claim]) -> str:
    """How many claims have no verdict, and how many of them wait for runs."""
    untested = [claim for claim in claims if not claim.tested]
    waiting = sum(claim.waits for claim in untested)
    waits = f", of which {waiting} {'waits' if waiting == 1 else 'wait'} for runs" if waiting else ""
    return f"{count_of(len(untested), 'claim')}{waits}" if untested else ""


def _pictures(site: Site) -> tuple[list[dict[str, Any]], list[str]]:
    """Headline figures with pictures inside, as far as there is room, and the titles of the others."""
    shown: list[dict[str, Any]] = []
    left_out: list[str] = []
    room = PICTURES_SHARE * MOST_BYTES
    for figure in site.figures:
        view = figure_view(figure, site)
        if not view["headline"] or figure.png_source is None:
            continue
        inside = data_uri(figure.png_source.read_bytes())
        if len(inside) > room:
            left_out.append(view["title"])
            continue
        room -= len(inside)
        shown.append({**view, "inside": inside, "shows": figure.settings["shows"], "measured": _few(figure.measured)})
    return shown, left_out


def _few(sentences: Iterable[str], most: int = 3) -> str:
    """The first sentences of a longer text, and how many the report has beside them."""
    every = list(sentences)
    rest = f"({number(len(every) - most)} more in the report.)" if len(every) > most else ""
    return " ".join([*every[:most], *filter(None, [rest])])

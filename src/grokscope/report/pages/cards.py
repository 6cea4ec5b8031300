"""The run cards, in the report's surroundings."""

from __future__ import annotations

import re
from html import escape

from markupsafe import Markup

from grokscope.report.budget import BUDGET_BYTES, CARDS_SHARE
from grokscope.report.card_execute import card_body
from grokscope.report.runs import Run
from grokscope.report.site import Page, Site

_PLOTS = re.compile(r'<div class="plots">.*?</div>', re.DOTALL)
_CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)


def pages(site: Site) -> list[Page]:
    """A page for every run with a card, without pictures if those of all cards would take too much space."""
    pictures = with_pictures(site)
    return [
        _page(run, body if pictures else _without_pictures(body, run))
        for run in site.runs
        if run.card_source and (body := card_body(run.card_source))
    ]


def with_pictures(site: Site) -> bool:
    """Whether cards keep their pictures."""
    return (
        sum(run.card_source.stat().st_size for run in site.runs if run.card_source)
        <= CARDS_SHARE * BUDGET_BYTES[site.scale]
    )


def _page(run: Run, body: str) -> Page:
    # a card's body is HTML that our own notebook made, with every text in it escaped
    return Page(
        str(run.card), "card.html", f"{run.id}, run card", {"body": Markup(body), "back": run.page}, section="runs.html"
    )


def _without_pictures(body: str, run: Run) -> str:
    """The card with the captions of its plots in place of them."""

    def words(plots: re.Match[str]) -> str:
        captions = "".join(f"<li>{caption}</li>" for caption in _CAPTION.findall(plots.group()))
        note = (
            "Left out here, since the report has many runs; drawn on the interactive page, and on the card in"
            f" <code>{escape(str(run.card_source))}</code>:"
        )
        return f'<p class="note">{note}</p><ul class="note">{captions}</ul>'

    return _PLOTS.sub(words, body)

"""The run cards, in the report's surroundings."""

from __future__ import annotations

from markupsafe import Markup

from grokscope.report.card_execute import card_body
from grokscope.report.site import Page, Site


def pages(site: Site) -> list[Page]:
    """A page for every run that has a card."""
    # a card's body is HTML that our own notebook made, with every text in it escaped
    return [
        Page(run.card, "card.html", f"{run.id}, run card", {"body": Markup(card_body(run.card_source)), "back": run.page}, section="runs.html")
        for run in site.runs
        if run.card and run.card_source
    ]

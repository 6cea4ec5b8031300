"""Does robustness survive stronger attacks? Every attacked network of either paper, from the tables alone."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from grokscope.config.detector_settings import DetectorSettings
from grokscope.report.attacked import Course, Outcome, attack_names, outcomes, outcomes_csv
from grokscope.report.pages.views import figure_place
from grokscope.report.site import Page, Site
from grokscope.report.wording import ABSENT, count_of, listing, number, percent, run_in_words

HOW = {
    "published": (
        "The published attack climbs the cross-entropy by the sign of its gradient, with steps of one size, from the"
        " image itself."
    ),
    "float64": "Images that withstand it are attacked in the same way again in float64, where small gradients survive.",
    "rescaled_cross_entropy": (
        "Rescaled logits: the cross-entropy of logits that are divided by their own spread, climbed with steps that"
        " shrink by themselves (Auto-PGD, arXiv 2003.01690), from the image and from random points."
    ),
    "margin": "Margin: how far the largest wrong logit exceeds the right one, climbed in the same way.",
    "dlr": "Ratio of differences of logits (DLR, arXiv 2003.01690), climbed in the same way.",
    "targeted_margin": "Margin towards one class after the other, those of the largest wrong logits first.",
    "transfer": "Transfer: images that the published attack made for another seed of the same network.",
    "square": "Squares: random search that needs no gradient (Square Attack, arXiv 1912.00049).",
}
"""What each attack does, for a reader."""

PATH = "attacks.html"
FILE = "attacks.csv"


def pages(site: Site) -> list[Page]:
    """One page, where any network was attacked in several ways."""
    detectors = DetectorSettings.model_validate(site.config.get("detectors") or {})
    published = {paper.id for paper in site.published}
    found = list(outcomes((run for run in site.runs if run.paper in published), detectors))
    several = [one for one in found if one.worst]
    if not several:
        return []
    alone = [one for one in found if not one.worst]
    context = {
        "lead": lead(several, len({one.run.id for one in alone})),
        "attacks": [how for name, how in HOW.items() if name in _made(several)],
        "rows": [_row(one, site) for one in several],
        "alone": [_network(one, site) for one in {one.run.id: one for one in alone}.values()],
        "file": FILE,
        "points": number(100 * detectors.robustness_change),
    }
    files = {FILE: outcomes_csv(found).encode()}
    title = "Does robustness survive stronger attacks?"
    return [Page(PATH, PATH, title, context, label="Attacks", scripts=("table.js",), files=files)]


def _made(found: Iterable[Outcome]) -> set[str]:
    """The attacks that any of these networks has rows of."""
    tables = (one.run.table("attack_suite", ["attack"]) for one in {one.run.id: one for one in found}.values())
    return {str(name) for table in tables if table is not None for name in table["attack"].unique()}


def lead(found: Sequence[Outcome], alone: int = 0) -> str:
    """How many returns of robustness survive, in one or two sentences; `alone`: networks without other attacks."""
    if alone:
        more, them = ("network", "it") if alone == 1 else ("networks", "them")
        return (
            f"{lead(found)} {number(alone)} more {more} met the published attack alone, which leaves the question open"
            f" for {them} (see the list at the end)."
        )
    back = [one for one in found if one.returned]
    pairs = count_of(len(found), "pair", "pairs") + " of a network and a size of the attack"
    if not back:
        return f"In none of {pairs} does accuracy under the published attack come back late, so nothing has to survive."
    return (
        f"Accuracy under the published attack comes back late in {len(back)} of {pairs}. Under the worst of all attacks"
        f" {_left(back)}."
    )


def _left(back: Sequence[Outcome]) -> str:
    """What the worst of all attacks leaves of these returns, with no part that has none."""
    whole = sum(len(one.survived) == len(one.returned) for one in back)
    gone = sum(not one.survived for one in back)
    some = len(back) - whole - gone
    if gone == len(back):
        return {1: "this return is gone", 2: "neither of the two returns is left"}.get(gone, "none of these is left")
    if some == len(back):
        return f"it does so {'in some of these seeds only' if some == 1 else 'in each, but not in every such seed'}"
    parts = {"every such seed": whole, "some": some, "none": gone}
    first, *rest = [(words, count) for words, count in parts.items() if count]
    told = [f"in {first[0]} in {first[1]} of these", *(f"in {words} in {count}" for words, count in rest)]
    return f"it still does so {listing(told)}"


def _network(one: Outcome, site: Site) -> dict[str, Any]:
    attacks = set(attack_names(one.run))
    places = [
        {"href": figure.page, "where": figure_place(figure, site)}
        for figure in site.figures
        if one.run.id in figure.runs and attacks.intersection(figure.settings["metrics"])
    ]
    return {
        "href": one.run.page,
        "words": _words(one.run.settings),
        "id": one.run.id,
        "variant": one.run.variant,
        "places": places,
    }


def _words(settings: Mapping[str, Any]) -> str:
    """A network in words, with what tells those of one paper apart."""
    model, words = settings["model"], run_in_words(settings)
    if model["kind"] == "mlp" and model["depth"] == 1:
        words = words.replace(f"MLP of depth 1 and width {model['width']}", "Linear model", 1)
    scale = model.get("init_scale", 1)
    return words if scale == 1 else f"{words}, initial weights times {scale:g}"


def _row(one: Outcome, site: Site) -> dict[str, Any]:
    returned, seeds = one.returned, len(one.published)
    return {
        **_network(one, site),
        "epsilon": number(one.epsilon),
        "published": _levels(one.published.values()),
        "worst": _levels(one.worst.values()),
        "returned": f"{len(returned)} of {count_of(seeds, 'seed')}",
        "survived": f"{len(one.survived)} of {len(returned)}" if returned else ABSENT,
        "verdict": one.verdict,
        "sort": len(one.survived) / len(returned) if returned else -1,
    }


def _levels(courses: Iterable[Course]) -> dict[str, str]:
    """Accuracy at the end and at its lowest after the fit, medians over seeds."""
    courses = list(courses)
    known = [course.lowest for course in courses if not math.isnan(course.lowest)]
    return {
        "end": percent(statistics.median(course.end for course in courses)),
        "lowest": percent(statistics.median(known)) if known else ABSENT,
    }

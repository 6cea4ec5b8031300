"""The findings that the first page names: which three that stand, which three that do not, and in which words.

Only what the papers state is named, no check of ours, and nothing at smoke scale. The rules, in this order:

1. *What stands* is supported. *What does not* is contradicted; only where fewer than three claims are, claims that
   are not seen follow, and then inconclusive ones. The heading says which of them are there.
2. A claim with a clear verdict is left out if the other scale gives the opposite one. At quick scale a claim is left
   out, too, that is contradicted only because something did not happen within the run, or in too few seeds, since
   these runs are shorter than the paper's.
3. Papers take turns: the first claim of each paper comes before the second of any.
4. Within a paper, claims of its title or abstract come first, then results of headline figures, then mechanisms of
   headline figures, then the rest.
5. Among these, clear verdicts come first (`is_clear`), then those that other thresholds and measures change least
   (none, up to a tenth, up to a quarter, more), then those with more usable seeds, and then the order of the paper.
   Claims that are not seen are ordered by the share of seeds in which what they speak of is missing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from grokscope.report.answer import STATED
from grokscope.report.claims import Claim
from grokscope.report.other_scale import OtherScale
from grokscope.report.shares import smallest_shown, unit_of
from grokscope.report.site import Site
from grokscope.report.within_run import bound_of
from grokscope.report.wording import AT_SCALE, count_of, listing, number

MOST = 3
"""Findings of either kind that are named."""
FEW_CHANGE, SOME_CHANGE = 0.1, 0.25
"""Shares of other thresholds and measures that may give another verdict where the evidence is strong, and where it is
fair."""
MANY_SEEDS = 5
"""Usable seeds that strong evidence needs."""
STANDS, FALLS = ("supported",), ("contradicted", "not_seen", "inconclusive")
OPPOSITE = {"supported": "contradicted", "contradicted": "supported"}


def findings(site: Site) -> dict[str, Any] | None:
    """Headings and items of both columns; None at smoke scale, and where nothing that the papers state was tested."""
    stated = [claim for claim in site.claims_by(site.published) if _is_stated(claim) and claim.tested]
    if site.scale == "smoke" or not stated:
        return None
    agreed = [claim for claim in stated if not (_is_opposed(claim, site.other) or _ended_early(claim, site.scale))]
    stand, fall = chosen(agreed, STANDS, site), chosen(agreed, FALLS, site)
    return {
        "stands": {
            "title": "What stands",
            "items": [_item(claim, site) for claim in stand],
            "instead": _no_finding(stated, STANDS, site),
        },
        "falls": {
            "title": _heading(fall),
            "items": [_item(claim, site) for claim in fall],
            "instead": _no_finding(stated, FALLS, site),
        },
    }


def _ended_early(claim: Claim, scale: str) -> bool:
    """Whether a claim is contradicted because something did not happen within runs that are shorter than the paper's:
    in no seed, or in too few of them.
    """
    of_few_seeds = claim.effect is None or claim.settings.get("test") == "share"
    return scale == "quick" and claim.verdict.kind == "contradicted" and of_few_seeds


def _no_finding(stated: Sequence[Claim], kinds: Sequence[str], site: Site) -> str:
    """What stands in place of findings with these verdicts where none is named: there are none, or all of them are left
    out.
    """
    left_out = [claim for claim in stated if claim.verdict.kind in kinds]
    if kinds == STANDS:
        if left_out:
            return f"Every statement that is supported here is contradicted {site.other.where}."
        return "No statement that was tested is supported."
    if any(_ended_early(claim, site.scale) for claim in left_out):
        return "Whatever is not supported here may need longer runs, or is supported at the papers' settings."
    if left_out:
        return f"Every statement that is not supported here is supported {site.other.where}."
    return "Every statement that was tested is supported."


def chosen(claims: Iterable[Claim], kinds: Sequence[str], site: Site) -> list[Claim]:
    """The first MOST claims with these verdicts, by the rules above."""
    claims = list(claims)
    found: list[Claim] = []
    for kind in kinds:
        ranked = sorted((claim for claim in claims if claim.verdict.kind == kind), key=lambda one: _rank(one, site))
        papers = list(dict.fromkeys(claim.paper for claim in ranked))
        lists = [[claim for claim in ranked if claim.paper == paper] for paper in papers]
        turns = itertools.zip_longest(*lists)
        found += [claim for turn in turns for claim in turn if claim is not None]
    return found[:MOST]


def is_clear(claim: Claim) -> bool:
    """Whether the interval leaves room for no other verdict, and other seeds are not expected to give one.

    A supported effect is clear if its whole interval is at least the smallest effect that matters, on the claim's side;
    a contradicted one if its whole interval lies on the other side of 0. For claims that two things agree the interval
    has to lie within the margin, or outside; for claims that they lie apart it is the other way round.
    """
    if claim.interval is None or (claim.found.get("stability") or {}).get("may_flip"):
        return False
    small = float(claim.settings.get("smallest_effect") or 0.0)
    low, high = claim.interval
    supported = claim.verdict.kind == "supported"
    if claim.settings.get("test") in ("equivalence", "apart"):
        inside, outside = -small <= low and high <= small, high <= -small or low >= small
        return inside if supported == (claim.settings["test"] == "equivalence") else outside
    if claim.settings.get("direction") == "less":
        low, high = -high, -low
    return low >= small if supported else high < 0


def too_small_alone(claim: Claim) -> bool:
    """Whether a contradicted claim has an effect in its own direction, which is only too small to matter."""
    if claim.verdict.kind != "contradicted" or claim.interval is None:
        return False
    if claim.settings.get("test") in ("equivalence", "apart"):
        return False
    low, high = claim.interval
    return high < 0 if claim.settings.get("direction") == "less" else low > 0


def changed_share(claim: Claim) -> float:
    """The share of other thresholds and measures that give another verdict."""
    tried = claim.found.get("sensitivity") or {}
    return tried["flips"] / tried["tried"] if tried.get("tried") else 0.0


def strength(claim: Claim) -> str:
    """`strong`, `fair` or `weak`, for verdicts that are supported or contradicted.

    Strong: clear, at least MANY_SEEDS usable seeds, and at most FEW_CHANGE of the other readings give another verdict.
    Weak: other seeds may give another verdict, or more than SOME_CHANGE of the other readings do.
    """
    if (claim.found.get("stability") or {}).get("may_flip") or changed_share(claim) > SOME_CHANGE:
        return "weak"
    firm = is_clear(claim) and (claim.seeds or 0) >= MANY_SEEDS and changed_share(claim) <= FEW_CHANGE
    return "strong" if firm else "fair"


def _rank(claim: Claim, site: Site) -> tuple[float, ...]:
    changed = sum(changed_share(claim) > limit for limit in (0.0, FEW_CHANGE, SOME_CHANGE))
    missing = (claim.found.get("premise") or {}).get("missing") or 0
    of = (claim.found.get("premise") or {}).get("seeds") or 1
    unseen = -missing / of if claim.verdict.kind == "not_seen" else 0.0
    return too_small_alone(claim), _level(claim, site), unseen, not is_clear(claim), changed, -(claim.seeds or 0)


def _level(claim: Claim, site: Site) -> int:
    """How much of a headline the claim is, 0 the most."""
    if str(claim.settings.get("where", "")).startswith(("Title", "Abstract")):
        return 0
    shown = {figure.id for figure in site.figures if figure.settings.get("headline")}
    if claim.figure not in shown:
        return 3
    return 2 if claim.settings.get("kind") == "mechanism" else 1


def _is_stated(claim: Claim) -> bool:
    return (claim.settings.get("kind") or "result") in STATED


def _is_opposed(claim: Claim, other: OtherScale) -> bool:
    there = other.verdicts.get(claim.name)
    return there is not None and OPPOSITE.get(claim.verdict.kind) == there.verdict.kind


def _heading(claims: Sequence[Claim]) -> str:
    kinds = {claim.verdict.kind for claim in claims}
    words = {"contradicted": "does not stand", "not_seen": "was not seen", "inconclusive": "stays open"}
    return (
        f"What {listing(words[kind] for kind in FALLS if kind in kinds).replace(' and ', ' or ')}"
        if kinds
        else ("What does not stand")
    )


def _item(claim: Claim, site: Site) -> dict[str, Any]:
    return {
        "href": claim.page,
        "statement": str(claim.settings["statement"]),
        "variant": claim.variant,
        "paper": site.paper(claim.paper).label,
        "place": str(claim.settings["where"]).split(";")[0],
        "verdict": claim.verdict,
        "effect": effect_in_words(claim),
        "evidence": evidence_in_words(claim, site.other),
    }


def effect_in_words(claim: Claim) -> str:
    """Effect, interval, unit and the smallest effect that matters; for claims without one, what is missing."""
    premise = claim.found.get("premise") or {}
    if claim.verdict.kind == "not_seen" and premise.get("needs"):
        return f"It needs {premise['needs']}: missing in {premise['missing']} of {count_of(premise['seeds'], 'seed')}."
    if claim.effect is None:
        return claim.why
    bound = f"{bound_of(claim)} " if bound_of(claim) else ""
    ends = claim.shown_interval
    interval = f" [{number(ends[0])}, {number(ends[1])}]" if ends else ""
    unit = f" {unit_of(claim.settings)}" if claim.settings.get("unit") else ""
    small = claim.settings.get("smallest_effect")
    if claim.settings.get("test") == "equivalence":
        line = f"; up to {number(small)} either way is too small to matter" if small else ""
    else:
        line = f"; the smallest that matters is {number(smallest_shown(claim.settings))}" if small else ""
    small_alone = " The effect goes the claim's way, but is too small to matter." if too_small_alone(claim) else ""
    return f"{bound}{number(claim.shown_effect or 0.0)}{interval}{unit}{line}.{small_alone}"


def evidence_in_words(claim: Claim, other: OtherScale) -> str:
    """How strong the evidence is: settings, usable seeds, other thresholds and measures, and the other scale."""
    at = AT_SCALE.get(str(claim.found.get("scale") or ""), "")
    begin = f"Evidence {at}".strip()
    if claim.verdict.kind in OPPOSITE:
        begin = f"{strength(claim).capitalize()} evidence {at}".strip()
    tried = claim.found.get("sensitivity") or {}
    parts = [count_of(claim.seeds or 0, "usable seed")]
    if tried.get("tried"):
        same = tried["tried"] - tried["flips"]
        parts.append(f"{number(same)} of {number(tried['tried'])} other thresholds and measures agree")
    if (claim.found.get("stability") or {}).get("may_flip"):
        parts.append("other seeds may give another verdict")
    there = other.verdicts.get(claim.name)
    if there is not None:
        seeds = f"on {count_of(there.seeds, 'seed')}" if there.seeds else "because no seed has a value"
        parts.append(f"{other.where}: {there.verdict.label.lower()} {seeds}")
    return f"{begin}: {', '.join(parts)}."

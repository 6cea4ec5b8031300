"""The verdicts in numbers: a few sentences on the papers, and one on our experiments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from grokscope.report.claims import VERDICTS, Claim
from grokscope.report.wording import count_of, listing, number

STATED = ("result", "table", "mechanism")
"""Kinds of claims that a paper states itself; the others are checks of ours."""


def short_answer(claims: Sequence[Claim], titles: Mapping[str, str], scale: str) -> str:
    """What the verdicts say together; `titles` are the papers' titles by id."""
    tested = [claim for claim in claims if claim.tested]
    if not tested:
        return "No claim was tested, so this report says nothing about the papers' statements yet."
    if scale == "smoke":
        return f"This was a test of the machinery, and the verdicts say nothing about the papers. {counts(claims)}"
    stated, checks = of_the_papers(claims)
    named = [claim for claim in tested if claim in stated]
    return " ".join(
        filter(
            None,
            [
                counts(stated, "result or mechanism", "results and mechanisms") if named else "",
                _by_paper(named, titles),
                f"Counted apart: {_checks(checks)}" if any(claim.tested for claim in checks) else "",
            ],
        )
    )


def of_the_papers(claims: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
    """The results and mechanisms that the papers state, and what we test beside them: controls, and what would break
    the explanations.
    """
    stated = [claim for claim in claims if (claim.settings.get("kind") or "result") in STATED]
    return stated, [claim for claim in claims if claim not in stated]


def _checks(checks: Sequence[Claim]) -> str:
    text = counts(checks, "check of ours", "checks of ours")
    return f"{text[:-1]} (controls, failure signatures, break conditions and follow-ups)."


def counts(claims: Sequence[Claim], singular: str = "claim", plural: str | None = None) -> str:
    """How many have which verdict, and how many are open because too few seeds could be used."""
    tested = [claim for claim in claims if claim.tested]
    found = Counter(claim.verdict.kind for claim in tested)
    few = sum(
        claim.verdict.kind == "inconclusive" and (claim.seeds or 0) < int(claim.settings.get("minimum_seeds") or 0)
        for claim in tested
    )
    parts = [f"{found[kind]} {verdict.label.lower()}" for kind, verdict in VERDICTS.items() if found[kind]]
    shortage = f", {few} of them because too few seeds could be used" if few else ""
    waiting = sum(claim.waits for claim in claims)
    untested = len(claims) - len(tested) - waiting
    waits = f"; {waiting} more {'waits' if waiting == 1 else 'wait'} for runs" if waiting else ""
    more = f"{waits}; {untested} more {'was' if untested == 1 else 'were'} not tested" if untested else waits
    return (
        f"{count_of(len(tested), singular, plural)} {'was' if len(tested) == 1 else 'were'} tested:"
        f" {listing(parts)}{shortage}{more}."
    )


def standings(claims: Sequence[Claim]) -> list[tuple[str, str, int]]:
    """Verdict, its label and how many claims have it, in the order of VERDICTS; those that none has are left out."""
    found = Counter(claim.verdict.kind for claim in claims)
    return [(kind, verdict.label.lower(), found[kind]) for kind, verdict in VERDICTS.items() if found[kind]]


def _by_paper(tested: Sequence[Claim], titles: Mapping[str, str]) -> str:
    by_paper: dict[str, list[Claim]] = {}
    for claim in tested:
        by_paper.setdefault(claim.paper, []).append(claim)
    if len(by_paper) < 2:
        return ""
    parts = [
        f"{sum(claim.verdict.kind == 'supported' for claim in theirs)} of {number(len(theirs))} of"
        f" {titles.get(paper, paper)}"
        for paper, theirs in by_paper.items()
    ]
    return f"Supported: {listing(parts)}."

"""The short answer: at most three sentences, made from the verdicts alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from grokscope.report.claims import NOT_TESTED, VERDICTS, Claim
from grokscope.report.wording import count_of, listing

MOST_NAMED = 2
"""So many contradicted claims are quoted in the answer; more are only counted."""


def short_answer(claims: Sequence[Claim], titles: Mapping[str, str], scale: str) -> str:
    """What the verdicts say together; `titles` are the papers' titles by id."""
    tested = [claim for claim in claims if claim.verdict.kind != NOT_TESTED]
    if not tested:
        return "No claim was tested, so this report says nothing about the papers' statements yet."
    if scale == "smoke":
        return f"This was a test of the machinery, and the verdicts say nothing about the papers. {_counts(tested, claims)}"
    return " ".join(filter(None, [_counts(tested, claims), _by_paper(tested, titles), _contradicted(tested)]))


def _counts(tested: Sequence[Claim], claims: Sequence[Claim]) -> str:
    counts = Counter(claim.verdict.kind for claim in tested)
    parts = [f"{counts[kind]} {verdict.label.lower()}" for kind, verdict in VERDICTS.items() if counts[kind]]
    untested = len(claims) - len(tested)
    more = f"; {untested} more {'was' if untested == 1 else 'were'} not tested" if untested else ""
    return f"{count_of(len(tested), 'claim')} {'was' if len(tested) == 1 else 'were'} tested: {listing(parts)}{more}."


def _by_paper(tested: Sequence[Claim], titles: Mapping[str, str]) -> str:
    by_paper: dict[str, list[Claim]] = {}
    for claim in tested:
        by_paper.setdefault(claim.paper, []).append(claim)
    if len(by_paper) < 2:
        return ""
    parts = [
        f"{sum(claim.verdict.kind == 'supported' for claim in theirs)} of {count_of(len(theirs), 'claim')} of {titles.get(paper, paper)}"
        for paper, theirs in by_paper.items()
    ]
    return f"Supported: {listing(parts)}."


def _contradicted(tested: Sequence[Claim]) -> str:
    statements = [str(claim.settings["statement"]).strip().rstrip(".") for claim in tested if claim.verdict.kind == "contradicted"]
    if not statements:
        return "None is contradicted."
    if len(statements) <= MOST_NAMED:
        return f"Contradicted: {listing(f'“{statement}”' for statement in statements)}."
    return f"{len(statements)} are contradicted; the table names them."

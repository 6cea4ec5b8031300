"""Whether the papers hold up, in one sentence, by rules that hold for any mixture of verdicts.

Only what the papers state counts. With S supported and C contradicted statements of T that were tested, the answer is
*open* if S + C is 0 and *mostly open* if it is less than half of T. Otherwise S / (S + C) decides: at least 3/4 is
*mostly yes*, more than 1/4 *in part*, and less *mostly no*. It is *yes* or *no* where all of T are settled alike.
Behind it stands what limits it: the scale, that less than three quarters of T are settled, few seeds (fewer than five
in the median of the settled statements), and that less than half of what the papers state was tested. At smoke scale
there is no answer.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence

from grokscope.report.claims import Claim
from grokscope.report.findings import MANY_SEEDS
from grokscope.report.wording import AT_SCALE, listing, number

SETTLED = ("supported", "contradicted")
OPEN = ("Open", "Mostly open")


def gist(stated: Sequence[Claim], scale: str) -> tuple[str, str]:
    """The answer and a sentence with its numbers; `stated` are the claims that the papers state, tested or not."""
    if scale == "smoke":
        return (
            "This run does not say.",
            "It was a test of the machinery, and the verdicts say nothing about the papers.",
        )
    tested = [claim for claim in stated if claim.tested]
    if not tested:
        return "Not known yet.", "No claim was tested, so this report says nothing about the papers’ statements yet."
    answer = _answer(tested)
    limits = [*_where(scale), *_seeds(tested)]
    if answer not in OPEN:
        limits = [*_where(scale), *_clear(tested), *_seeds(tested), *_share(tested, stated)]
    return f"{', '.join([answer, *limits])}.", _numbers(tested, len(stated))


def _answer(tested: Sequence[Claim]) -> str:
    found = Counter(claim.verdict.kind for claim in tested)
    supported, settled = found["supported"], sum(found[kind] for kind in SETTLED)
    if not settled:
        return OPEN[0]
    if 2 * settled < len(tested):
        return OPEN[1]
    if settled == len(tested) and supported in (0, settled):
        return "Yes" if supported else "No"
    if 4 * supported >= 3 * settled:
        return "Mostly yes"
    return "In part" if 4 * supported > settled else "Mostly no"


def _where(scale: str) -> list[str]:
    return [AT_SCALE[scale]] if scale in AT_SCALE else []


def _clear(tested: Sequence[Claim]) -> list[str]:
    settled = sum(claim.verdict.kind in SETTLED for claim in tested)
    few = 4 * settled < 3 * len(tested)
    return [f"where the verdict is clear ({number(settled)} of {number(len(tested))})"] if few else []


def _seeds(tested: Sequence[Claim]) -> list[str]:
    counts = [claim.seeds or 0 for claim in tested if claim.verdict.kind in SETTLED]
    return ["on few seeds"] if counts and statistics.median(counts) < MANY_SEEDS else []


def _share(tested: Sequence[Claim], stated: Sequence[Claim]) -> list[str]:
    few = 2 * len(tested) < len(stated)
    return [f"for the {number(len(tested))} of {number(len(stated))} statements that were tested"] if few else []


def _numbers(tested: Sequence[Claim], of: int) -> str:
    """Such as `Of 74 statements of the papers, 31 were tested: 7 are supported and 2 are contradicted; ...`."""
    found = Counter(claim.verdict.kind for claim in tested)

    def told(kind: str, singular: str, plural: str) -> list[str]:
        return [f"{number(found[kind])} {singular if found[kind] == 1 else plural}"] if found[kind] else []

    settled = [one for kind in SETTLED for one in told(kind, f"is {kind}", f"are {kind}")]
    at = " of something that does not happen at these settings"
    rest = told("not_seen", f"speaks{at}", f"speak{at}") + told("inconclusive", "is inconclusive", "are inconclusive")
    count = len(tested)
    if count < of:
        begin = f"Of {number(of)} statements of the papers, {number(count)} {'was' if count == 1 else 'were'} tested"
    else:
        begin = f"All {number(of)} statements of the papers were tested" if of > 1 else "One statement was tested"
    return f"{begin}: {'; '.join(filter(None, [listing(settled), listing(rest)]))}."

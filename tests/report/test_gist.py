"""The answer of the first screen follows the verdicts, and says what limits it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from claims_made_up import claim
from grokscope.report.gist import gist


@pytest.mark.parametrize("supported", range(5))
@pytest.mark.parametrize("contradicted", range(5))
@pytest.mark.parametrize("others", [0, 1, 5])
def test_the_answer_follows_the_shares(supported: int, contradicted: int, others: int) -> None:
    verdicts = ["supported"] * supported + ["contradicted"] * contradicted + ["not_seen"] * others
    if not verdicts:
        return
    lead, _ = gist([claim(str(i), verdict) for i, verdict in enumerate(verdicts)], "quick")
    settled = supported + contradicted
    if settled == 0:
        expected = "Open"
    elif Fraction(settled, len(verdicts)) < Fraction(1, 2):
        expected = "Mostly open"
    else:
        share = Fraction(supported, settled)
        bounds = [(Fraction(3, 4), "Mostly yes"), (Fraction(26, 100), "In part")]
        expected = next((word for bound, word in bounds if share >= bound), "Mostly no")
        if settled == len(verdicts) and share in (0, 1):
            expected = "Yes" if share else "No"
    clear = f", where the verdict is clear ({settled} of {len(verdicts)})"
    limited = "open" not in expected.lower() and Fraction(settled, len(verdicts)) < Fraction(3, 4)
    assert lead == f"{expected}, at small scale{clear if limited else ''}."


def test_the_answer_says_for_how_many_the_verdict_is_clear() -> None:
    verdicts = ["supported"] * 12 + ["contradicted"] * 2 + ["not_seen"] * 3 + ["inconclusive"] * 8
    lead, _ = gist([claim(str(i), verdict) for i, verdict in enumerate(verdicts)], "paper")
    assert lead == "Mostly yes, at the papers' settings, where the verdict is clear (14 of 25)."


def test_the_answer_says_what_limits_it() -> None:
    few = [claim("1", seeds=3), claim("2", seeds=3), *(claim(str(i), "not_tested") for i in range(3, 8))]
    lead, told = gist(few, "paper")
    assert lead == "Yes, at the papers' settings, on few seeds, for the 2 of 7 statements that were tested."
    assert told == "Of 7 statements of the papers, 2 were tested: 2 are supported."
    _, told = gist(
        [claim("1"), claim("2", "contradicted"), claim("3", "not_seen"), claim("4", "inconclusive")], "quick"
    )
    assert told == (
        "All 4 statements of the papers were tested: 1 is supported and 1 is contradicted; 1 speaks of something that"
        " does not happen at these settings and 1 is inconclusive."
    )

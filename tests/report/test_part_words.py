"""Names of code become sentences of the report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grokscope.config.start import load_plan
from grokscope.report.part_words import part_in_words

REPOSITORY = Path(__file__).parents[2]
_, PLAN = load_plan({"scale": "quick", "figures": "all"}, REPOSITORY)
USED = sorted(
    {
        (kind, getattr(claim.settings, kind))
        for claim in PLAN.claims.values()
        for kind in ("estimand", "test")
        if getattr(claim.settings, kind)
    }
)


@pytest.mark.parametrize(("kind", "name"), USED)
def test_every_part_that_a_claim_names_says_what_it_is(kind: str, name: str) -> None:
    words = part_in_words(kind, name)
    assert len(words.split()) > 5
    assert "_" not in words
    assert not re.search(r"\bP[12]\b", words)
    assert words[0].isupper()


def test_the_place_in_a_paper_is_left_out_and_an_unknown_name_is_shown_with_spaces() -> None:
    assert part_in_words("estimand", "onset_after_complexity_peak").startswith("How long after")
    assert part_in_words("test", "no_such_test") == "no such test"

"""Holm's correction, as the second step of a verdict."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from statsmodels.stats.multitest import multipletests

from grokscope.analysis.families import Family, Step
from grokscope.analysis.verdict import Verdict


def holm(p_values: Sequence[float]) -> list[float]:
    """The independent implementation."""
    return list(map(float, multipletests(p_values, alpha=0.05, method="holm")[1]))


@pytest.mark.parametrize("p_values", [[0.01, 0.04, 0.03], [0.2], [0.02, 0.02, 0.02, 0.5], [0.6, 0.7]])
def test_every_claim_is_corrected_for_the_others(p_values: list[float]) -> None:
    for index, expected in enumerate(holm(p_values)):
        others = Family((*p_values[:index], *p_values[index + 1 :]))
        found = others.corrected(Step("supported", p_values[index]))
        assert found.p_value == pytest.approx(expected)
        assert found.verdict == ("supported" if expected <= 0.05 else "inconclusive")


@pytest.mark.parametrize("verdict", ["contradicted", "inconclusive", "not seen"])
def test_what_rests_on_no_p_value_stays(verdict: str) -> None:
    assert Family((0.9, 0.9)).verdict(Step(verdict, 0.9)) == verdict  # type: ignore[arg-type]
    assert Family((0.9,)).corrected(Step("not tested", None)) == Step("not tested", None)


def test_both_steps_are_named_where_they_differ() -> None:
    before = Verdict("supported", "p = 0.03, and the effect is large.")
    assert Step("supported", 0.03).why(before, 1) == before.why
    assert Step("inconclusive", 0.06).why(before, 2) == (
        "By itself it would be supported (p = 0.03, and the effect is large), but not after correction for the 2 claims"
        " of its family."
    )


def test_the_largest_p_value_that_is_enough() -> None:
    """It is, and a little more is not."""
    for others in itertools.combinations([0.001, 0.015, 0.02, 0.3], 2):
        family = Family(others)
        for p_value, enough in ((family.largest_p_value, True), (family.largest_p_value * 1.001, False)):
            assert (holm([p_value, *others])[0] <= 0.05 + 1e-12) == enough
            assert (family.verdict(Step("supported", p_value)) == "supported") == enough

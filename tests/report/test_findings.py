"""The first screen in words: findings and the strength of their evidence, for any mixture of verdicts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from claims_made_up import claim, site
from grokscope.report.claims import verdict_named
from grokscope.report.findings import MOST, chosen, findings, is_clear, strength
from grokscope.report.gist import gist
from grokscope.report.other_scale import OtherScale, OtherVerdict

KINDS = ("supported", "contradicted", "not_seen", "inconclusive", "not_tested")


def named(found: dict[str, Any] | None, kind: str) -> list[str]:
    assert found is not None
    return [item["statement"].split()[1].rstrip(".") for item in found[kind]["items"]]


drawn = some.builds(
    dict,
    verdict=some.sampled_from(KINDS),
    paper=some.sampled_from(["one", "two", "own"]),
    kind=some.sampled_from(["result", "mechanism", "control"]),
    where=some.sampled_from(["Abstract and section 2", "Section 2", "Title"]),
    figure=some.sampled_from(["headline", "other", None]),
    flips=some.integers(0, 10),
    may_flip=some.sampled_from([True, False, None]),
    seeds=some.integers(0, 10),
    missing=some.integers(0, 5),
)


@settings(max_examples=150, deadline=None)
@given(some.lists(drawn, max_size=12), some.sampled_from(["smoke", "quick", "paper"]))
def test_any_mixture_of_verdicts_is_named_rightly(mixture: list[dict[str, Any]], scale: str) -> None:
    claims = [claim(str(i), scale=scale, **one) for i, one in enumerate(mixture)]
    stated = [one for one in claims if one.paper != "own" and one.settings["kind"] != "control"]
    tested = [one for one in stated if one.tested]
    found = findings(site(claims, scale))
    lead, told = gist(stated, scale)
    assert lead.endswith(".")
    assert told.endswith(".")
    if scale == "smoke":
        assert found is None
        assert lead == "This run does not say."
        return
    if not tested:
        assert found is None
        assert lead == "Not known yet."
        return
    assert (f"at {'small scale' if scale == 'quick' else 'the papers'}") in lead
    by_name = {one.name: one for one in tested}
    count = Counter(one.verdict.kind for one in tested)
    stands, falls = named(found, "stands"), named(found, "falls")
    assert len(stands) == min(MOST, count["supported"])
    assert len(falls) == min(MOST, len(tested) - count["supported"])
    assert {by_name[name].verdict.kind for name in stands} <= {"supported"}
    kinds = [by_name[name].verdict.kind for name in falls]
    assert kinds == sorted(kinds, key=KINDS.index)
    assert kinds.count("contradicted") == min(MOST, count["contradicted"])
    assert found is not None
    heading = found["falls"]["title"]
    assert ("does not stand" in heading) == ("contradicted" in kinds or not kinds)
    assert ("not seen" in heading) == ("not_seen" in kinds)
    assert ("stays open" in heading) == ("inconclusive" in kinds)
    for kind in ("stands", "falls"):
        for item in found[kind]["items"]:
            assert ("small scale" in item["evidence"]) == (scale == "quick")
            assert "usable seed" in item["evidence"]
            assert item["effect"]
    if count["supported"] and count["supported"] in (len(tested), len(tested) - count["contradicted"]):
        assert {by_name[name].paper for name in stands} >= {"one", "two"} & {
            one.paper for one in tested if one.verdict.kind == "supported"
        }


def test_headlines_come_first_and_papers_take_turns() -> None:
    claims = [
        claim("weak", flips=5, figure="headline"),
        claim("other"),
        claim("abstract", where="Abstract and section 3", flips=5, seeds=3),
        claim("mechanism", kind="mechanism", figure="headline"),
        claim("firm", figure="headline"),
        claim("second", paper="two", flips=9, may_flip=True),
    ]
    assert [one.name for one in chosen(claims, ["supported"], site(claims))] == ["abstract", "second", "firm"]
    alone = [one for one in claims if one.paper == "one" and one.name != "abstract"]
    assert [one.name for one in chosen(alone, ["supported"], site(alone))] == ["firm", "weak", "mechanism"]


def test_strength_thresholds_and_seeds_order_what_is_left() -> None:
    claims = [
        claim("unclear", interval=(0.05, 0.6)),
        claim("three", seeds=3),
        claim("changed", flips=1),
        claim("best"),
    ]
    assert [one.name for one in chosen(claims, ["supported"], site(claims))] == ["best", "three", "changed"]
    unseen = [claim("some", "not_seen", missing=3), claim("all", "not_seen", missing=5)]
    assert named(findings(site(unseen)), "falls") == ["all", "some"]


def test_a_claim_with_the_opposite_verdict_at_the_other_scale_is_not_named() -> None:
    def there(verdict: str) -> OtherVerdict:
        return OtherVerdict(verdict_named(verdict), 0.2, None, 3, False, 0)

    other = OtherScale("paper", {"1": there("contradicted"), "2": there("inconclusive"), "3": there("supported")})
    claims = [claim("1"), claim("2"), claim("3", "contradicted"), claim("4", "contradicted")]
    found = findings(site(claims, other=other))
    assert named(found, "stands") == ["2"]
    assert named(found, "falls") == ["4"]
    assert found is not None
    assert "at the papers' settings: inconclusive on 3 seeds" in found["stands"]["items"][0]["evidence"]
    other.verdicts["2"] = replace(there("inconclusive"), seeds=0)
    evidence = findings(site(claims, other=other))["stands"]["items"][0]["evidence"]  # type: ignore[index]
    assert "at the papers' settings: inconclusive because no seed has a value" in evidence


def test_an_effect_that_is_only_too_small_comes_after_what_the_seeds_contradict() -> None:
    claims = [claim("small", "contradicted", interval=(0.01, 0.05)), claim("other", "contradicted", flips=9)]
    found = findings(site(claims))
    assert named(found, "falls") == ["other", "small"]
    assert found is not None
    small = found["falls"]["items"][1]["effect"]
    assert small.endswith("The effect goes the claim's way, but is too small to matter.")
    assert "too small" not in found["falls"]["items"][0]["effect"]


def test_what_did_not_happen_in_a_shorter_run_is_no_finding() -> None:
    """Its verdict has no effect, because nothing happened; at the papers' settings it is named."""
    absent = replace(claim("1", "contradicted"), effect=None, interval=None)
    beside = [absent, claim("2", "contradicted"), claim("3")]
    assert named(findings(site(beside)), "falls") == ["2"]
    assert named(findings(site(beside, "paper")), "falls") == ["2", "1"]
    few = claim("1", "contradicted", test="share")
    assert named(findings(site([few, claim("2", "contradicted")])), "falls") == ["2"]
    alone = findings(site([absent, claim("3")])) or {}
    assert alone["falls"]["instead"].startswith("Whatever is not supported here may need longer runs")


def test_where_no_finding_is_named_the_page_says_why() -> None:
    for kind, here, there in (("stands", "supported", "contradicted"), ("falls", "contradicted", "supported")):
        other = OtherScale("paper", {"1": OtherVerdict(verdict_named(there), 0.2, None, 3, False, 0)})
        opposed = findings(site([claim("1", here)], other=other)) or {}
        own = findings(site([claim("1", there)])) or {}
        assert opposed[kind]["instead"].endswith(f"here is {there} at the papers' settings.")
        assert own[kind]["instead"] == f"{'No' if here > there else 'Every'} statement that was tested is supported."


@pytest.mark.parametrize(
    ("test", "direction", "verdict", "interval", "clear"),
    [
        ("mean", "greater", "supported", (0.1, 0.3), True),
        ("mean", "greater", "supported", (0.05, 0.3), False),
        ("mean", "less", "supported", (-0.3, -0.1), True),
        ("mean", "less", "supported", (0.1, 0.3), False),
        ("mean", "greater", "contradicted", (-0.3, -0.01), True),
        ("mean", "greater", "contradicted", (-0.3, 0.05), False),
        ("mean", "less", "contradicted", (0.01, 0.3), True),
        ("equivalence", "greater", "supported", (-0.1, 0.1), True),
        ("equivalence", "greater", "supported", (-0.2, 0.1), False),
        ("equivalence", "greater", "contradicted", (0.1, 0.3), True),
        ("equivalence", "greater", "contradicted", (0.0, 0.3), False),
        ("apart", "greater", "supported", (-0.5, -0.1), True),
        ("apart", "greater", "supported", (-0.5, 0.2), False),
        ("apart", "greater", "contradicted", (-0.05, 0.05), True),
    ],
)
def test_what_is_clear(test: str, direction: str, verdict: str, interval: tuple[float, float], clear: bool) -> None:
    assert is_clear(claim("1", verdict, test=test, direction=direction, interval=interval)) is clear
    assert not is_clear(claim("1", verdict, test=test, direction=direction, interval=interval, may_flip=True))


def test_strength_in_words() -> None:
    assert strength(claim("1")) == "strong"
    assert strength(claim("1", flips=1)) == "strong"
    assert strength(claim("1", seeds=4)) == "fair"
    assert strength(claim("1", flips=2)) == "fair"
    assert strength(claim("1", interval=(0.05, 0.5))) == "fair"
    assert strength(claim("1", flips=3)) == "weak"
    assert strength(claim("1", may_flip=True)) == "weak"

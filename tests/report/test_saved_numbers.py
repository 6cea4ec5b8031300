"""The saved numbers of a folder of results, and which of those saved before stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokscope.report import readme_table
from verdicts_made_up import NUMBERS_OF_A_CLAIM, WANTED, made_up_results


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return made_up_results(tmp_path / "quick")


def test_numbers_are_those_of_the_verdicts(results: Path) -> None:
    found = readme_table.numbers_of(results, WANTED)
    assert (found["processors"], found["commits"], found["seeds"]) == (["Some processor"], ["0123456789abcdef"], 5)
    assert found["counts"] == {
        "stated": {"supported": len(WANTED["rows"]) - 4, "contradicted": 1, "not seen": 1, "inconclusive": 2},
        "checks": {"supported": 1, "contradicted": 0, "not seen": 0, "inconclusive": 0},
        "own": {"supported": 2, "contradicted": 0, "not seen": 0, "inconclusive": 0},
    }
    first, _, third, *_ = (found["claims"][row["claim"]] for row in WANTED["rows"])
    assert {key: first[key] for key in NUMBERS_OF_A_CLAIM} == {
        "verdict": "inconclusive",
        "effect": 0.25,
        "low": 0.125,
        "high": None,
        "seeds": 3,
        "near_a_line": True,
    }
    assert third["verdict"] == "inconclusive"
    assert len(found["claims"]) == len(WANTED["rows"]) + 4  # the other claims and the one in another variant
    assert found["claims"]["deep_grokking_fig1-corrected"]["verdict"] == "supported"
    assert "always_grok_untested" not in found["claims"]
    text = readme_table.table(found, WANTED)
    assert "| inconclusive, near a line | 0.25 [0.12, open] decades of steps per layer, in three seeds |" in text
    assert "| contradicted | -1.00 [-2.00, -0.50] decades from fit" in text
    assert all(
        words in " ".join(text.split())
        for words in (
            "at commit 0123456, on Some processor (five seeds",
            f"{len(WANTED['rows'])} results and mechanisms of the papers ({len(WANTED['rows']) - 4} supported, 1"
            " contradicted, 1 not seen and 2 inconclusive)",
            "1 check of them (1 supported",
            "2 claims of our own (2 supported",
        )
    )


def test_numbers_of_other_claims_stay_as_long_as_these_ask_the_same(results: Path) -> None:
    saved = dict.fromkeys(NUMBERS_OF_A_CLAIM) | {"verdict": "supported", "default": True, "kind": "result"}
    saved |= {"paper": "always_grok", "figure": "always_grok_fig2", "trained_seeds": 7}
    saved |= {"commits": ["fedcba"], "processors": ["Another processor"], "question": "a"}
    before = {"claims": dict.fromkeys(("always_grok_same", "always_grok_asks_another", "always_grok_gone"), saved)}
    judged = WANTED["rows"][0]["claim"]
    before["claims"][judged] = saved
    asked = {"always_grok_same": "a", "always_grok_asks_another": "b", judged: "a"}
    found = readme_table.numbers_of(results, WANTED, None, before, asked)
    alone = readme_table.numbers_of(results, WANTED)
    assert found["claims"] == alone["claims"] | {"always_grok_same": saved}
    assert found["counts"]["stated"]["supported"] == alone["counts"]["stated"]["supported"] + 1
    assert (found["processors"], found["commits"]) == (
        ["Another processor", "Some processor"],
        ["0123456789abcdef", "fedcba"],
    )
    assert (found["seeds"], found["figures"]) == (7, alone["figures"] + 1)

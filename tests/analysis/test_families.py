"""Holm's correction."""

from __future__ import annotations

import pytest

from grokscope.analysis.families import correct_family


def test_holm_within_a_family() -> None:
    def verdict(name: str, family: str, p_value: float | None, found: str = "supported") -> dict[str, object]:
        return {
            "name": name,
            "family": family,
            "scale": "quick",
            "variant": "as_code",
            "p_value": p_value,
            "verdict": found,
        }

    verdicts = [
        verdict("a", "f", 0.01),
        verdict("b", "f", 0.04),
        verdict("c", "f", 0.03),
        verdict("d", "g", 0.04),
        verdict("e", "f", None, "not tested"),
    ]
    corrected = correct_family(verdicts)
    assert [one["p_value_corrected"] for one in corrected] == [
        pytest.approx(0.03),
        pytest.approx(0.06),
        pytest.approx(0.06),
        pytest.approx(0.04),
        None,
    ]
    assert [one["verdict_corrected"] for one in corrected] == [
        "supported",
        "inconclusive",
        "inconclusive",
        "supported",
        "not tested",
    ]
    assert [one["p_value"] for one in corrected] == [0.01, 0.04, 0.03, 0.04, None]
    assert "p_value_corrected" not in verdicts[0]

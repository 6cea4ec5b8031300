"""How a claim was judged, as names and texts for its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grokscope.report.part_words import part_in_words
from grokscope.report.shares import BOUNDS, interval_of, shown_interval, smallest_shown, unit_of, zero_of
from grokscope.report.wording import count_of, number

READINGS = "Under other thresholds and measures"
"""The fact that says how many of them give another verdict."""


def facts_of(settings: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """How the claim was judged, as name and text."""
    facts = []
    if found.get("premise"):
        facts.append(("Needs", _premise(found["premise"])))
    unseen = found["verdict"] == "not seen"
    if unseen and found.get("effect") is not None:
        facts.append(("Without the premise", _without_premise(settings, found)))
    if found.get("p_value") is not None and not unseen:
        facts.append(
            (
                "p-value",
                (
                    f"{number(found['p_value'])}; {number(found['p_value_corrected'])} after correction for"
                    f" {count_of(found['family_size'], 'claim')}"
                ),
            )
        )
    if settings.get("test"):
        facts.append(("Quantity", part_in_words("estimand", settings["estimand"])))
        facts.append(("Test", part_in_words("test", settings["test"])))
        facts.append(
            (
                "Smallest effect that matters",
                f"{number(smallest_shown(settings))} {unit_of(settings)}".strip(),
            )
        )
    stability = found.get("sensitivity") or {}
    if stability.get("tried"):
        facts.append(
            (
                READINGS,
                f"{stability['flips']} of {stability['tried']} give a different verdict",
            )
        )
    return tuple(facts)


def _premise(found: Mapping[str, Any]) -> str:
    """What the claim needs, and in how many seeds it is there."""
    there = found["seeds"] - found["missing"]
    return f"{found['needs']}; there in {there} of {count_of(found['seeds'], 'seed')}"


def _without_premise(settings: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """What the effect would be, for a reader who wants to know how the seeds below are spread."""
    ends = shown_interval(settings, interval_of(found["low"], found["high"]))
    interval = f" [{number(ends[0])}, {number(ends[1])}]" if ends else ""
    bound = next((f"{sign} " for key, sign in BOUNDS.items() if (found.get("details") or {}).get(key)), "")
    effect = f"{bound}{number(found['effect'] + zero_of(settings))}{interval} {unit_of(settings)}"
    return f"{effect.strip()}, which says nothing about the claim"

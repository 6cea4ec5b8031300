"""Verdicts as the pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grokscope.files import read_json
from grokscope.report.wording import file_name, number

NOT_TESTED = "not_tested"


@dataclass(frozen=True)
class Verdict:
    """A verdict with a symbol and a label, so that nothing hangs on colour alone."""

    kind: str
    label: str
    symbol: str


VERDICTS = {
    "supported": Verdict("supported", "Supported", "✓"),
    "contradicted": Verdict("contradicted", "Contradicted", "✕"),
    "inconclusive": Verdict("inconclusive", "Inconclusive", "?"),
    NOT_TESTED: Verdict(NOT_TESTED, "Not tested", "–"),
}


@dataclass(frozen=True)
class Claim:
    """One claim of one variant with its verdict; `effect`, `interval` and `seeds` are None when it was not tested."""

    name: str
    paper: str
    variant: str
    settings: Mapping[str, Any]
    verdict: Verdict
    effect: float | None
    interval: tuple[float | None, float | None] | None
    seeds: int | None
    collapsed: int | None
    reason: str
    facts: tuple[tuple[str, str], ...]
    source: Path | None

    @property
    def anchor(self) -> str:
        """Its place on the paper's page."""
        return f"claim-{file_name(self.name)}"

    @property
    def figure(self) -> str | None:
        """The id of the figure that shows it."""
        return self.settings.get("figure")

    @property
    def meaning(self) -> str:
        """What the verdict means for the paper."""
        return str((self.settings.get("means") or {}).get(self.verdict.kind, ""))


def read_claim(item: Mapping[str, Any]) -> Claim:
    """A claim from its plan and its verdict file (`item["json"]`); without a file it counts as not tested."""
    source = Path(item["json"]) if item.get("json") else None
    found: dict[str, Any] = read_json(source) if source else {}
    verdict = VERDICTS[str(found.get("verdict", NOT_TESTED)).replace(" ", "_")]
    settings = item["settings"]
    interval = found.get("interval")
    return Claim(
        name=item["name"],
        paper=item["paper"],
        variant=item["variant"],
        settings=settings,
        verdict=verdict,
        effect=found.get("effect"),
        interval=(interval[0], interval[1]) if interval else None,
        seeds=_count(found.get("seeds")),
        collapsed=_count(found.get("collapsed")),
        reason=str(found.get("reason") or ("" if source else _why_not(settings))),
        facts=_facts(settings, found),
        source=source,
    )


def _why_not(settings: Mapping[str, Any]) -> str:
    return "Its runs are not part of what was asked for." if settings.get("sweeps") else "It can not be tested yet."


def _count(value: Any) -> int | None:
    return len(value) if isinstance(value, list | tuple | dict) else value


def _facts(settings: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """How the claim was judged, as name and text."""
    facts = []
    if found.get("p_value") is not None:
        corrected = found.get("p_adjusted")
        facts.append(("p", number(found["p_value"]) + (f" (corrected for its family: {number(corrected)})" if corrected is not None else "")))
    if settings.get("test"):
        facts.append(("Test", f"{str(settings['test']).replace('_', ' ')} of {str(settings['estimand']).replace('_', ' ')}"))
        facts.append(("Smallest effect that matters", f"{number(settings['smallest_effect'])} {settings['unit']}".strip()))
    return tuple(facts)


def interval_plot(claim: Claim) -> dict[str, Any] | None:
    """Horizontal places, in a box 120 wide, of zero, the band of effects too small to matter, the interval and the effect."""
    if claim.effect is None:
        return None
    low, high = claim.interval or (None, None)
    small = float(claim.settings.get("smallest_effect") or 0.0)
    known = [0.0, claim.effect, small, -small, *(end for end in (low, high) if end is not None)]
    left, right = min(known), max(known)
    width = (right - left) or 1.0

    def place(value: float) -> float:
        return round(8 + 104 * (value - left) / width, 1)

    return {
        "zero": place(0.0),
        "effect": place(claim.effect),
        # an interval without an end on one side runs to the edge
        "low": None if low is None and high is None else 2 if low is None else place(low),
        "high": None if low is None and high is None else 118 if high is None else place(high),
        "band": (place(-small), round(place(small) - place(-small), 1)) if small > 0 else None,
    }

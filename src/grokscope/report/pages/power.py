"""How many seeds a clear verdict would take, claim by claim, from the spread measured so far."""

from __future__ import annotations

from typing import Any

from grokscope.report.claims import Claim, verdict_named
from grokscope.report.pages.views import claim_view
from grokscope.report.site import Page, Site
from grokscope.report.wording import ABSENT, number, percent


def pages(site: Site) -> list[Page]:
    """One page, where any claim was tested."""
    tested = [claim for claim in site.claims if claim.tested]
    if not tested:
        return []
    how = next((text for claim in tested if (text := _needed(claim).get("how"))), "")
    other = site.other.column(claim.name for claim in tested)
    context = {"rows": [_row(claim, site) for claim in tested], "other": other, "how": how}
    return [Page("power.html", "power.html", "Seeds needed", context, label="Power", scripts=("table.js",))]


def _row(claim: Claim, site: Site) -> dict[str, Any]:
    needed = _needed(claim)
    expected = needed.get("verdict")
    return {
        **claim_view(claim, site),
        "needed": number(needed["seeds"]) if needed.get("seeds") is not None else ABSENT,
        "power": _power(needed),
        "expected": verdict_named(expected) if expected else None,
        "reason": needed.get("reason") or "",
    }


def _needed(claim: Claim) -> dict[str, Any]:
    """What the verdict file says about it."""
    found: dict[str, Any] = claim.found.get("seeds_needed") or {}
    return found


def power_facts(claim: Claim) -> list[tuple[str, str]]:
    """The same for the claim's own page, as name and text."""
    needed = _needed(claim)
    if not needed or not claim.tested:
        return []
    if needed.get("seeds") is None:
        return [("Seeds needed for a clear verdict", str(needed.get("reason") or "not known"))]
    expected = f"; the verdict to expect is {needed['verdict']}, in {_power(needed)} of draws"
    return [("Seeds needed for a clear verdict", f"{number(needed['seeds'])}{expected if needed.get('power') else ''}")]


def _power(needed: dict[str, Any]) -> str:
    """The share of draws with the expected verdict, and its interval."""
    power = needed.get("power")
    if not power:
        return ABSENT
    return f"{percent(power['share'])} [{percent(power['low'])}, {percent(power['high'])}]"

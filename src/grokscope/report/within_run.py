"""Whether and when something happened within the run, over the seeds of a claim, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grokscope.report.claims import Claim
from grokscope.report.shares import BOUNDS, unit_of
from grokscope.report.wording import number

KEYS = ("seen", "of", "share", "share_low", "share_high", "median", "median_low", "median_high")
"""Details of a verdict file that the sentence is made from; they are there where a seed has no value."""


def bound_of(claim: Claim) -> str:
    """`≥` or `≤` where the effect is only known to be as large or as small as that; empty where it is known."""
    details = claim.found.get("details") or {}
    return next((sign for key, sign in BOUNDS.items() if details.get(key)), "")


def within_run(claim: Claim) -> str:
    """Such as `seen within the run in 3 of 5 seeds [0.15, 0.95]; median 1.92 decades, at least 1.87`; empty where every
    seed has a value. The numbers in brackets are the 95 % interval of the share of seeds.
    """
    details = claim.found.get("details") or {}
    if details.get("seen") is None:
        return ""
    share = f"{number(details['share_low'], 2)}, {number(details['share_high'], 2)}"
    return (
        f"seen within the run in {number(details['seen'])} of {number(details['of'])} seeds [{share}];"
        f" {_median(claim, details)}"
    )


def _median(claim: Claim, details: Mapping[str, Any]) -> str:
    unit = f" {unit}" if (unit := unit_of(claim.settings)) else ""
    if details.get("median") is not None:
        return f"median {number(details['median'])}{unit}{_interval(details)}"
    if claim.effect is None:
        return "no median, since it does not happen in half of the seeds"
    if bound_of(claim) == "≥":
        return f"median later than {number(claim.effect)}{unit}"
    return f"median at most {number(claim.effect)}{unit}"


def _interval(details: Mapping[str, Any]) -> str:
    low, high = details.get("median_low"), details.get("median_high")
    if low is not None and high is not None:
        return f", {number(low)} to {number(high)}"
    if low is not None:
        return f", at least {number(low)}"
    return f", at most {number(high)}" if high is not None else ", its interval open at either end"

"""From the downloads of a claim's page to its effect, interval, p-values and verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stranger import bounds, counts, groups, location
from stranger.downloads import FAILED, Download
from stranger.found import Found

LEVEL = 0.05
ENDS = (-math.inf, math.inf)


@dataclass(frozen=True)
class Recomputed:
    """What a claim's file says as well; None where there is no number, or an end is open."""

    effect: float | None
    low: float | None
    high: float | None
    p_value: float | None
    p_value_corrected: float | None
    premise_is_there: bool | None
    verdict_before_correction: str
    verdict: str


def recompute(download: Download) -> Recomputed:
    """Judge a claim from its downloads alone."""
    claim = download.claim
    if claim["premise"] is None:
        return Recomputed(None, None, None, None, None, None, "not tested", "not tested")
    found = run_test(download) if _fewest(download) >= 2 else None
    there = premise_is_there(download)
    before = verdict = decide(download, found, there)
    if found is None:
        return Recomputed(None, None, None, None, None, there, before, verdict)
    others = [p_value for name, p_value in claim["family_p_values"].items() if name != claim["name"]]
    corrected = holm(found.p_value, others)
    if before == "supported" and corrected > LEVEL:
        verdict = "inconclusive"
    first, last = (end if bound is None else bound for bound, end in zip(claim["bounds"], ENDS, strict=True))
    numbers = found.effect, max(found.low, first), min(found.high, last), found.p_value, corrected
    return Recomputed(*(one if math.isfinite(one) else None for one in numbers), there, before, verdict)


def holm(own: float, others: list[float]) -> float:
    """A p-value after Holm's step-down correction: the largest of the smallest ones up to it, each times the number of
    those that are left.
    """
    smaller = sorted(other for other in others if other < own)
    steps = [(len(others) + 1 - done) * p_value for done, p_value in enumerate([*smaller, own])]
    return min(1.0, max(steps))


def premise_is_there(download: Download) -> bool:
    """Whether at most half of the seeds that did not fail in all of their runs lack the premise."""
    alive = {int(seed) for seed in download.rows.loc[~download.rows["status"].isin(FAILED), "seed"]}
    premise = download.claim["premise"]
    asked = {row["seed"]: row["there"] for row in premise["per_seed"]}
    if asked.keys() != alive:
        raise ValueError(f"the premise was asked of seeds {sorted(asked)}, but seeds {sorted(alive)} did not fail")
    return sum(not there for there in asked.values()) <= len(alive) / 2


def decide(download: Download, found: Found | None, there: bool) -> str:
    """The verdict before correction for the family."""
    minimum = int(download.claim["minimum_seeds"])
    if not there:
        return "not seen" if len(download.claim["premise"]["per_seed"]) >= minimum else "inconclusive"
    if found is None or _fewest(download) < minimum:
        return "inconclusive"
    absent = (download.usable["status"] == "absent").groupby(download.usable["group"]).mean()
    if (absent > 0.5).any():
        return "contradicted"
    if found.used < minimum or not found.comparable:
        return "inconclusive"
    if found.p_value <= LEVEL and _on_its_side(download, found):
        return "supported" if found.shows else "inconclusive"
    return "contradicted" if found.rules_out else "inconclusive"


def _on_its_side(download: Download, found: Found) -> bool:
    """For one-sided claims: interval on the claim's side of 0, and an estimate that matters."""
    if download.claim["test"] in ("equivalence", "apart"):
        return True
    near = found.low if download.sign > 0 else -found.high
    return near > 0 and download.sign * found.effect >= download.smallest


def _fewest(download: Download) -> int:
    """Usable seeds of the smallest group."""
    sizes = download.usable.groupby("group").size().reindex(download.rows["group"].unique(), fill_value=0)
    return int(sizes.min()) if len(sizes) else 0


def run_test(download: Download) -> Found:
    """The test that the claim names, on its usable seeds."""
    rows, sign, smallest = download.usable, download.sign, download.smallest
    test = download.claim["test"]
    in_groups = {
        "ordered": groups.ordered,
        "page": groups.page,
        "equivalence of slopes": groups.equivalence,
        "survival": groups.survival,
        "share": counts.share,
        "fisher": counts.fisher,
        "spearman": counts.spearman,
    }
    if test == "equivalence" and rows["group"].nunique() > 1:
        test = "equivalence of slopes"
    if test in in_groups:
        return in_groups[test](rows, sign, smallest)
    never = -sign * math.inf
    if test == "paired":
        pairs = bounds.of_pairs(rows, never)
        if pairs.seen < len(pairs.low) and len(pairs.low) >= 2:
            return bounds.one_sided(pairs, sign, smallest)
        return location.one_sided(pairs.low, sign, smallest)
    values = rows["value"].to_numpy()
    if rows["value"].notna().all():
        if test in ("equivalence", "apart"):
            return {"equivalence": location.equivalence, "apart": location.apart}[test](values, smallest)
        return location.one_sided(values, sign, smallest, by_flips=test == "one_sample")
    if test in ("equivalence", "apart"):
        return {"equivalence": bounds.equivalence, "apart": bounds.apart}[test](rows, smallest)
    return bounds.one_sided(bounds.of_rows(rows, never), sign, smallest)

"""Verdicts as values for JSON files; `docs/architecture.md` has their keys."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grokscope.analysis.families import Family
from grokscope.analysis.hypothesis_tests.result import TestResult
from grokscope.analysis.judged import Judged
from grokscope.analysis.power import UNKNOWN, seeds_needed
from grokscope.analysis.stability import stability
from grokscope.analysis.verdict import usable
from grokscope.config.measured_at import MEASURED_AT

MEANINGLESS_SCALE = "smoke"
NOTHING = 1e-12
"""Effects below this are rounding errors, whatever the unit."""
COUNTED = ("collapsed", "diverged", "absent", "not_yet", "not_applicable", "not_sharp")
"""Statuses of which a verdict says how many seeds have them."""


def corrected_verdicts(judged: Sequence[Judged]) -> Iterator[dict[str, Any]]:
    """The final verdicts of claims that were judged alone, each corrected for the others of its family, one by one."""
    for claim in judged:
        family = [one for one in judged if one.family == claim.family and one.found.result is not None]
        others = [one.found.result.p_value for one in family if one is not claim and one.found.result is not None]
        p_values = {one.item["name"]: one.found.step.p_value for one in family}
        record = _as_values(claim, Family(tuple(others))) | {"family_p_values": p_values}
        yield dict(without_nan(record))


def _as_values(claim: Judged, others: Family) -> dict[str, Any]:
    """The record of a verdict; `others` are the other claims of its family."""
    effects, result, verdict, premise = claim.found
    counts = effects["status"].value_counts()
    final = others.corrected(claim.found.step)
    low, high = _within_bounds(claim, result)
    usable_counts = [len(usable(rows)) for _, rows in effects.groupby("group")]
    grid = [
        {
            "threshold": threshold,
            "value": value,
            "verdict": others.verdict(step),
            "verdict_before_correction": step.verdict,
            "p_value": step.p_value,
        }
        for threshold, value, step in claim.others
    ]
    family_size = 0 if result is None else others.size
    return _about(claim.item, claim.scale) | {
        "verdict": final.verdict,
        "verdict_before_correction": verdict.verdict,
        "why": final.why(verdict, family_size),
        "effect": None if result is None else without_rounding(result.effect),
        "low": low,
        "high": high,
        "bounds": list(claim.bounds),
        "p_value": None if result is None else result.p_value,
        "p_value_corrected": final.p_value,
        "family_size": family_size,
        "premise": premise.as_dict(),
        "seeds": min(usable_counts, default=0),
        **{status: int(counts.get(status, 0)) for status in COUNTED},
        "per_seed": effects.drop(columns="collapsed").to_dict("records"),
        "meaning": claim.item["settings"]["means"][final.verdict.replace(" ", "_")],
        "details": {} if result is None else dict(result.details),
        "runs": list(dict.fromkeys(str(run) for run in effects["run"])),
        "sensitivity": {
            "tried": len(grid),
            "flips": sum(row["verdict"] != final.verdict for row in grid),
            "grid": grid,
        },
        "stability": stability(effects, result, claim.rule, verdict, claim.test, final.verdict != verdict.verdict),
        "seeds_needed": _seeds_needed(claim, others),
    }


def _seeds_needed(claim: Judged, others: Family) -> dict[str, Any]:
    """How many seeds a clear verdict takes; it is not asked where verdicts have no meaning, since it takes long."""
    if claim.scale == MEANINGLESS_SCALE:
        return UNKNOWN | {"reason": "It is not computed at smoke scale, whose verdicts mean nothing."}
    return seeds_needed(claim.found.effects, claim.test, claim.rule, claim.found.premise, others.largest_p_value)


def _within_bounds(claim: Judged, result: TestResult | None) -> tuple[float | None, float | None]:
    """The interval as it is shown: a t interval may reach beyond what the effect can be."""
    if result is None:
        return None, None
    lowest, highest = claim.bounds
    return max(result.low, lowest), min(result.high, highest)


def without_rounding(effect: float) -> float:
    """Zero for what is left where shares that cancel are added up."""
    return 0.0 if abs(effect) < NOTHING else effect


def untested(item: Mapping[str, Any], scale: str | None = None) -> dict[str, Any]:
    """What `judge` gives, for a claim whose runs do not exist: the verdict is `not tested`."""
    if not item["settings"]["sweeps"]:
        needs = str(item["settings"].get("needs") or "")
        why = f"No experiment of this project tests it.{f' It needs {needs}.' if needs else ''}"
    elif not item["members"]:
        why = "It is not tested at this scale."
    else:
        why = (
            "Its figure was not asked for, or was left out because no package has its data set (docs/configuration.md)."
        )
    numbers = dict.fromkeys(("effect", "low", "high", "p_value", "p_value_corrected"))
    counts = dict.fromkeys(("seeds", *COUNTED, "family_size"), 0)
    rest: dict[str, Any] = {
        "bounds": None,
        "verdict": "not tested",
        "verdict_before_correction": "not tested",
        "why": why,
        "premise": None,
        "per_seed": [],
        "meaning": "",
        "sensitivity": None,
        "meaningful": False,
        "family_p_values": {},
        "details": {},
        "runs": [],
        "stability": None,
        "seeds_needed": UNKNOWN | {"reason": why},
    }
    return _about(item, scale) | numbers | counts | rest


def _about(item: Mapping[str, Any], scale: str | None) -> dict[str, Any]:
    settings = item["settings"]
    keys = (
        *("statement", "where", "kind", "needs", "sweeps", "metrics", "means", "unit", "test", "estimand"),
        *("parameters", "direction", "smallest_effect", "smallest_effect_name", "minimum_seeds", "family", "figure"),
    )
    about = {key: settings.get(key) for key in keys}
    names = {key: item[key] for key in ("name", "id", "paper", "variant")}
    return (
        names
        | about
        | {"scale": scale, "measured_at": MEASURED_AT.get(scale or ""), "meaningful": scale != MEANINGLESS_SCALE}
    )


def without_nan(value: Any) -> Any:
    """JSON values with null in the place of what is not finite."""
    if isinstance(value, dict):
        return {key: without_nan(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

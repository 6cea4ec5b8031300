"""From the data of a claim to its verdict, as values for a JSON file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

import pandas as pd

from grokscope.analysis.hypothesis_tests.result import TestResult
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.power import seeds_needed
from grokscope.analysis.registry import find_module
from grokscope.analysis.sensitivity import threshold_grid
from grokscope.analysis.stability import stability
from grokscope.analysis.verdict import Rule, Verdict, decide, too_few, usable
from grokscope.config.detector_settings import DetectorSettings
from grokscope.errors import UserError

MEANINGLESS_SCALE = "smoke"
MEASURE = "measure"
"""What stands in the place of a threshold where another measure was tried."""


def judge(inputs: ItemInputs, detectors: DetectorSettings | None = None) -> dict[str, Any]:
    """The verdict on a claim with all that it rests on; see `docs/architecture.md` for the keys. Holds no NaN.

    `detectors` replaces the thresholds that the tables were read with. Raises UserError when the claim's estimand, test
    or a parameter is unknown, or a metric that it needs was not measured.
    """
    if detectors is not None:
        inputs = inputs.with_detectors(detectors)
    effects, result, verdict = evaluate(inputs)
    counts = effects["status"].value_counts()
    low, high = _within_bounds(inputs, result)
    usable_counts = [len(usable(rows)) for _, rows in effects.groupby("group")]
    shown = _about(inputs.item, inputs.scale) | {
        "verdict": verdict.verdict,
        "why": verdict.why,
        "effect": None if result is None else result.effect,
        "low": low,
        "high": high,
        "p_value": None if result is None else result.p_value,
        "seeds": min(usable_counts, default=0),
        "collapsed": int(counts.get("collapsed", 0)),
        "diverged": int(counts.get("diverged", 0)),
        "absent": int(counts.get("absent", 0)),
        "not_yet": int(counts.get("not_yet", 0)),
        "not_applicable": int(counts.get("not_applicable", 0)),
        "not_sharp": int(counts.get("not_sharp", 0)),
        "per_seed": effects.drop(columns="collapsed").to_dict("records"),
        "meaning": inputs.item["settings"]["means"][verdict.verdict],
        "details": {} if result is None else dict(result.details),
        "runs": list(dict.fromkeys(str(run) for run in effects["run"])),
        "sensitivity": _sensitivity(inputs, verdict.verdict),
        "stability": stability(effects, result, _rule(inputs), verdict, _test(inputs)),
        "seeds_needed": seeds_needed(effects, _test(inputs), _rule(inputs)),
    }
    return dict(_without_nan(shown))


def evaluate(inputs: ItemInputs) -> tuple[pd.DataFrame, TestResult | None, Verdict]:
    """Effects, test and verdict under the thresholds that `inputs` carries."""
    settings, name = inputs.item["settings"], inputs.item["name"]
    estimand, test = _estimand(inputs), _test(inputs)
    try:
        effects = estimand.estimate(inputs, **settings["parameters"])
    except TypeError as error:
        if "argument" not in str(error):
            raise
        raise UserError(f"{name}: parameters: {error}") from error
    rule = _rule(inputs)
    result = None
    if too_few(effects, 2) is None:
        result = test.run_test(usable(effects), rule.direction, rule.smallest_effect)
    return effects, result, decide(effects, result, rule)


def _within_bounds(inputs: ItemInputs, result: TestResult | None) -> tuple[float | None, float | None]:
    """The interval as it is shown: a t interval may reach beyond what the effect can be (BOUNDS of its estimand)."""
    if result is None:
        return None, None
    lowest, highest = getattr(_estimand(inputs), "BOUNDS", (-math.inf, math.inf))
    return max(result.low, lowest), min(result.high, highest)


def _estimand(inputs: ItemInputs) -> ModuleType:
    return find_module("estimands", inputs.item["settings"]["estimand"], f"{inputs.item['name']}: estimand")


def _test(inputs: ItemInputs) -> ModuleType:
    return find_module("hypothesis_tests", inputs.item["settings"]["test"], f"{inputs.item['name']}: test")


def _rule(inputs: ItemInputs) -> Rule:
    settings = inputs.item["settings"]
    return Rule(
        _test(inputs).KIND, settings["direction"], float(settings["smallest_effect"]), int(settings["minimum_seeds"])
    )


def untested(item: Mapping[str, Any], scale: str | None = None) -> dict[str, Any]:
    """What `judge` gives, for a claim whose runs do not exist: the verdict is `not tested`."""
    if not item["settings"]["sweeps"]:
        needs = str(item["settings"].get("needs") or "")
        why = f"No experiment of this project tests it.{f' It needs {needs}.' if needs else ''}"
    elif not item["members"]:
        why = "It is not tested at this scale."
    else:
        why = "Its runs were not asked for."
    numbers = dict.fromkeys(("effect", "low", "high", "p_value"))
    counts = dict.fromkeys(("seeds", "collapsed", "diverged", "absent", "not_yet", "not_applicable", "not_sharp"), 0)
    rest: dict[str, Any] = {
        "verdict": "not tested",
        "why": why,
        "per_seed": [],
        "meaning": "",
        "sensitivity": None,
        "meaningful": False,
    }
    rest |= {
        "details": {},
        "runs": [],
        "stability": None,
        "seeds_needed": {"seeds": None, "verdict": None, "reason": why, "how": ""},
    }
    return _about(item, scale) | numbers | counts | rest


def _about(item: Mapping[str, Any], scale: str | None) -> dict[str, Any]:
    settings = item["settings"]
    keys = (
        *("statement", "where", "kind", "needs", "sweeps", "metrics", "means", "unit", "test", "estimand"),
        *("parameters", "direction", "smallest_effect", "minimum_seeds", "family", "figure"),
    )
    about = {key: settings.get(key) for key in keys}
    names = {key: item[key] for key in ("name", "id", "paper", "variant")}
    return names | about | {"scale": scale, "meaningful": scale != MEANINGLESS_SCALE}


def _sensitivity(inputs: ItemInputs, verdict: str) -> dict[str, Any]:
    """The verdict under other thresholds, one changed at a time, and by the claim's other measures."""
    estimand = _estimand(inputs)
    detectors = next(iter(inputs.runs.values())).detectors
    tried = []
    settings = inputs.item["settings"]
    names = estimand.thresholds(**settings["parameters"]) if hasattr(estimand, "thresholds") else estimand.THRESHOLDS
    for threshold, value in threshold_grid(detectors, names):
        changed = detectors.model_copy(update={threshold: value})
        other = evaluate(inputs.with_detectors(changed))[2].verdict
        tried.append({"threshold": threshold, "value": value, "verdict": other})
    for measure, changes in (settings.get("other_measures") or {}).items():
        other = evaluate(_with_parameters(inputs, changes))[2].verdict
        tried.append({"threshold": MEASURE, "value": measure, "verdict": other})
    return {"tried": len(tried), "flips": sum(row["verdict"] != verdict for row in tried), "grid": tried}


def _with_parameters(inputs: ItemInputs, changes: Mapping[str, Any]) -> ItemInputs:
    settings = inputs.item["settings"]
    return replace(inputs, item=inputs.item | {"settings": settings | {"parameters": settings["parameters"] | changes}})


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

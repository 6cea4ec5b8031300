"""From the data of claims to their verdicts, as values for JSON files."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from types import ModuleType
from typing import Any

from grokscope.analysis import premise as premises
from grokscope.analysis.claim_records import corrected_verdicts
from grokscope.analysis.declarations.units import zero_of
from grokscope.analysis.families import Step
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.judged import Evaluation, Judged
from grokscope.analysis.registry import find_module
from grokscope.analysis.sensitivity import other_sizes, threshold_grid
from grokscope.analysis.verdict import Rule, decide, too_few, usable
from grokscope.config.detector_settings import DetectorSettings
from grokscope.errors import UserError

MEASURE, SMALLEST_EFFECT = "measure", "smallest_effect"
"""What stands in the place of a threshold where another measure, or another smallest effect that matters, was tried."""


def judge(inputs: ItemInputs, detectors: DetectorSettings | None = None) -> dict[str, Any]:
    """The verdict on a claim that is the only one of its family, with all that it rests on.

    `docs/architecture.md` has the keys; there is no NaN. `detectors` replaces the thresholds that the tables were read
    with. Raises UserError when the claim's estimand, test, premise or a parameter is unknown, or a metric that it
    needs was not measured.
    """
    return next(corrected_verdicts([judge_alone(inputs, detectors)]))


def judge_alone(inputs: ItemInputs, detectors: DetectorSettings | None = None) -> Judged:
    """A claim judged before correction for its family."""
    if detectors is not None:
        inputs = inputs.with_detectors(detectors)
    found = evaluate(inputs)
    others = tuple(_other_readings(inputs, found))
    return Judged(inputs.item, inputs.scale, _rule(inputs), _test(inputs), _bounds(inputs), found, others)


def _bounds(inputs: ItemInputs) -> tuple[float, float]:
    """The smallest and the largest effect that there can be, as far as the estimand knows them."""
    estimand = _estimand(inputs)
    if hasattr(estimand, "bounds"):
        return tuple(estimand.bounds(**inputs.item["settings"]["parameters"]))
    return getattr(estimand, "BOUNDS", (-math.inf, math.inf))


def evaluate(inputs: ItemInputs) -> Evaluation:
    """What the tables say under the thresholds that `inputs` carries, before correction for the family."""
    settings, name = inputs.item["settings"], inputs.item["name"]
    estimand, test = _estimand(inputs), _test(inputs)
    try:
        effects = estimand.estimate(inputs, **settings["parameters"])
    except TypeError as error:
        if "argument" not in str(error):
            raise
        raise UserError(f"{name}: parameters: {error}") from error
    premise = premises.check(inputs, effects)
    rule = _rule(inputs)
    result = None
    if too_few(effects, 2) is None:
        result = test.run_test(usable(effects), rule.direction, rule.smallest_effect)
    return Evaluation(effects, result, decide(effects, result, rule, premise), premise)


def _estimand(inputs: ItemInputs) -> ModuleType:
    return find_module("estimands", inputs.item["settings"]["estimand"], f"{inputs.item['name']}: estimand")


def _test(inputs: ItemInputs) -> ModuleType:
    return find_module("hypothesis_tests", inputs.item["settings"]["test"], f"{inputs.item['name']}: test")


def _rule(inputs: ItemInputs) -> Rule:
    settings = inputs.item["settings"]
    return Rule(
        _test(inputs).KIND,
        settings["direction"],
        float(settings["smallest_effect"]),
        int(settings["minimum_seeds"]),
        zero_of(settings["unit"]),
    )


def _other_readings(inputs: ItemInputs, found: Evaluation) -> Iterable[tuple[str, Any, Step]]:
    """The claim under other thresholds, one at a time, by its other measures, and for other smallest effects."""
    estimand = _estimand(inputs)
    detectors = next(iter(inputs.runs.values())).detectors
    settings = inputs.item["settings"]
    of_effect = (
        estimand.thresholds(**settings["parameters"]) if hasattr(estimand, "thresholds") else estimand.THRESHOLDS
    )
    names = dict.fromkeys((*of_effect, *premises.thresholds(settings["premise"])))
    for threshold, value in threshold_grid(detectors, names):
        changed = detectors.model_copy(update={threshold: value})
        yield threshold, value, evaluate(inputs.with_detectors(changed)).step
    for measure, changes in (settings.get("other_measures") or {}).items():
        yield MEASURE, measure, evaluate(_with(inputs, parameters=settings["parameters"] | changes)).step
    for size in other_sizes(float(settings["smallest_effect"])):
        rule = replace(_rule(inputs), smallest_effect=size)
        result = found.result
        if result is not None:
            result = _test(inputs).run_test(usable(found.effects), rule.direction, size)
        verdict = decide(found.effects, result, rule, found.premise).verdict
        yield SMALLEST_EFFECT, size, Step(verdict, None if result is None else result.p_value)


def _with(inputs: ItemInputs, **settings: Any) -> ItemInputs:
    return replace(inputs, item=inputs.item | {"settings": inputs.item["settings"] | settings})

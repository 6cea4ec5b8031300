"""What a claim leaves out, derived from its estimand: metrics, test, unit, the meaning of an inconclusive verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from grokscope.analysis.declarations.estimands import ESTIMANDS
from grokscope.analysis.declarations.premises import PREMISES
from grokscope.analysis.declarations.unclear import NOTHING_KNOWN
from grokscope.config.claim_effects import coordinate_of_axis, number_of
from grokscope.config.claim_settings import ClaimSettings
from grokscope.config.experiments import Sweep
from grokscope.config.metric_settings import METRIC_NAMES
from grokscope.config.smallest_effects import SmallestEffect
from grokscope.errors import UserError

Positions = Mapping[str, Mapping[str, int]]
"""Axis -> name of a position -> its number."""


def resolved(
    claim: ClaimSettings, sweeps: Mapping[str, Sweep], smallest: Mapping[str, SmallestEffect], where: str
) -> ClaimSettings:
    """The claim with everything said; `smallest` are the smallest effects that it may name.

    Raises UserError if it contradicts its estimand or cannot be tested.
    """
    if not (claim.sweeps or claim.needs):
        raise UserError(f"{where}: a claim without sweeps has to say under needs what would test it")
    if claim.sweeps and claim.estimand is None:
        raise UserError(f"{where}: a claim with sweeps needs an effect")
    if not claim.premise:
        raise UserError(
            f"{where}: has no premise; say what has to be there for the claim to be decidable, such as"
            f" premise: {{shown: fit}}; known are {', '.join(PREMISES)}"
        )
    if claim.estimand not in ESTIMANDS:
        return _with_meaning(claim, NOTHING_KNOWN)  # unknown, or none yet: what names there are is checked later
    names = named_positions(sweeps, claim.sweeps)
    parameters = _numbered(claim.parameters, names, f"{where}.parameters")
    measures = {
        measure: _numbered(changes, names, f"{where}.other_measures.{measure}")
        for measure, changes in claim.other_measures.items()
    }
    declared = ESTIMANDS[claim.estimand]
    premise = {
        name: _numbered(parameters_of_it, names, f"{where}.premise.{name}")
        for name, parameters_of_it in claim.premise.items()
    }
    needed = {metric for changes in ({}, *measures.values()) for metric in declared.metrics_of(parameters | changes)}
    needed |= {metric for name, known in premise.items() for metric in PREMISES[name].metrics_of(known)}
    has_accuracy = not claim.sweeps or any(_measures_accuracy(sweeps, name) for name in claim.sweeps)
    needed.add("accuracy" if has_accuracy else "loss")  # where it shows whether a seed failed
    metrics = [metric for metric in METRIC_NAMES if metric in needed]
    metrics += sorted(needed.difference(METRIC_NAMES))  # those that are measured under names of their own
    if claim.metrics and set(claim.metrics) != needed:
        raise UserError(
            f"{where}.metrics: its effect and its premise are measured from {', '.join(metrics)}; leave metrics out"
        )
    coordinate = coordinate_of_axis(claim, parameters, sweeps) if declared.slope else None
    unit = declared.unit_of(parameters, coordinate)
    if claim.unit and claim.unit.split()[0] != unit.split()[0]:
        raise UserError(
            f"{where}.unit: {claim.unit!r} differs from the unit of its effect, {unit!r}; begin with"
            f" {unit.split()[0]!r}"
        )
    test = claim.test or declared.test_of(parameters)
    found = claim.model_copy(
        update={
            "parameters": parameters,
            "premise": premise,
            "other_measures": measures,
            "metrics": metrics,
            "unit": claim.unit or unit,
            "smallest_effect": number_of(claim, declared.measured_in(parameters, coordinate), smallest, where),
            "test": test,
        }
    )
    return _with_meaning(found, declared.unclear_of(parameters, test))


def _measures_accuracy(sweeps: Mapping[str, Sweep], name: str) -> bool:
    """Whether runs of a sweep have an accuracy; those of a task without classes say that they have none, in the sweep
    or in one that it is like.
    """
    seen: list[str] = []  # a sweep that is like itself is refused later, by name
    while name in sweeps and name not in seen:
        metrics = sweeps[name].settings.get("metrics") or {}
        if "accuracy" in metrics:
            return metrics["accuracy"] is not None
        seen.append(name)
        name = sweeps[name].like or ""
    return True


def _with_meaning(claim: ClaimSettings, inconclusive: str) -> ClaimSettings:
    """The claim with a sentence on what an inconclusive verdict means: its own, else this one."""
    means = claim.means.model_copy(update={"inconclusive": claim.means.inconclusive or inconclusive})
    return claim.model_copy(update={"means": means})


def named_positions(sweeps: Mapping[str, Sweep], wanted: Iterable[str]) -> Positions:
    """The names of positions on these sweeps' axes, as far as all sweeps with an axis agree on them."""
    found: dict[str, dict[str, int]] = {}
    for sweep in wanted:
        for axis, settings in sweeps[sweep].axes.items() if sweep in sweeps else ():
            names = {name: position for position, name in enumerate(settings.names)}
            found[axis] = dict(found[axis].items() & names.items()) if axis in found else names
    return {axis: dict(sorted(names.items(), key=lambda item: item[1])) for axis, names in found.items()}


def numbered(axis: str, position: Any, names: Positions, where: str) -> Any:
    """The number of a position on an axis; what is no name stays as it is."""
    if not isinstance(position, str):
        return position
    known = names.get(axis, {})
    if position not in known:
        raise UserError(
            f"{where}: {position!r} is no position on axis {axis}; its names are"
            f" {', '.join(known) or 'not given, or not the same in all sweeps'}"
        )
    return known[position]


def _numbered(parameters: Mapping[str, Any], names: Positions, where: str) -> dict[str, Any]:
    """Parameters with numbers of positions in the place of names."""
    found, axis = dict(parameters), str(parameters.get("axis"))
    if isinstance(found.get("where"), dict):
        found["where"] = {
            one: numbered(one, position, names, f"{where}.where") for one, position in found["where"].items()
        }
    if isinstance(found.get("positions"), list):
        found["positions"] = [numbered(axis, position, names, f"{where}.positions") for position in found["positions"]]
    if found.get("between") is not None:
        found["between"] = _two_runs(found, names, f"{where}.between")
    if "split_at" in found:
        found["split_at"] = numbered(axis, found["split_at"], names, f"{where}.split_at")
    return found


def _two_runs(parameters: Mapping[str, Any], names: Positions, where: str) -> dict[str, list[Any]]:
    """The axis and the two positions between which an effect is measured."""
    between = parameters["between"]
    if not isinstance(between, dict) or len(between) != 1 or parameters.get("axis"):
        raise UserError(
            f"{where}: expected one axis with two positions on it, and no axis beside it, got {between!r:.60}"
        )
    ((axis, ends),) = between.items()
    if not isinstance(ends, list) or len(ends) != 2 or ends[0] == ends[1]:
        raise UserError(f"{where}.{axis}: expected two positions, got {ends!r:.60}")
    return {axis: [numbered(axis, position, names, where) for position in ends]}

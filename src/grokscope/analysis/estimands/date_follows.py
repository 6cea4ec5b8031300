"""What an event follows from one run to the next: the number of steps, or another clock that runs beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations.coordinates import coordinate_named
from grokscope.analysis.declarations.curves import CurveName, curve_name, thresholds_of_curves
from grokscope.analysis.declarations.events import EventName, none_within_run, thresholds_of_dates
from grokscope.analysis.detectors.curve import Reals, log_time
from grokscope.analysis.effects import SeedEffect, Status, make_effects, seed_events
from grokscope.analysis.events.moments import Moment, moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where
from grokscope.errors import UserError

FEWEST_RUNS = 2
"""Runs with the event that a seed needs, so that each can be dated by the others."""


def thresholds(event: EventName, curve: CurveName | None = None, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return tuple(dict.fromkeys((*thresholds_of_dates(event), *thresholds_of_curves(curve))))


@dataclass(frozen=True)
class Dated:
    """The event of one seed in one run at `time` (decades of steps), and the clock there.

    Either the clock is the number of steps times a setting, whose logarithm is `factor`, or it is a curve of the run in
    logarithms, over `times`.
    """

    run: str
    time: float
    factor: float = 0.0
    times: Reals | None = None
    curve: Reals | None = None

    def reading(self) -> float:
        """The clock at the event, in decades."""
        if self.times is None or self.curve is None:
            return self.time + self.factor
        return float(np.interp(self.time, self.times, self.curve))

    def date(self, reading: float) -> float:
        """The time (decades of steps) at which the clock first shows `reading`; where it never does, the first time at
        which it comes closest.
        """
        if self.times is None or self.curve is None:
            return reading - self.factor
        above = self.curve >= reading
        crossed = np.flatnonzero(above[1:] != above[:-1])
        if not len(crossed):
            return float(self.times[np.abs(self.curve - reading).argmin()])
        index = int(crossed[0])
        low, high = self.curve[index], self.curve[index + 1]
        return float(self.times[index] + (reading - low) / (high - low) * (self.times[index + 1] - self.times[index]))


def estimate(
    inputs: ItemInputs,
    event: EventName,
    curve: CurveName | None = None,
    times: str | None = None,
    where: Where = None,
    sweep: str | None = None,
) -> pd.DataFrame:
    """Mean error (decades of steps) of dating `event` in one run of a seed by the number of steps that it took in the
    seed's other runs, minus that of dating it by another clock: above 0 if the event follows the other clock.

    The clock is a `curve` of the run, such as the norm of the weights, or the number of steps times the setting of axis
    `times`, such as the learning rate. Each run is left out in turn. Its event is predicted to come when the clock
    shows the median of what it showed at the event in the seed's other runs, for the first time. Numbers of steps are
    predicted in the same way, so an axis that does not move the date at all counts for steps. What is dated is the
    middle of a change. A run that lacks the event, failed, or has no sharp date is left out; a seed with fewer than
    FEWEST_RUNS runs left is not_applicable, or what its runs are where they all are the same. Raises UserError when a
    name is unknown, or the axis is not one whose values are factors.
    """
    name = f"{inputs.item['name']}: parameters"
    if (curve is None) == (times is None):
        raise UserError(f"{name}: a clock is either a curve or a setting that multiplies steps; give curve or times")
    dated: dict[int, list[Dated]] = {}
    left_out: dict[int, list[tuple[Status, str]]] = {}
    members = {member["run"]: member for member in inputs.select(where, sweep)}
    for run, member in members.items():
        tables = inputs.runs[run]
        seeds = seed_events(tables)
        found = moments(tables, event, seeds, name, dated=True)
        curves = {} if curve is None else named_curves(tables, curve, name)
        factor = 0.0 if times is None else _factor(member, times, name)
        for one in seeds:
            mine = dated.setdefault(one.seed, [])
            moment = found.get(one.seed)
            if (failure := one.failure()) is not None:
                reason: tuple[Status, str] | None = (failure, one.failure_note())
            else:
                reason = _not_dated(moment, event)
            known = curves[one.seed].dropna() if one.seed in curves else None
            if reason is None and curve is not None and (known is None or len(known) < 2):
                reason = ("not_applicable", f"no {curve_name(curve)}")
            if reason is not None or moment is None or moment.step is None:
                left_out.setdefault(one.seed, []).append(reason or ("not_applicable", ""))
                continue
            mine.append(Dated(run, float(log_time(moment.step)), factor, *_in_logarithms(known)))
    first = next(iter(members))
    return make_effects(_effect(seed, dated[seed], left_out.get(seed, []), first) for seed in sorted(dated))


def _not_dated(moment: Moment | None, event: EventName) -> tuple[Status, str] | None:
    """Why an event has no date in one seed of one run; None where it has one."""
    if moment is None or moment.step is None:
        return "not_applicable", none_within_run(event)
    return ("not_sharp", moment.not_sharp) if moment.not_sharp else None


def _in_logarithms(curve: pd.DataFrame | None) -> tuple[Reals | None, Reals | None]:
    """Times in decades and logarithms of the values of a curve, which has to be above 0."""
    if curve is None:
        return None, None
    values = curve["value"].to_numpy(dtype=np.float64)
    return log_time(curve["step"].to_numpy()), np.log10(np.maximum(values, np.finfo(np.float64).tiny))


def _factor(member: dict[str, Any], axis: str, name: str) -> float:
    """Decades of the setting by which steps are multiplied."""
    coordinate, place = coordinate_named(axis), member["coordinates"].get(axis)
    if coordinate is None or coordinate.scale == "count" or place is None:
        raise UserError(f"{name}.times: run {member['run']} has no factor on axis {axis!r}")
    return float(place) * (math.log10(2) if coordinate.scale == "doublings" else 1.0)


def _effect(seed: int, dated: list[Dated], left_out: list[tuple[Status, str]], first: str) -> SeedEffect:
    if len(dated) < FEWEST_RUNS:
        statuses = {status for status, _ in left_out}
        status: Status = statuses.pop() if len(statuses) == 1 and not dated else "not_applicable"
        note = left_out[0][1] if left_out else ""
        return SeedEffect(seed, first, status, note=f"fewer than {FEWEST_RUNS} runs with a date: {note}")
    errors = []
    for one in dated:
        others = [other for other in dated if other is not one]
        by_steps = float(np.median([other.time for other in others]))
        by_clock = one.date(float(np.median([other.reading() for other in others])))
        errors.append((abs(by_steps - one.time), abs(by_clock - one.time)))
    steps, clock = np.mean(errors, axis=0)
    note = f"mean error {steps:.3g} decades by steps, {clock:.3g} by the other clock, {len(dated)} runs"
    return SeedEffect(seed, dated[0].run, "observed", float(steps - clock), note=note)

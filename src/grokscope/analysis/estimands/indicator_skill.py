"""Which of two indicators dates generalisation better, out of sample over seeds (P1: rank against weight norm).

Local complexity (P2) and ranks that are counted otherwise are held against them in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations.curves import (
    CurveName,
    curve_name,
    curve_options,
    curve_words,
    thresholds_of_curves,
)
from grokscope.analysis.declarations.events import EventName, thresholds_of_dates
from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.effects import SeedEffect, Status, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where
from grokscope.analysis.within_run import read_off
from grokscope.errors import UserError
from grokscope.metrics.registry import CURVES

FEWEST_SEEDS = 3
SMALLEST = 0.5
SMALLEST_SHARE = 0.005
"""Floors of a value before its logarithm is taken: of ranks, norms and counts, and of fractions."""
EVENTS = {"rank": "rank_collapse", "weight_norm": "norm_fall"}


def thresholds(
    target: str = "generalisation",
    method: str = "event",
    better: CurveName = "rank",
    than: CurveName = "weight_norm",
    **_: Any,
) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    dated = [_event_of(one) for one in (better, than) if curve_name(one) == "rank"] if method == "event" else []
    return tuple(dict.fromkeys((*thresholds_of_dates(target, *dated), *thresholds_of_curves(better, than))))


@dataclass(frozen=True)
class Observation:
    """One seed of one run: when it generalises (decades), and the date (NaN: none) and the log10 curve of each
    indicator, by the name of its parameter.
    """

    seed: int
    run: str
    target: float
    dates: Mapping[str, float]
    curves: Mapping[str, pd.DataFrame]


def estimate(
    inputs: ItemInputs,
    method: str = "event",
    target: str = "generalisation",
    better: CurveName = "rank",
    than: CurveName = "weight_norm",
    where: Where = None,
    sweep: str | None = None,
) -> pd.DataFrame:
    """Mean error (decades) of dating `target` by indicator `than`, minus that by `better`: positive if that is.

    Each seed is left out in turn, with all its runs. Method `event`: the date of the indicator's own event (rank
    collapse, steepest fall of the norm) is turned into a prediction by a least-squares line fitted on the other seeds;
    without an event the prediction is their mean date. Method `level`: the prediction is when the indicator first falls
    to the level that it has, in the median, at `target` in the other seeds. A curve that is named with options, such as
    `{curve: embedding_complexity, split: train}`, may rise to it instead, if it has risen in the other seeds. Rank and
    norm have events, so that method `event` takes no other curve. Both indicators are treated alike, and
    errors are averaged over a seed's runs, so that a seed counts once. What is dated is the middle of the rise, for
    generalisation, and the steepest point of the falls. A run in which the target's date is not sharp is left out; the
    date of an indicator is not asked to be, because what it is worth is what is measured. A seed whose runs show no
    target is not_applicable, one that shows none with a sharp date is not_sharp, and all are not_applicable if fewer
    than three are left. Raises UserError when a name is unknown.
    """
    named = {"better": better, "than": than}
    undated = any(curve_name(one) not in EVENTS for one in named.values())
    if method not in ("event", "level") or (method == "event" and undated):
        raise UserError(f"{inputs.item['name']}: parameters: method {method!r} of {better!r} and {than!r} is unknown")
    runs = list(dict.fromkeys(member["run"] for member in inputs.select(where, sweep)))
    observed, left_out = _observations(inputs, runs, target, named, method)
    seeds = sorted({one.seed for one in observed})
    rows = []
    for seed in sorted({*seeds, *left_out, *(seed for run in runs for seed in inputs.runs[run].seeds())}):
        mine, others = [one for one in observed if one.seed == seed], [one for one in observed if one.seed != seed]
        if not mine or len(seeds) < FEWEST_SEEDS:
            status: Status = "not_applicable"
            note = "too few other seeds to learn from"
            if not mine:
                status, note = left_out.get(seed, (status, f"no {target} to date"))
            rows.append(SeedEffect(seed, runs[0], status, note=note))
            continue
        means = {
            place: float(np.mean([abs(_predict(one, others, place, curve, method) - one.target) for one in mine]))
            for place, curve in named.items()
        }
        note = (
            f"mean error {means['better']:.3g} decades by {_in_words(better)}, {means['than']:.3g} by"
            f" {_in_words(than)}, {len(mine)} runs"
        )
        rows.append(SeedEffect(seed, runs[0], "observed", means["than"] - means["better"], note=note))
    return make_effects(rows)


def _event_of(curve: CurveName) -> EventName:
    """The event of an indicator, dated on the very curve that is named."""
    event, options = EVENTS[curve_name(curve)], curve_options(curve)
    return {"event": event, **options} if options else event


def _in_words(curve: CurveName) -> str:
    name, options = curve_name(curve), curve_options(curve)
    words = curve_words(name)[0] if options else name.replace("_", " ")
    return words + (f" ({', '.join(f'{key} {value}' for key, value in options.items())})" if options else "")


def _observations(
    inputs: ItemInputs, runs: Sequence[str], target: str, named: Mapping[str, CurveName], method: str
) -> tuple[list[Observation], dict[int, tuple[Status, str]]]:
    """What can be learned from, and why it cannot be in a seed that failed or has no sharp date of the target."""
    where = f"{inputs.item['name']}: parameters"
    found: list[Observation] = []
    left_out: dict[int, tuple[Status, str]] = {}
    for run in runs:
        tables = inputs.runs[run]
        seeds = seed_events(tables)
        targets = moments(tables, target, seeds, where, dated=True)
        dated = named if method == "event" else {}
        dates = {place: moments(tables, _event_of(curve), seeds, where) for place, curve in dated.items()}
        curves = {place: named_curves(tables, curve, where) for place, curve in named.items()}
        for events in seeds:
            failure, moment = events.failure(), targets[events.seed]
            if failure is not None:
                left_out[events.seed] = (failure, events.failure_note())
            elif moment.not_sharp:
                left_out.setdefault(events.seed, ("not_sharp", moment.not_sharp))
            elif moment.step is not None:
                steps = {place: found_at[events.seed].step for place, found_at in dates.items()}
                logged = {place: _in_log(curves[place][events.seed], curve) for place, curve in named.items()}
                times = {place: np.nan if one is None else float(log_time(one)) for place, one in steps.items()}
                found.append(Observation(events.seed, run, float(log_time(moment.step)), times, logged))
    return found, left_out


def _in_log(values: pd.DataFrame, curve: CurveName) -> pd.DataFrame:
    floor = SMALLEST_SHARE if CURVES[curve_name(curve)].percent else SMALLEST
    return values.assign(value=np.log10(np.maximum(values["value"].to_numpy(dtype=np.float64), floor)))


def _predict(one: Observation, others: Sequence[Observation], place: str, curve: CurveName, method: str) -> float:
    targets = np.array([other.target for other in others])
    if method == "level":
        levels = [read_off(other.curves[place], np.array([other.target]))[0] for other in others]
        starts = [float(other.curves[place]["value"].iloc[0]) for other in others]
        risen = isinstance(curve, Mapping) and float(np.median(np.subtract(levels, starts))) > 0
        sign = -1.0 if risen else 1.0
        mine = one.curves[place]
        return _first_at_or_below(mine.assign(value=sign * mine["value"]), sign * float(np.median(levels)))
    dates = np.array([other.dates[place] for other in others])
    known = np.isfinite(dates)
    if np.isnan(one.dates[place]) or not known.any():
        return float(targets.mean())
    if known.sum() < 2 or np.ptp(dates[known]) < 1e-9:
        return float(targets[known].mean())
    slope, intercept = np.polyfit(dates[known], targets[known], 1)
    return float(slope * one.dates[place] + intercept)


def _first_at_or_below(curve: pd.DataFrame, level: float) -> float:
    """Time at which a curve first falls to `level`, by straight lines in log-time, else the end of the run."""
    time, values = log_time(curve["step"].to_numpy()), curve["value"].to_numpy(dtype=np.float64)
    below = np.flatnonzero(values <= level)
    if not len(below):
        return float(time[-1])
    index = int(below[0])
    if index == 0 or values[index - 1] == values[index]:
        return float(time[index])
    share = (values[index - 1] - level) / (values[index - 1] - values[index])
    return float(time[index - 1] + share * (time[index] - time[index - 1]))

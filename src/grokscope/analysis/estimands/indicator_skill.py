"""Which of two indicators dates generalisation better, out of sample over seeds (P1: rank against weight norm)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations.events import thresholds_of_dates
from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.effects import SeedEffect, Status, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where
from grokscope.analysis.within_run import read_off
from grokscope.errors import UserError

FEWEST_SEEDS = 3
SMALLEST = 0.5
EVENTS = {"rank": "rank_collapse", "weight_norm": "norm_fall"}


def thresholds(target: str = "generalisation", method: str = "event", **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return tuple(
        dict.fromkeys((*thresholds_of_dates(target, "rank_collapse" if method == "event" else None), "rank_definition"))
    )


@dataclass(frozen=True)
class Observation:
    """One seed of one run: when it generalises (decades), and each indicator's date (NaN: none) and log10 curve."""

    seed: int
    run: str
    target: float
    dates: Mapping[str, float]
    curves: Mapping[str, pd.DataFrame]


def estimate(
    inputs: ItemInputs,
    method: str = "event",
    target: str = "generalisation",
    better: str = "rank",
    than: str = "weight_norm",
    where: Where = None,
    sweep: str | None = None,
) -> pd.DataFrame:
    """Mean error (decades) of dating `target` by indicator `than`, minus that by `better`: positive if that is.

    Each seed is left out in turn, with all its runs. Method `event`: the date of the indicator's own event (rank
    collapse, steepest fall of the norm) is turned into a prediction by a least-squares line fitted on the other seeds;
    without an event the prediction is their mean date. Method `level`: the prediction is when the indicator first falls
    to the level that it has, in the median, at `target` in the other seeds. Both indicators are treated alike, and
    errors are averaged over a seed's runs, so that a seed counts once. What is dated is the middle of the rise, for
    generalisation, and the steepest point of the falls. A run in which the target's date is not sharp is left out; the
    date of an indicator is not asked to be, because what it is worth is what is measured. A seed whose runs show no
    target is not_applicable, one that shows none with a sharp date is not_sharp, and all are not_applicable if fewer
    than three are left. Raises UserError when a name is unknown.
    """
    if method not in ("event", "level") or not {better, than} <= set(EVENTS):
        raise UserError(f"{inputs.item['name']}: parameters: method {method!r} of {better!r} and {than!r} is unknown")
    runs = list(dict.fromkeys(member["run"] for member in inputs.select(where, sweep)))
    observed, left_out = _observations(inputs, runs, target, (better, than))
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
        errors = {
            name: [abs(_predict(one, others, name, method) - one.target) for one in mine] for name in (better, than)
        }
        means = {name: float(np.mean(values)) for name, values in errors.items()}
        note = (
            f"mean error {means[better]:.3g} decades by {better.replace('_', ' ')}, {means[than]:.3g} by"
            f" {than.replace('_', ' ')}, {len(mine)} runs"
        )
        rows.append(SeedEffect(seed, runs[0], "observed", means[than] - means[better], note=note))
    return make_effects(rows)


def _observations(
    inputs: ItemInputs, runs: Sequence[str], target: str, names: tuple[str, str]
) -> tuple[list[Observation], dict[int, tuple[Status, str]]]:
    """What can be learned from, and why it cannot be in a seed that failed or has no sharp date of the target."""
    where = f"{inputs.item['name']}: parameters"
    found: list[Observation] = []
    left_out: dict[int, tuple[Status, str]] = {}
    for run in runs:
        tables = inputs.runs[run]
        seeds = seed_events(tables)
        targets = moments(tables, target, seeds, where, dated=True)
        dates = {name: moments(tables, EVENTS[name], seeds, where) for name in names}
        curves = {name: named_curves(tables, name, where) for name in names}
        for events in seeds:
            failure, moment = events.failure(), targets[events.seed]
            if failure is not None:
                left_out[events.seed] = (failure, events.failure_note())
            elif moment.not_sharp:
                left_out.setdefault(events.seed, ("not_sharp", moment.not_sharp))
            elif moment.step is not None:
                steps = {name: dates[name][events.seed].step for name in names}
                logged = {name: _in_log(curves[name][events.seed]) for name in names}
                times = {name: np.nan if one is None else float(log_time(one)) for name, one in steps.items()}
                found.append(Observation(events.seed, run, float(log_time(moment.step)), times, logged))
    return found, left_out


def _in_log(curve: pd.DataFrame) -> pd.DataFrame:
    return curve.assign(value=np.log10(np.maximum(curve["value"].to_numpy(dtype=np.float64), SMALLEST)))


def _predict(one: Observation, others: Sequence[Observation], name: str, method: str) -> float:
    targets = np.array([other.target for other in others])
    if method == "level":
        level = float(np.median([read_off(other.curves[name], np.array([other.target]))[0] for other in others]))
        return _first_at_or_below(one.curves[name], level)
    dates = np.array([other.dates[name] for other in others])
    known = np.isfinite(dates)
    if np.isnan(one.dates[name]) or not known.any():
        return float(targets.mean())
    if known.sum() < 2 or np.ptp(dates[known]) < 1e-9:
        return float(targets[known].mean())
    slope, intercept = np.polyfit(dates[known], targets[known], 1)
    return float(slope * one.dates[name] + intercept)


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

"""What an indicator shows shortly after the fit, in runs that will generalise (or show another event) and in others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations.curves import CurveName, curve_name
from grokscope.analysis.declarations.events import EventName
from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.effects import SeedEvents, Status, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.hypothesis_tests.result import Reals
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where
from grokscope.analysis.within_run import read_off
from grokscope.metrics.registry import CURVES

SMALLEST = 0.5
SMALLEST_SHARE = 0.005
"""Floors of a value before its logarithm is taken: of ranks, norms and counts, and of fractions."""
WAIT_DECADES = 0.3
"""How long after the fit the indicator is read: at twice as many steps."""


@dataclass(frozen=True)
class RunAtRisk:
    """One seed of one run which has not shown the event when the indicator is read.

    `score` is the indicator then and `scores` (steps,) from the fit on, at `times` in decades: log10 of its value, less
    that at the first step. `event` is when the event comes, in decades; NaN where it does not within the run.
    """

    seed: int
    run: str
    score: float
    times: Reals
    scores: Reals
    event: float

    @property
    def comes(self) -> bool:
        """Whether the event comes."""
        return bool(np.isfinite(self.event))

    def alarm(self, threshold: float) -> float:
        """When the score is first at or below `threshold`, in decades; infinite where it never is."""
        below = np.flatnonzero(self.scores <= threshold)
        return float(self.times[below[0]]) if len(below) else np.inf


def runs_at_risk(
    inputs: ItemInputs, indicator: CurveName, event: EventName, after: EventName, wait: float, where: Where
) -> tuple[list[RunAtRisk], dict[int, tuple[Status, str]]]:
    """All seeds of the runs at `where` that are at risk `wait` decades after the event `after`, and why the others are
    left out.

    Left out are failed seeds, those without `after`, with the event before the indicator is read, whose event was under
    way at the end of the run, and in which nothing was measured so late.
    """
    name = f"{inputs.item['name']}: parameters"
    found: list[RunAtRisk] = []
    left_out: dict[int, tuple[Status, str]] = {}
    for run in dict.fromkeys(member["run"] for member in inputs.select(where)):
        tables = inputs.runs[run]
        seeds = seed_events(tables)
        starts, events = (moments(tables, one, seeds, name) for one in (after, event))
        curves = named_curves(tables, indicator, name)
        for seed in seeds:
            start, moment = starts.get(seed.seed), events.get(seed.seed)
            why = _why_not(
                seed, start is not None and start.step is not None, moment is not None and not moment.under_way
            )
            if why is None and start is not None and start.step is not None and moment is not None:
                date = np.nan if moment.step is None else float(log_time(moment.step))
                one = _at_risk(seed.seed, run, curves[seed.seed], indicator, float(log_time(start.step)), wait, date)
                if one is not None:
                    found.append(one)
                    continue
                why = "not_applicable", "the event comes before the indicator is read, or the run ends before"
            if why is not None:
                left_out[seed.seed] = why
    return found, left_out


def _why_not(seed: SeedEvents, started: bool, decided: bool) -> tuple[Status, str] | None:
    failure = seed.failure()
    if failure is not None:
        return failure, seed.failure_note()
    if not started:
        return "not_applicable", "no fit to start from"
    return None if decided else ("not_applicable", "the event was under way at the end of the run")


def _at_risk(
    seed: int, run: str, curve: pd.DataFrame, indicator: CurveName, start: float, wait: float, event: float
) -> RunAtRisk | None:
    known = curve.dropna()
    times = log_time(known["step"].to_numpy())
    reading = start + wait
    if len(known) < 2 or times[-1] < reading or event <= reading:
        return None
    floor = SMALLEST_SHARE if CURVES[curve_name(indicator)].percent else SMALLEST
    scores = np.log10(np.maximum(known["value"].to_numpy(dtype=np.float64), floor))
    scores = scores - scores[0]
    score = float(read_off(known.assign(value=scores), np.array([reading]))[0])
    late = times >= start
    return RunAtRisk(seed, run, score, times[late], scores[late], event)


def auroc(scores: Sequence[float], comes: Sequence[bool]) -> float | None:
    """The chance that a run in which the event comes has the lower score of two, ties counting one half: the area under
    the receiver operating characteristic (Hanley and McNeil, Radiology 143, 1982). None without runs of both kinds.
    """
    values, kind = np.asarray(scores, dtype=np.float64), np.asarray(comes, dtype=bool)
    if kind.all() or not kind.any():
        return None
    difference = values[~kind][None, :] - values[kind][:, None]
    return float(np.mean((difference > 0) + 0.5 * (difference == 0)))


def best_threshold(runs: Sequence[RunAtRisk]) -> float | None:
    """The score that parts the runs in which the event comes from the others best when the indicator is read, by
    Youden's index (Cancer 3, 1950): the middle between two runs, the lowest of several. None without both kinds.
    """
    scores, comes = np.array([one.score for one in runs]), np.array([one.comes for one in runs], dtype=bool)
    if not len(runs) or comes.all() or not comes.any():
        return None
    levels = np.unique(scores)
    between = np.append((levels[1:] + levels[:-1]) / 2, levels[-1])
    index = [np.mean(scores[comes] <= level) - np.mean(scores[~comes] <= level) for level in between]
    return float(between[int(np.argmax(index))])


def by_seed(runs: Sequence[RunAtRisk], left_out: Mapping[int, object]) -> list[tuple[int, list[RunAtRisk]]]:
    """The runs of every seed, and no runs for seeds that have none left."""
    seeds = sorted({*(one.seed for one in runs), *left_out})
    return [(seed, [one for one in runs if one.seed == seed]) for seed in seeds]

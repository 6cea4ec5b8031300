"""How far our curves are from the published ones: values, events, and whether theirs could be one of our runs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import stats

from grokscope.analysis.aggregate import CONFIDENCE
from grokscope.analysis.comparison import Comparison, compare, published_radius
from grokscope.analysis.counterparts import Counterpart, counterparts
from grokscope.analysis.declarations.events import event_words, under_way_in_words
from grokscope.analysis.detectors.curve import Reals, log_time
from grokscope.analysis.events.table import ON_CURVES
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.within_run import read_off
from grokscope.config.detector_settings import DetectorSettings

FEWEST_STEPS = 3


def distances(inputs: ItemInputs) -> list[dict[str, Any]]:
    """One dict for every published curve that has a counterpart of ours; JSON values, without NaN.

    `file, curve, run, unit` name it; `comparable` (with `differences`) says whether the settings agree, and only then
    is it a comparison. Over our checkpoints inside the range of theirs, curves read off by straight lines in log10(step
    + 1) where one lacks the step (published files may hold only the drawn vertices): `steps`,
    `median_absolute_difference` between their curve and our mean over seeds, and `inside_band`, the share of those
    steps at which theirs lies in the 95 % prediction band of one more seed (None with one seed). `events` has for each
    event `theirs`, `ours` (median step over the seeds that show it), `seeds` that do, `under_way` (in how many it had
    begun and was not complete at the end), and `decades`, ours after theirs.
    `sentence` says it all. Curves without a common step are left out.
    """
    comparison = compare(inputs)
    found = [_distance(pair, inputs, comparison) for pair in counterparts(inputs, published_radius(inputs))]
    return [one for one in found if one is not None]


def _distance(pair: Counterpart, inputs: ItemInputs, comparison: Comparison) -> dict[str, Any] | None:
    theirs, grid = _common(pair)
    if len(grid) < FEWEST_STEPS:
        return None
    ours = np.stack([read_off(curve, grid) for curve in pair.ours.values()])  # (seeds, steps)
    median = float(np.median(np.abs(ours.mean(axis=0) - theirs)))
    facts: dict[str, Any] = {
        "file": pair.file,
        "curve": pair.label,
        "run": pair.run,
        "unit": pair.unit,
        "comparable": comparison.same_settings,
        "differences": list(comparison.differences),
        "seeds": len(ours),
        "steps": len(grid),
        "median_absolute_difference": median,
        "inside_band": inside_share(ours, theirs),
        "events": _events(pair, inputs.runs[pair.run].detectors),
    }
    return facts | {"sentence": _sentence(facts)}


def _common(pair: Counterpart) -> tuple[Reals, Reals]:
    """Their values, and the times (decades) of our checkpoints that lie within the range of both."""
    theirs = pair.theirs[np.isfinite(pair.theirs["value"])]
    curves = [theirs, *pair.ours.values()]
    start, end = (
        float(log_time(choose(extreme(curve["step"]) for curve in curves)))
        for choose, extreme in ((max, min), (min, max))
    )
    grid = log_time(np.unique(np.concatenate([curve["step"].to_numpy() for curve in pair.ours.values()])))
    grid = grid[(grid >= start - 1e-12) & (grid <= end + 1e-12)]
    return read_off(theirs, grid), grid


def inside_share(ours: Reals, theirs: Reals) -> float | None:
    """Share of steps at which `theirs` (steps,) lies in the 95 % prediction band of `ours` (seeds, steps).

    The band is mean +- t * s * sqrt(1 + 1/n): the published curve is one run, which the interval of a mean need not
    hold. None with one seed.
    """
    count = len(ours)
    if count < 2:
        return None
    half = stats.t.ppf((1 + CONFIDENCE) / 2, count - 1) * ours.std(axis=0, ddof=1) * math.sqrt(1 + 1 / count)
    slack = 1e-9 * (1 + np.abs(theirs))
    return float(np.mean(np.abs(theirs - ours.mean(axis=0)) <= half + slack))


def _events(pair: Counterpart, detectors: DetectorSettings) -> dict[str, dict[str, Any]]:
    published = ON_CURVES[pair.kind](pair.theirs, detectors)
    measured = [ON_CURVES[pair.kind](curve, detectors) for curve in pair.ours.values()]
    found = {}
    for event, occurrence in published.items():
        step = occurrence.step
        steps = [found_at for one in measured if (found_at := one[event].step) is not None]
        ours = float(np.median(np.array(steps, dtype=np.float64))) if steps else None
        decades = None if step is None or ours is None else float(log_time(ours) - log_time(step))
        under_way = sum(one[event].under_way for one in measured)
        found[event] = {"theirs": step, "ours": ours, "seeds": len(steps), "under_way": under_way, "decades": decades}
    return found


def _sentence(facts: dict[str, Any]) -> str:
    lead = (
        "At the same settings"
        if facts["comparable"]
        else "With different settings, so that like is not compared with like"
    )
    difference = _with_unit(facts["median_absolute_difference"], facts["unit"])
    parts = [
        f"{lead}, the authors' {facts['curve']} and our mean over {_seeds(facts['seeds'])} differ by {difference}"
        f" (median over {facts['steps']} steps)"
    ]
    if facts["inside_band"] is not None:
        parts.append(
            f"theirs lies in our 95 % band for one more seed at {100 * facts['inside_band']:.0f} % of these steps"
        )
    for event, dates in facts["events"].items():
        name = event_words(event)
        if dates["decades"] is not None:
            late = dates["decades"]
            when = (
                "at the same time"
                if abs(late) < 0.005
                else f"{abs(late):.2f} decades {'later' if late > 0 else 'earlier'}"
            )
            parts.append(f"{name} comes {when} in ours (step {_step(dates['ours'])}, theirs {_step(dates['theirs'])})")
        elif dates["theirs"] is not None:
            still = f", {under_way_in_words(event)} in {dates['under_way']} of them" if dates["under_way"] else ""
            parts.append(f"{name} at step {_step(dates['theirs'])} in theirs is in none of our seeds{still}")
        elif dates["ours"] is not None:
            parts.append(f"{name} at step {_step(dates['ours'])} in {_seeds(dates['seeds'])} of ours is not in theirs")
    return "; ".join(parts) + "."


def _with_unit(value: float, unit: str) -> str:
    return f"{100 * value:.1f} percentage points" if unit == "fraction" else f"{value:.3g} {unit}"


def _step(step: float) -> str:
    """`24 438`, with narrow spaces between thousands."""
    return f"{step:,.0f}".replace(",", "\u202f")


def _seeds(count: int) -> str:
    return "1 seed" if count == 1 else f"{count} seeds"

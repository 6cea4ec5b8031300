"""The first, highest or final level of a curve, or how far it changes; or the difference of two curves in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.curves import Curves, named_curves
from grokscope.analysis.declarations.curves import CurveName, curve_name, thresholds_of_curves
from grokscope.analysis.declarations.events import none_within_run, thresholds_of
from grokscope.analysis.detectors.curve import Curve, final_level, smooth
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs
from grokscope.analysis.run_tables import RunTables
from grokscope.errors import UserError
from grokscope.metrics.registry import CURVES

END_OF_RANGE = 0.005
"""A fraction within half a point of 0 or 1 is at the end of its range."""
STATISTICS = ("first", "highest", "final", "relative_range")


def thresholds(
    curve: Any = None, minus: Any = None, statistic: str = "final", given: str | None = None, **_: Any
) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    smoothed = () if statistic == "final" else ("smoothing_decades",)  # the final level is read from the raw values
    return tuple(dict.fromkeys((*smoothed, *thresholds_of_curves(curve, minus), *thresholds_of(given))))


def bounds(
    curve: CurveName, statistic: str, minus: Any = None, scale: str = "plain", axis: Any = None, **_: Any
) -> tuple[float, float]:
    """The smallest and the largest effect that there can be: a fraction is 0 to 1, and a slope has no bounds."""
    if axis is not None or not _is_fraction(curve, statistic, scale):
        return -math.inf, math.inf
    return (0.0, 1.0) if minus is None else (-1.0, 1.0)


def _is_fraction(curve: CurveName, statistic: str, scale: str) -> bool:
    declared = CURVES.get(curve_name(curve))
    return declared is not None and declared.percent and statistic != "relative_range" and scale == "plain"


def estimate(
    inputs: ItemInputs,
    curve: CurveName,
    statistic: str,
    minus: CurveName | None = None,
    scale: str = "plain",
    given: str | None = None,
    axis: str | None = None,
    where: Where = None,
    positions: Sequence[int] | None = None,
) -> pd.DataFrame:
    """`statistic` of a curve in every seed of the one run, or of every run along `axis`, less that of `minus`.

    The group is the coordinate on `axis`. Curves are named as in `named_curves`. `relative_range` is the smoothed
    curve's range as a share of its highest value; `scale` is plain or log10. A seed that lacks the event `given`, or
    has too few points, is not_applicable. An effect is saturated where the levels of all its curves, being fractions,
    lie at the same end of their range. Raises UserError when a name is unknown or a curve was not measured.
    """
    name = f"{inputs.item['name']}: parameters"
    if statistic not in STATISTICS or scale not in ("plain", "log10"):
        raise UserError(
            f"{name}: statistic {statistic!r} of scale {scale!r} is unknown; known are {', '.join(STATISTICS)}, plain"
            " and log10"
        )
    is_fraction = _is_fraction(curve, statistic, scale)
    rows = []
    for run, place in grouped_runs(inputs, axis, where, positions):
        tables = inputs.runs[run]
        seeds = seed_events(tables)
        curves = [named_curves(tables, one, name) for one in (curve, minus) if one is not None]
        premises = moments(tables, given, seeds, name) if given else {}
        for events in seeds:
            effect = failed(events, run, place)
            if effect is None and given and premises[events.seed].step is None:
                effect = SeedEffect(events.seed, run, "not_applicable", note=none_within_run(given), **place)
            rows.append(effect or _effect(events.seed, tables, curves, statistic, scale, place, is_fraction))
    return make_effects(rows)


def _effect(
    seed: int,
    tables: RunTables,
    curves: Sequence[Curves],
    statistic: str,
    scale: str,
    place: dict[str, Any],
    is_fraction: bool,
) -> SeedEffect:
    levels = []
    for one in curves:
        values = one.get(seed)
        smoothed = (
            None if values is None else smooth(values["step"], values["value"], tables.detectors.smoothing_decades)
        )
        if smoothed is None:
            note = "the curve has too few points"
            return SeedEffect(seed, tables.run, "not_applicable", note=note, **place)
        level = _level(smoothed, statistic, tables.detectors.final_decades)
        levels.append(float(np.log10(max(level, 1e-300))) if scale == "log10" else level)
    ends = (max(levels) <= END_OF_RANGE, min(levels) >= 1 - END_OF_RANGE)
    saturated = is_fraction and any(ends)
    return SeedEffect(seed, tables.run, "observed", levels[0] - sum(levels[1:]), saturated=saturated, **place)


def _level(curve: Curve, statistic: str, final_decades: float) -> float:
    if statistic == "first":
        return float(curve.level[0])
    if statistic == "final":
        return final_level(curve, final_decades)
    highest = float(curve.level.max())
    if statistic == "highest":
        return highest
    return float(np.ptp(curve.level)) / highest if highest > 0 else 0.0

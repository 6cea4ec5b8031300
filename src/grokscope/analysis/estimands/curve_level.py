"""A level of a curve: its highest, first or final value, or how far it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations.curves import thresholds_of_curves
from grokscope.analysis.detectors.curve import Curve, final_level, smooth
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs
from grokscope.errors import UserError

STATISTICS = ("first", "highest", "final", "relative_range")


def thresholds(curve: Any = None, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return ("smoothing_decades", *thresholds_of_curves(curve))


def estimate(
    inputs: ItemInputs,
    curve: str | Mapping[str, Any],
    statistic: str,
    scale: str = "plain",
    axis: str | None = None,
    where: Where = None,
    positions: Sequence[int] | None = None,
) -> pd.DataFrame:
    """`statistic` of a curve (see `named_curves`) of every seed of the one run, or of every run along `axis`.

    `relative_range` is the smoothed curve's range as a share of its highest value; `scale` is plain or log10. Raises
    UserError when a name is unknown or the curve was not measured.
    """
    name = f"{inputs.item['name']}: parameters"
    if statistic not in STATISTICS or scale not in ("plain", "log10"):
        raise UserError(
            f"{name}: statistic {statistic!r} of scale {scale!r} is unknown; known are {', '.join(STATISTICS)}, plain"
            " and log10"
        )
    rows = []
    for run, place in grouped_runs(inputs, axis, where, positions):
        tables = inputs.runs[run]
        curves = named_curves(tables, curve, name)
        for events in seed_events(tables):
            effect, values = failed(events, run, place), curves.get(events.seed)
            smoothed = (
                None if values is None else smooth(values["step"], values["value"], tables.detectors.smoothing_decades)
            )
            if effect is None and smoothed is None:
                effect = SeedEffect(events.seed, run, "not_applicable", note="the curve has too few points", **place)
            if effect is None and smoothed is not None:
                level = _level(smoothed, statistic, tables.detectors.final_decades)
                value = float(np.log10(max(level, 1e-300))) if scale == "log10" else level
                effect = SeedEffect(events.seed, run, "observed", value, **place)
            if effect is not None:
                rows.append(effect)
    return make_effects(rows)


def _level(curve: Curve, statistic: str, final_decades: float) -> float:
    if statistic == "first":
        return float(curve.level[0])
    if statistic == "final":
        return final_level(curve, final_decades)
    highest = float(curve.level.max())
    if statistic == "highest":
        return highest
    return float(np.ptp(curve.level)) / highest if highest > 0 else 0.0

"""How far a curve changes while another one rises, such as the accuracy of probes while test accuracy rises (P1 Fig 1).

Two curves that each do most of their changing during one and the same event need not have increments that correlate
over the whole run, most of which may be long stretches in which one of them drifts and the other is flat.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations.curves import CurveName, thresholds_of_curves
from grokscope.analysis.declarations.events import EventName, thresholds_of
from grokscope.analysis.detectors.curve import Curve, smooth
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.events.rises import RisingTime, rising_times
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs
from grokscope.errors import UserError

SCALES = ("plain", "range")


def thresholds(rise: Any = "generalisation", curve: Any = None, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on; `rise_share` says when a rise begins and ends."""
    of_rise = ["rise_share" if name == "onset_share" else name for name in thresholds_of(rise)]
    return tuple(dict.fromkeys((*of_rise, *thresholds_of_curves(curve), "smoothing_decades")))


def estimate(
    inputs: ItemInputs,
    curve: CurveName,
    rise: EventName = "generalisation",
    scale: str = "plain",
    where: Where = None,
) -> pd.DataFrame:
    """Change of a curve while the rise that `rise` dates goes on, less what its course in the rest of the run would
    bring in as much logarithmic time, where that goes in the claim's direction.

    So a curve that drifts steadily that way has no effect, and one that changes that way at another time has an effect
    of the other sign. Levels are those of the smoothed curve at the last checkpoint before the rise and the first one
    after it (see `rising_times`). `scale` is plain, or range: the change is a share of the range of the smoothed curve.
    A seed without the rise, or whose curve has no checkpoint before or after it, is not_applicable. Raises UserError
    when a name is unknown or several runs are selected.
    """
    name = f"{inputs.item['name']}: parameters"
    if scale not in SCALES:
        raise UserError(f"{name}: scale {scale!r} is unknown; known are {', '.join(SCALES)}")
    ((run, place),) = grouped_runs(inputs, None, where)
    tables = inputs.runs[run]
    seeds = seed_events(tables)
    times = rising_times(tables, rise, seeds, name)
    curves = named_curves(tables, curve, name)
    rows = []
    for events in seeds:
        effect, time = failed(events, run, place), times[events.seed]
        if effect is None and time.missing:
            effect = SeedEffect(events.seed, run, "not_applicable", note=time.missing, **place)
        if effect is None:
            values = curves.get(events.seed)
            smoothed = (
                None if values is None else smooth(values["step"], values["value"], tables.detectors.smoothing_decades)
            )
            falls = inputs.item["settings"]["direction"] == "less"
            effect = _effect(events.seed, run, smoothed, time, scale, falls, place)
        rows.append(effect)
    return make_effects(rows)


def _effect(
    seed: int, run: str, curve: Curve | None, time: RisingTime, scale: str, falls: bool, place: dict[str, Any]
) -> SeedEffect:
    if curve is None:
        return SeedEffect(seed, run, "not_applicable", note="the curve has too few points", **place)
    begin = int(np.searchsorted(curve.time, time.begin, side="right")) - 1
    end = int(np.searchsorted(curve.time, time.end, side="left"))
    if begin < 0 or end == len(curve):
        return SeedEffect(seed, run, "not_applicable", note="the curve is not known before and after the rise", **place)
    during = float(curve.time[end] - curve.time[begin])
    around = float(curve.time[-1] - curve.time[0]) - during
    if around <= 0:
        return SeedEffect(seed, run, "not_applicable", note="the rise takes the whole run", **place)
    before, after = float(curve.level[begin]), float(curve.level[end])
    elsewhere = float(curve.level[-1] - curve.level[0]) - (after - before)
    drift = elsewhere * during / around
    change = after - before - (min(drift, 0.0) if falls else max(drift, 0.0))
    note = f"from {before:.3g} to {after:.3g} in {during:.2f} decades"
    if scale == "range":
        extent = float(np.ptp(curve.level))
        change = change / extent if extent > 0 else 0.0
    return SeedEffect(seed, run, "observed", change, note=note, **place)

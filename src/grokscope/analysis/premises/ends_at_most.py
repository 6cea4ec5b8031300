"""A curve of the seed ends low enough, such as the loss of a network that has learned its task."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from grokscope.analysis.claim_runs import chosen_runs
from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations.curves import CurveName, thresholds_of_curves
from grokscope.analysis.declarations.premises import PREMISES
from grokscope.analysis.detectors.curve import final_level, smooth
from grokscope.analysis.effects import seed_events
from grokscope.analysis.inputs import ItemInputs


def thresholds(curve: CurveName, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the premise depends on."""
    return thresholds_of_curves(curve)


def missing(inputs: ItemInputs, effects: pd.DataFrame, curve: CurveName, limit: float) -> dict[int, str]:
    """What is missing, in words, for every seed that lacks it: a final level of `curve` of at most `limit` in any of
    the networks that the effect is measured on. A network that failed, or has no such curve, does not count. Raises
    UserError when the curve is unknown or was not measured.
    """
    name, runs = f"{inputs.item['name']}: premise", chosen_runs(inputs.item)
    lowest: dict[int, float] = {}
    for run in runs:
        tables, detectors = inputs.runs[run], inputs.runs[run].detectors
        values = named_curves(tables, curve, name)
        for events in seed_events(tables):
            seed = events.seed
            points = None if events.failure() else values.get(seed)
            known = lowest.get(seed, math.inf)
            found = None if points is None else smooth(points["step"], points["value"], detectors.smoothing_decades)
            level = math.inf if found is None else final_level(found, detectors.final_decades)
            lowest[seed] = min(level, known)
    words = PREMISES["ends_at_most"].words({"curve": curve, "limit": limit})
    places = "" if len(runs) == 1 else f", in any of {len(runs)} networks"
    return {seed: f"{words}{places}" for seed, level in lowest.items() if not level <= limit}

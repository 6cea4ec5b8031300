"""Whether an indicator tells shortly after the fit which runs will generalise: its AUROC over the runs of a seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from grokscope.analysis.declarations.curves import CurveName, thresholds_of_curves
from grokscope.analysis.declarations.events import EventName, thresholds_of
from grokscope.analysis.early_warning import (
    WAIT_DECADES,
    RunAtRisk,
    auroc,
    best_threshold,
    by_seed,
    runs_at_risk,
)
from grokscope.analysis.effects import SeedEffect, Status, make_effects
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where

CHANCE = 0.5
BOUNDS = (-CHANCE, CHANCE)


def thresholds(indicator: Any = None, event: Any = "generalisation", after: Any = "fit", **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return tuple(dict.fromkeys((*thresholds_of_curves(indicator), *thresholds_of(event), *thresholds_of(after))))


def estimate(
    inputs: ItemInputs,
    indicator: CurveName,
    event: EventName = "generalisation",
    after: EventName = "fit",
    wait: float = WAIT_DECADES,
    where: Where = None,
) -> pd.DataFrame:
    """For every seed the AUROC of an indicator, less one half: whether it has fallen further since the first step, when
    it is read `wait` decades after `after`, in the runs in which `event` is still to come than in those in which it
    does not come (`grokscope.analysis.early_warning`).

    Which runs are compared, and so how different they are, is the choice of the sweep. The note says how long before
    the event the warning comes, by the threshold that parts the runs of the other seeds best; a warning in vain is one
    in a run in which the event does not come. A lead has no test of its own, since a threshold that warns of everything
    at once has the longest. A seed without runs of both kinds is not_applicable. Raises UserError when a name is
    unknown.
    """
    runs, left_out = runs_at_risk(inputs, indicator, event, after, wait, where)
    rows = []
    for seed, mine in by_seed(runs, left_out):
        found = auroc([one.score for one in mine], [one.comes for one in mine])
        if found is None:
            unusable: tuple[Status, str] = ("not_applicable", "no runs of both kinds")
            status, note = unusable if mine else left_out[seed]
            rows.append(SeedEffect(seed, inputs.members[0]["run"], status, note=note))
            continue
        note = _in_words(mine, best_threshold([one for one in runs if one.seed != seed]))
        rows.append(SeedEffect(seed, mine[0].run, "observed", found - CHANCE, note=note))
    return make_effects(rows)


def _in_words(runs: Sequence[RunAtRisk], threshold: float | None) -> str:
    coming, others = [one for one in runs if one.comes], [one for one in runs if not one.comes]
    counts = f"comes in {len(coming)} of {len(runs)} runs"
    if threshold is None:
        return counts
    leads = [lead for one in coming if (lead := one.event - one.alarm(threshold)) > 0]
    in_vain = sum(np.isfinite(one.alarm(threshold)) for one in others)
    early = f", {np.median(leads):.2g} decades before in the median," if leads else ""
    return f"{counts}; warned of in time in {len(leads)} of them{early} and in vain in {in_vain} of the others"

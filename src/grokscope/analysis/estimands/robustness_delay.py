"""How long after the fit accuracy under attack comes back (P2 Fig 2)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from grokscope.analysis.curves import named_curves
from grokscope.analysis.effects import SeedEffect, Status, decades_between, make_effects, seed_events
from grokscope.analysis.events import robustness
from grokscope.analysis.inputs import ItemInputs

THRESHOLDS = ("fit_accuracy", "onset_share", "robustness_change", "settled_share", "smoothing_decades")


def estimate(inputs: ItemInputs, epsilon: float, start: str = "none", where: Mapping[str, int] | None = None) -> pd.DataFrame:
    """Decades from the fit to the lasting return of robust accuracy at `epsilon` (pixels), one effect a seed.

    Robust accuracy that is never lost, or is lost and does not return within the run, is absent, as the claim says that it returns (if it was
    returning when the run ended, it is not_yet); a training set that is never fitted leaves the claim without its premise. Raises UserError
    when the attack was not measured or more than one run is selected.
    """
    tables = inputs.select_run(where)
    run = tables.run
    attack = {"curve": "robust_accuracy", "epsilon": epsilon, "start": start}
    curves = named_curves(tables, attack, f"{inputs.item['name']}: parameters")
    rows = []
    for events in seed_events(tables):
        failure, fit = events.failure(), events.step("fit")
        if failure is not None:
            rows.append(SeedEffect(events.seed, run, failure, note=events.failure_note()))
            continue
        if fit is None:
            rows.append(SeedEffect(events.seed, run, "not_applicable", note="the training set is not fitted"))
            continue
        curve = curves[events.seed]
        phases = robustness.phases(curve, tables.detectors)
        if phases.onset is not None:
            rows.append(SeedEffect(events.seed, run, "observed", decades_between(fit, phases.onset)))
        elif phases.lost is None:
            rows.append(SeedEffect(events.seed, run, "absent", note="robust accuracy is not lost"))
        else:
            status: Status = "not_yet" if phases.unfinished else "absent"
            end = decades_between(fit, float(curve["step"].max()))
            rows.append(SeedEffect(events.seed, run, status, censored_at=end, note="robust accuracy is lost and does not return within the run"))
    return make_effects(rows)

"""How much later the feature rank collapses than test accuracy rises (P1 Fig 1 a, b)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from grokscope.analysis.curves import named_curves
from grokscope.analysis.effects import SeedEffect, decades_between, make_effects, seed_events
from grokscope.analysis.events import rank
from grokscope.analysis.inputs import ItemInputs


def thresholds(definition: str | None = None, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    of_definition = ("rank_definition",) if definition is None else ()
    return ("fit_accuracy", "onset_share", "delay_decades", "rank_drop", *of_definition, "smoothing_decades")


def estimate(
    inputs: ItemInputs, where: Mapping[str, int] | None = None, definition: str | None = None, layer: int | str = "second_last"
) -> pd.DataFrame:
    """Decades from the onset of generalisation to the steepest point of the largest fall of rank, one effect a seed.

    `layer` is a number or `second_last`, `definition` by default that of the settings. Without a delayed onset the claim's premise is
    missing (not_applicable). An onset without a fall of rank is absent, one with a fall still under way at the end of the run is not_yet.
    Raises UserError when more than one run is selected, or the layer or definition is not in the table.
    """
    tables = inputs.select_run(where)
    run = tables.run
    curves = named_curves(tables, {"curve": "rank", "layer": layer, "definition": definition}, f"{inputs.item['name']}: parameters")
    rows = []
    for events in seed_events(tables):
        failure, onset = events.failure(), events.step("onset")
        if failure is not None:
            rows.append(SeedEffect(events.seed, run, failure, note=events.failure_note()))
        elif onset is None:
            rows.append(SeedEffect(events.seed, run, "not_applicable", note="no delayed rise of test accuracy for the rank to fall with"))
        else:
            curve = curves[events.seed]
            phases = rank.phases(curve, tables.detectors)
            if phases.collapse is None and phases.unfinished:
                end = decades_between(onset, float(curve["step"].max()))
                rows.append(SeedEffect(events.seed, run, "not_yet", censored_at=end, note="the rank was still falling at the end of the run"))
            elif phases.collapse is None:
                rows.append(SeedEffect(events.seed, run, "absent", note="test accuracy rose, the rank did not collapse"))
            else:
                rows.append(SeedEffect(events.seed, run, "observed", decades_between(onset, phases.collapse.step)))
    return make_effects(rows)

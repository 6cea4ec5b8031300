"""When test accuracy rises, by the position on one axis (P1 Fig 2: by depth)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.effects import SeedEffect, SeedEvents, decades_between, make_effects, seed_events
from grokscope.analysis.inputs import ItemInputs
from grokscope.errors import UserError

THRESHOLDS = ("fit_accuracy", "onset_share", "onset_gain", "delay_decades", "smoothing_decades")


def estimate(inputs: ItemInputs, axis: str, where: Mapping[str, int] | None = None) -> pd.DataFrame:
    """log10(step + 1) of the onset of every seed, the group being the position on `axis`.

    A seed whose test accuracy rises with train accuracy has no delay: its status is absent, its value the date of that
    rise. A seed that has not generalised within the run is censored at its end. `where` fixes positions on the other
    axes. Raises UserError when an axis is left open or `axis` is unknown.
    """
    rows = []
    members = inputs.select(where)
    groups = [member["positions"].get(axis) for member in members]
    if None in groups or len(set(groups)) != len(groups):
        raise UserError(f"{inputs.item['name']}: parameters: every run needs its own position on axis {axis!r}")
    for member in members:
        tables = inputs.runs[member["run"]]
        place: dict[str, Any] = {
            "group": float(member["positions"][axis]),
            "group_label": f"{axis} {member['axes'][axis]}",
        }
        rows += [_effect(events, tables.run, place, tables.detectors.delay_decades) for events in seed_events(tables)]
    return make_effects(rows)


def _effect(events: SeedEvents, run: str, place: dict[str, Any], delay_decades: float) -> SeedEffect:
    failure = events.failure()
    if failure is not None:
        return SeedEffect(events.seed, run, failure, note=events.failure_note(), **place)
    onset, rise, fit = events.step("onset"), events.step("generalisation"), events.step("fit")
    if onset is not None:
        return SeedEffect(events.seed, run, "observed", float(log_time(onset)), **place)
    if rise is not None and fit is None:
        return SeedEffect(
            events.seed, run, "not_applicable", note="test accuracy rose, but the training set is not fitted", **place
        )
    if rise is not None and fit is not None and decades_between(fit, rise) < delay_decades:
        return SeedEffect(
            events.seed,
            run,
            "absent",
            float(log_time(rise)),
            note="test accuracy rose with train accuracy: no delay",
            **place,
        )
    end = float(log_time(events.last_steps["onset"]))
    return SeedEffect(
        events.seed, run, "not_yet", censored_at=end, note="no completed rise of test accuracy within the run", **place
    )

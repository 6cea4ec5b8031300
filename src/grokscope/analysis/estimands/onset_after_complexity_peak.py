"""How long after regions leave the training points test accuracy rises (P2 Fig 10)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from grokscope.analysis.curves import named_curves
from grokscope.analysis.declarations.curves import MEASURED_AS, CurveName, curve_name, curve_options, measured_as
from grokscope.analysis.effects import SeedEffect, decades_between, make_effects, seed_events
from grokscope.analysis.events import complexity
from grokscope.analysis.events.moments import moments
from grokscope.analysis.events.uncertainty import not_sharp
from grokscope.analysis.inputs import ItemInputs
from grokscope.errors import UserError

THRESHOLDS = (
    *("onset_share", "onset_gain", "complexity_change", "peak_tolerance", "settled_share", "smoothing_decades"),
    "date_spread_decades",
)
SINCE = {
    "second_descent": "complexity_second_descent",
    "migration": "migration",
    "peak": "complexity_peak",
}
"""What the parameter `since` may be, and the event that it is."""


def estimate(
    inputs: ItemInputs,
    where: Mapping[str, int] | None = None,
    split: str = "train",
    radius: float | None = None,
    since: str = "second_descent",
    curve: CurveName = "complexity",
) -> pd.DataFrame:
    """Decades from the second descent of complexity to the rise of test accuracy; negative if it rises first.

    `since` is `second_descent`, half-way down, as the rise is dated half-way up; `migration`, where complexity leaves
    its peak; or `peak`, the high itself. The last two come earlier than the rise even where both curves move at once.
    `radius` None is the smallest measured; `curve` is another curve with such phases, such as `hidden_complexity` or
    `region_counts`, possibly with options of its own. A seed that generalises without a peak is absent, and so is one
    that generalises before complexity leaves its peak for a descent that is still under way at the end; others with
    such a descent are not applicable. A seed that has not generalised is censored at the end of the run; one of which
    either date is not sharp is not_sharp. Raises UserError when a parameter is unknown or more than one run is
    selected.
    """
    name = inputs.item["name"]
    if since not in SINCE:
        raise UserError(f"{name}: parameters.since: {since!r} is unknown; known are {', '.join(SINCE)}")
    tables = inputs.select_run(where)
    run = tables.run
    known = {"split": split, "radius": radius, "curve": curve_name(curve), MEASURED_AS: measured_as(curve)}
    curves = named_curves(tables, known | curve_options(curve), f"{name}: parameters")
    rows = []
    seeds = seed_events(tables)
    rises = {one: moments(tables, one, seeds, name, dated=True) for one in ("onset", "generalisation")}
    for events in seeds:
        failure, rise = events.failure(), events.step("onset") or events.step("generalisation")
        if failure is not None:
            rows.append(SeedEffect(events.seed, run, failure, note=events.failure_note()))
            continue
        phases = complexity.phases(curves[events.seed], tables.detectors)
        peak = getattr(phases, since)
        if peak is None and rise is None:
            rows.append(
                SeedEffect(
                    events.seed,
                    run,
                    "not_applicable",
                    note="neither a peak of complexity nor a rise of test accuracy within the run",
                )
            )
        elif peak is None and phases.peak is not None:
            rows.append(_with_an_open_descent(events.seed, run, phases.migration or phases.peak, rise))
        elif peak is None:
            rows.append(SeedEffect(events.seed, run, "absent", note="test accuracy rose, complexity has no peak"))
        elif blurred := (
            not_sharp(curves[events.seed], complexity.read, tables.detectors, SINCE[since])
            or rises["onset" if events.step("onset") else "generalisation"][events.seed].not_sharp
        ):
            rows.append(SeedEffect(events.seed, run, "not_sharp", note=blurred))
        elif rise is None:
            end = decades_between(peak, events.last_steps["generalisation"])
            rows.append(
                SeedEffect(
                    events.seed,
                    run,
                    "not_yet",
                    censored_at=end,
                    note="complexity peaked, no completed rise of test accuracy within the run",
                )
            )
        else:
            rows.append(SeedEffect(events.seed, run, "observed", decades_between(peak, rise)))
    return make_effects(rows)


def _with_an_open_descent(seed: int, run: str, left: float, rise: float | None) -> SeedEffect:
    """The effect of a seed in which the descent that begins at step `left` has no middle within the run."""
    if rise is not None and rise <= left:
        return SeedEffect(seed, run, "absent", note="test accuracy rose before complexity left its peak")
    return SeedEffect(seed, run, "not_applicable", note="the descent of complexity is still under way at the end")

"""In which of many runs a seed shows an event, and effects that are shares of these runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from grokscope.analysis.declarations.events import EventName
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs

FAILURES = ("collapsed", "diverged")

Share = Callable[[Sequence[bool]], tuple[float, str]]
"""Whether a seed shows the event in each run -> its effect, and a note on it."""


def shown_by_seed(inputs: ItemInputs, run: str, event: EventName, where: str) -> dict[int, bool]:
    """Whether each seed of a run shows `event`, a moment (see `moments`) or a failure.

    A failed seed shows no event but its failure. An event that may still come counts as not shown. Raises UserError,
    which begins with `where`, when the event is unknown.
    """
    tables = inputs.runs[run]
    seeds = seed_events(tables)
    if event in FAILURES:
        return {one.seed: one.failure() == event for one in seeds}
    found = moments(tables, event, seeds, where)
    dated = {seed for seed, moment in found.items() if moment.step is not None}
    return {one.seed: one.failure() is None and one.seed in dated for one in seeds}


def effects_of_shares(shown: Sequence[Mapping[int, bool]], run: str, share: Share) -> pd.DataFrame:
    """The effect of every seed, which `share` finds from all runs; a seed that is not in every run is not_applicable.

    `shown` says for each run whether a seed shows the event (see `shown_by_seed`); the effects are said to be of `run`.
    """
    rows = []
    for seed in sorted({seed for of_run in shown for seed in of_run}):
        if all(seed in of_run for of_run in shown):
            value, note = share([of_run[seed] for of_run in shown])
            rows.append(SeedEffect(seed, run, "observed", value, note=note))
        else:
            rows.append(SeedEffect(seed, run, "not_applicable", note="the seed is not in every run"))
    return make_effects(rows)

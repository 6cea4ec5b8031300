"""Some network of the seed shows an event, such as delayed generalisation or a second surge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.claim_runs import chosen_runs
from grokscope.analysis.declarations.events import FAILURES, EventName, event_name, event_words, thresholds_of
from grokscope.analysis.effects import seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where


def thresholds(events: Sequence[EventName], **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the premise depends on."""
    return thresholds_of(*events)


def missing(
    inputs: ItemInputs, effects: pd.DataFrame, events: Sequence[EventName], where: Where = None
) -> dict[int, str]:
    """What is missing, in words, for every seed that lacks it: the events that none of its networks shows.

    The networks are those that the effect is measured on; with `where` those at these positions instead, and with an
    empty one all of the claim's. A network that failed shows nothing but that failure, `collapsed` or
    `diverged`. Raises UserError when an event, axis or metric is unknown.
    """
    name = f"{inputs.item['name']}: premise"
    if where is None:
        runs = chosen_runs(inputs.item)
    else:
        runs = list(dict.fromkeys(member["run"] for member in inputs.select(where)))
    lacking: dict[int, list[str]] = {}
    for event in events:
        seen: dict[int, bool] = {}
        for run in runs:
            for seed, shown in _shown_by_seed(inputs, run, event, name).items():
                seen[seed] = seen.get(seed, False) or shown
        for seed, shown in seen.items():
            lacking.setdefault(seed, []).extend([] if shown else [event_words(event)])
    places = "" if len(runs) == 1 else f", in any of {len(runs)} networks"
    return {seed: f"{' and '.join(words)}{places}" for seed, words in sorted(lacking.items()) if words}


def _shown_by_seed(inputs: ItemInputs, run: str, event: EventName, name: str) -> dict[int, bool]:
    tables = inputs.runs[run]
    seeds = seed_events(tables)
    if event_name(event) in FAILURES:
        return {one.seed: one.failure() == event_name(event) for one in seeds}
    found = moments(tables, event, seeds, name)
    return {one.seed: one.failure() is None and one.seed in found and found[one.seed].step is not None for one in seeds}

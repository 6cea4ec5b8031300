"""Some network of the seed shows an event, such as delayed generalisation or a second surge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.claim_runs import chosen_runs
from grokscope.analysis.declarations.events import FAILURES, EventName, event_name, event_words, thresholds_of
from grokscope.analysis.effects import seed_events
from grokscope.analysis.events.moments import FROM_ACCURACY, moments
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
        reasons: dict[int, list[str | None]] = {}
        for run in runs:
            for seed, why_not in _why_not_by_seed(inputs, run, event, name).items():
                reasons.setdefault(seed, []).append(why_not)
        for seed, found in reasons.items():
            reason = f" ({found[0]})" if len(runs) == 1 and found[0] else ""
            lacking.setdefault(seed, []).extend([] if None in found else [event_words(event) + reason])
    places = "" if len(runs) == 1 else f", in any of {len(runs)} networks"
    return {seed: f"{' and '.join(words)}{places}" for seed, words in sorted(lacking.items()) if words}


def _why_not_by_seed(inputs: ItemInputs, run: str, event: EventName, name: str) -> dict[int, str | None]:
    """None for a seed that shows the event; for any other what is known of the reason, empty where it is nothing."""
    tables = inputs.runs[run]
    seeds = seed_events(tables)
    if event_name(event) in FAILURES:
        return {one.seed: None if one.failure() == event_name(event) else "" for one in seeds}
    found = moments(tables, event, seeds, name)
    told = event_name(event) in FROM_ACCURACY
    why_not: dict[int, str | None] = {}
    for one in seeds:
        moment = found.get(one.seed)
        shown = one.failure() is None and moment is not None and moment.step is not None
        why_not[one.seed] = None if shown else moment.note if told and moment is not None else ""
    return why_not

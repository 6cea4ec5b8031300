"""Whether the networks that collapse had done something before: Deep Grokking's first surge, above all."""

from __future__ import annotations

from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import thresholds_of_dates
from grokscope.analysis.effects import SeedEffect, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where

BOUNDS = (-0.5, 0.5)


def thresholds(event: str, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return thresholds_of_dates(event)


def estimate(inputs: ItemInputs, event: str, where: Where = None) -> pd.DataFrame:
    """Share of a seed's collapsed runs in which `event` came before the collapse, minus one half.

    Here the collapsed networks are the subject, so they are not left out. A seed that collapses in no run has no
    premise (not_applicable). A run in which the date of the event is not sharp is left out, and a seed without any
    other is not_sharp. What is dated is the middle of a rise or a descent and the first checkpoint that has collapsed.
    Raises UserError when the event is unknown.
    """
    name = f"{inputs.item['name']}: parameters"
    earlier: dict[int, list[bool]] = {}
    blurred: dict[int, str] = {}
    for run in dict.fromkeys(member["run"] for member in inputs.select(where)):
        tables = inputs.runs[run]
        seeds = seed_events(tables)
        found = moments(tables, event, seeds, name, dated=True)
        for one in seeds:
            mine = earlier.setdefault(one.seed, [])
            collapse = one.step("collapsed")
            if one.failure() == "collapsed" and collapse is not None:
                moment = found.get(one.seed)
                if moment is not None and moment.not_sharp:
                    blurred[one.seed] = moment.not_sharp
                    continue
                mine.append(moment is not None and moment.step is not None and moment.step < collapse)
    words = event.replace("_", " ")
    return make_effects(
        (
            SeedEffect(
                seed,
                "",
                "observed",
                sum(mine) / len(mine) - 0.5,
                note=f"{words} before {sum(mine)} of {len(mine)} collapses",
            )
            if mine
            else SeedEffect(seed, "", "not_sharp", note=blurred[seed])
            if seed in blurred
            else SeedEffect(seed, "", "not_applicable", note="no run of this seed collapses")
        )
        for seed, mine in sorted(earlier.items())
    )

"""How much later an event comes in one run than in another, seed by seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from grokscope.analysis.declarations.events import thresholds_of
from grokscope.analysis.effects import SeedEffect, decades_between, make_effects, seed_events
from grokscope.analysis.events.moments import moments
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.members import Where, failed, grouped_runs
from grokscope.errors import UserError


def thresholds(event: str, **_: Any) -> tuple[str, ...]:
    """The detector thresholds that the effect depends on."""
    return thresholds_of(event)


def estimate(inputs: ItemInputs, event: str, axis: str, positions: Sequence[int], where: Where = None) -> pd.DataFrame:
    """Decades from `event` (see `moments`) in the run at the first of `positions` on `axis` to the same in the second;
    one effect a seed.

    A seed of both runs starts from the same weights and sees the same batches, so the pairs are matched. Without the
    event in the first run the premise is missing (not_applicable); without it in the second the seed is censored at the
    end of that run. A seed that failed in either counts as failed. Raises UserError when a name is unknown or
    `positions` are not two.
    """
    name = f"{inputs.item['name']}: parameters"
    pair = sorted(
        grouped_runs(inputs, axis, where, positions), key=lambda run: list(positions).index(int(run[1]["group"]))
    )
    if len(pair) != 2:
        raise UserError(f"{name}: positions: {list(positions)} are not two runs")
    (first, _), (second, _) = pair
    seeds = {run: {one.seed: one for one in seed_events(inputs.runs[run])} for run in (first, second)}
    found = {run: moments(inputs.runs[run], event, list(seeds[run].values()), name) for run in (first, second)}
    words, rows = event.replace("_", " "), []
    for seed in sorted(seeds[first].keys() & seeds[second].keys()):
        failure = failed(seeds[first][seed], first, {}) or failed(seeds[second][seed], second, {})
        start, end = found[first].get(seed), found[second].get(seed)
        if failure is not None:
            rows.append(failure)
        elif start is None or start.step is None:
            rows.append(SeedEffect(seed, first, "not_applicable", note=f"no {words} in {first}"))
        elif end is None or end.step is None:
            bound = None if end is None else decades_between(start.step, end.last_step)
            rows.append(
                SeedEffect(
                    seed, second, "not_yet" if end else "absent", censored_at=bound, note=f"no {words} in {second}"
                )
            )
        else:
            rows.append(SeedEffect(seed, second, "observed", decades_between(start.step, end.step)))
    return make_effects(rows)

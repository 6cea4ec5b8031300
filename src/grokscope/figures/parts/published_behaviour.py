"""Which seeds do what P1 reports of a network, to compare candidates for what it leaves unstated."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.wording import event_steps, number

TOGETHER_DECADES = 0.2
"""How close rank and generalisation must be to coincide: the smallest effect that matters in that claim."""


def behaves(inputs: ItemInputs, run: str, reported: str) -> pd.Series:
    """For every seed of a run whether it does what is `reported`; a seed that failed does not. Empty without events.

    `no generalisation`, `generalisation with the fit`, `delayed generalisation`, `two stages` (Figs 6, 7); `delayed
    generalisation as rank falls`, `two stages with double descent of rank` (Fig 1). Raises KeyError for another.
    """
    generalised, delayed, second = (event_steps(inputs, run, event) for event in ("generalisation", "onset", "surge_2"))
    fall, again = (
        event_steps(inputs, run, event).reindex(generalised.index) for event in ("rank_collapse", "rank_second_descent")
    )
    together = np.abs(np.log10(fall + 1) - np.log10(generalised + 1)) <= TOGETHER_DECADES
    alive = event_steps(inputs, run, "collapsed").isna() & event_steps(inputs, run, "nonfinite").isna()
    does = {
        "no generalisation": generalised.isna(),
        "generalisation with the fit": generalised.notna() & delayed.isna(),
        "delayed generalisation": delayed.notna(),
        "two stages": second.notna(),
        "delayed generalisation as rank falls": delayed.notna() & together,
        "two stages with double descent of rank": second.notna() & again.notna(),
    }
    return alive & does[reported]


def shares_in_words(found: Mapping[str, pd.Series]) -> str:
    """`40 % at N = 100, 60 % at N = 200`, in the order given; places without seeds are left out."""
    return ", ".join(
        f"{number(100 * float(np.mean(seeds)), 0)} % at {place}" for place, seeds in found.items() if len(seeds)
    )

"""What happened in each cell of a grid of runs: delay, surges, failures; medians over seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from grokscope.analysis.effects import SeedEvents, decades_between, seed_events
from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.collapse_shares import Share, run_share
from grokscope.figures.parts.curves import table_or_none

NOT_MEASURED, FAILED, NOT_FITTED, NOT_GENERALISED, STILL_RISING = "-", "C", "F", "G", "R"
MARKS = {
    STILL_RISING: "no date: fitted, but test accuracy of most seeds is still rising at the end",
    NOT_GENERALISED: "no date: fitted, but most seeds do not generalise within the run",
    NOT_FITTED: "no date: most seeds never fit the training set",
    FAILED: "no date: every seed collapsed or diverged",
    NOT_MEASURED: "not measured",
}
"""What stands in a cell without a value."""


@dataclass(frozen=True)
class Cell:
    """The seeds of one run. `delays` has a number for every seed that was fitted and did not fail, infinite where test
    accuracy has not risen, or is still rising, as in `rising` of them; `surges` one for every seed that did not fail.
    """

    share: Share
    delays: tuple[float, ...] = ()
    surges: tuple[int, ...] = ()
    rising: int = 0

    @property
    def mark(self) -> str:
        """Why there is no delay, one of MARKS; empty where there is one."""
        if not self.share.networks:
            return NOT_MEASURED
        if not self.surges:
            return FAILED
        if 2 * len(self.delays) < len(self.surges) or not self.delays:
            return NOT_FITTED
        if math.isfinite(_median(self.delays)):
            return ""
        return STILL_RISING if 2 * self.rising > len(self.delays) else NOT_GENERALISED

    @property
    def delay(self) -> float | None:
        """Median decades from fit to generalisation; a fitted seed that does not generalise counts as latest."""
        return None if self.mark else _median(self.delays)

    @property
    def dated(self) -> int:
        """How many seeds have both dates."""
        return sum(math.isfinite(delay) for delay in self.delays)

    @property
    def stages(self) -> float | None:
        """Median number of surges of test accuracy over the seeds that did not fail."""
        return float(np.median(self.surges)) if self.surges else None


def run_cell(inputs: ItemInputs, run: str) -> Cell:
    """The cell of one run; empty where its accuracies are not measured."""
    if table_or_none(inputs, run, "accuracy") is None:
        return Cell(Share())
    trained = [seed for seed in seed_events(inputs.runs[run]) if seed.failure() is None]
    delays = [delay for seed in trained if (delay := _delay(seed)) is not None]
    rising = sum(seed.step("fit") is not None and seed.states["generalisation"] == "under way" for seed in trained)
    surges = [
        sum(name.startswith("surge_") and math.isfinite(step) for name, step in seed.steps.items()) for seed in trained
    ]
    return Cell(run_share(inputs, run), tuple(delays), tuple(surges), rising)


def grid_cells(inputs: ItemInputs, axes: tuple[str, ...]) -> dict[tuple[Any, ...], Cell]:
    """All cells by their values on `axes`."""
    return {
        tuple(member["axes"].get(axis, "?") for axis in axes): run_cell(inputs, member["run"])
        for member in inputs.members
    }


def _delay(seed: SeedEvents) -> float | None:
    fit, rise = seed.step("fit"), seed.step("generalisation")
    if fit is None:
        return None
    return math.inf if rise is None else decades_between(fit, rise)


def _median(values: tuple[float, ...]) -> float:
    """The median, infinite where half of the values or more are."""
    ordered = sorted(values)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return high if math.isinf(high) else 0.5 * (low + high)

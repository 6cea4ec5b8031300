"""How many networks collapsed, and how many of these had shown a first surge of test accuracy before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scipy.stats import binomtest

from grokscope.analysis.aggregate import CONFIDENCE
from grokscope.analysis.effects import seed_events
from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.parts.curves import table_or_none


@dataclass(frozen=True)
class Share:
    """How many of `networks` `collapsed`, and how many of these `after_surge`; `diverged` ones did not collapse."""

    networks: int = 0
    collapsed: int = 0
    after_surge: int = 0
    diverged: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(*(mine + its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def value(self) -> float:
        """The share that collapsed, NaN of no networks."""
        return self.collapsed / self.networks if self.networks else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Clopper and Pearson, as if all networks were independent; NaN of no networks."""
        if not self.networks:
            return float("nan"), float("nan")
        found = binomtest(self.collapsed, self.networks).proportion_ci(CONFIDENCE, method="exact")
        return float(found.low), float(found.high)


def run_share(inputs: ItemInputs, run: str) -> Share:
    """The seeds of one run; none of a run without accuracies."""
    if table_or_none(inputs, run, "accuracy") is None:
        return Share()
    share = Share()
    for seed in seed_events(inputs.runs[run]):
        failure, surge, collapse = seed.failure(), seed.step("surge_1"), seed.step("collapsed")
        collapsed = failure == "collapsed" and collapse is not None
        before = collapsed and surge is not None and surge < (collapse or 0)
        share += Share(1, int(collapsed), int(before), int(failure == "diverged"))
    return share


def run_shares(inputs: ItemInputs) -> dict[str, Share]:
    """The share of every run of a figure."""
    return {run: run_share(inputs, run) for run in inputs.runs}


def pooled(shares: Mapping[str, Share], runs: Iterable[str]) -> Share:
    """The seeds of several runs together, each run once."""
    return sum((shares[run] for run in dict.fromkeys(runs)), Share())

"""What every test returns, and the handling of censored effects that they share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

Reals = NDArray[np.float64]
CONFIDENCE = 0.95
LEVEL = 0.05
RESAMPLES = 9999
"""Permutations of a Monte Carlo test; fewer distinct ones are all taken, which makes it exact."""
BOOTSTRAP = 1999
RANDOM_SEED = 20240530
"""Fixed, so that equal tables give equal verdicts."""


class Effort(NamedTuple):
    """How many permutations and bootstrap samples a test draws; fewer make it coarser, not invalid. `details` says
    whether numbers that decide nothing are computed as well.
    """

    resamples: int = RESAMPLES
    bootstrap: int = BOOTSTRAP
    details: bool = True


FULL = Effort()
COARSE = Effort(99, 99, details=False)
"""For simulations that run a test hundreds of times."""


@dataclass(frozen=True)
class TestResult:
    """Effect with its interval and p-value.

    `smallest_p` is the smallest p-value that this many seeds can give. `censoring_hides` is true when so many effects
    are censored that the estimate may lie below the true effect: such a result cannot contradict a claim. `details`
    holds further numbers that are shown and decide nothing. `short_p` is given where effects take few values, so that
    an interval may have no width though seeds are few: the p-value of an effect as large as the smallest one that
    matters (of one inside the margin for `equivalence`). A claim is then contradicted only if that is small too.
    `by_bounds` says that some seeds have no value: the effect is a median, either end of the interval may be infinite,
    and `short_p` alone decides whether the claim is contradicted.
    """

    effect: float
    low: float
    high: float
    p_value: float
    seeds: int
    smallest_p: float = 0.0
    censoring_hides: bool = False
    details: Mapping[str, float] = field(default_factory=dict)
    short_p: float | None = None
    by_bounds: bool = False

    @property
    def may_contradict(self) -> bool:
        """Whether the seeds are enough for the interval to rule out an effect."""
        return self.short_p is None or self.short_p <= LEVEL


class HypothesisTest(Protocol):
    """A module of `grokscope.analysis.hypothesis_tests`."""

    def run_test(
        self, effects: pd.DataFrame, direction: str, smallest_effect: float, effort: Effort = FULL
    ) -> TestResult:
        """Test the effects of usable seeds."""


def mostly_censored(effects: pd.DataFrame) -> bool:
    """Whether at least half of the effects have no value because the run ended first."""
    return len(effects) > 0 and float((effects["status"] == "not_yet").mean()) >= 0.5


def shown_and_open(effects: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Which seeds (rows,) show something, their value being 1, and which have not shown it yet but still may."""
    shown = (effects["value"] > 0.5).to_numpy()
    return shown, (effects["status"] == "not_yet").to_numpy() & ~shown


def restricted(effects: pd.DataFrame) -> Reals:
    """Effects (rows,) cut off at the earliest censoring; their mean over a group is the restricted mean.

    An effect that is censored takes part with that time: the smaller one of a date and the earliest censoring is known
    even where the date is not. Without any censoring the effects stay as they are. Up to the earliest censoring nothing
    is hidden, so the area under the Kaplan-Meier curve is the plain mean of the cut effects.
    """
    values, censored_at = (effects[name].to_numpy(dtype=np.float64) for name in ("value", "censored_at"))
    hidden = np.isnan(values)
    ends = censored_at[hidden & np.isfinite(censored_at)]
    end = ends.min() if len(ends) else np.fmax.reduce(values, initial=np.nan)
    return np.minimum(np.where(hidden, end, values), end)


def that_may_come(effects: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The effects of seeds in which the event has a date or may still come, and how many the smallest group has left.

    An event that does not come has no date, neither an early nor a late one, and takes no part in a trend of dates. If
    it does not come in most seeds of a group, that contradicts the claim by itself.
    """
    dated = effects["value"].notna().to_numpy() | (effects["status"].to_numpy() != "absent")
    _, places = np.unique(effects["group"].to_numpy(), return_inverse=True)
    return effects[dated], int(np.bincount(places, weights=dated).min())


def small_sample_interval(drawn: Reals, fewest: int) -> tuple[float, float]:
    """Percentile interval of bootstrap estimates (draws,), widened for `fewest` samples (Hesterberg 2015)."""
    widened = stats.norm.cdf(math.sqrt(fewest / (fewest - 1)) * stats.t.ppf((1 - CONFIDENCE) / 2, fewest - 1))
    low, high = np.quantile(drawn, [widened, 1 - widened])
    return float(low), float(high)


def sample_matrices(effects: pd.DataFrame, filled: Reals) -> tuple[list[float], list[Reals]]:
    """Positions of the groups, ascending, and the values `filled` `(rows,)` of each group by seed."""
    groups, by_seed = effects["group"].to_numpy(dtype=np.float64), np.argsort(effects["seed"].to_numpy(), kind="stable")
    positions = np.unique(groups)
    return positions.tolist(), [filled[by_seed][groups[by_seed] == position] for position in positions]


def seed_means(effects: pd.DataFrame, filled: Reals, positions: Reals | None = None) -> Reals:
    """Means of the values `filled` `(rows,)` of each seed in each group, `(seeds, groups)`: seeds and groups ascending,
    the groups being those at `positions` where given. NaN where a seed has no value.
    """
    groups = effects["group"].to_numpy(dtype=np.float64)
    positions = np.unique(groups) if positions is None else positions
    seeds, rows = np.unique(effects["seed"].to_numpy(), return_inverse=True)
    by_size = np.argsort(filled, kind="stable")  # equal values have equal means, in whatever order they come
    chosen = by_size[~np.isnan(filled[by_size])]
    places = rows[chosen], np.searchsorted(positions, groups[chosen])
    sums, counts = np.zeros((len(seeds), len(positions))), np.zeros((len(seeds), len(positions)))
    np.add.at(sums, places, filled[chosen])
    np.add.at(counts, places, 1.0)
    return np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)


def complete_seeds(effects: pd.DataFrame, filled: Reals, positions: Reals | None = None) -> Reals:
    """As `seed_means`, of the seeds alone that have a value in every group."""
    values = seed_means(effects, filled, positions)
    return values[~np.isnan(values).any(axis=1)]


def slopes_of_seeds(values: Reals, positions: Reals) -> Reals:
    """Least-squares slopes (seeds,) of values (seeds, groups) over the groups' positions (groups,)."""
    centred = positions - positions.mean()
    return np.asarray(values @ centred / (centred @ centred))


def censoring_can_hide(effects: pd.DataFrame, direction: str) -> bool:
    """Whether most effects are censored in any group but the first in the claim's direction."""
    groups, open_ends = effects["group"].to_numpy(dtype=np.float64), (effects["status"] == "not_yet").to_numpy()
    start = groups.min() if direction == "greater" else groups.max()
    return any(open_ends[groups == position].mean() >= 0.5 for position in np.unique(groups) if position != start)

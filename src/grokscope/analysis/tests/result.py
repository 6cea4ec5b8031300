"""What every test returns, and the handling of censored effects that they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

CONFIDENCE = 0.95
LEVEL = 0.05
RESAMPLES = 9999
"""Permutations of a Monte Carlo test; fewer distinct ones are all taken, which makes it exact."""
RANDOM_SEED = 20240530
"""Fixed, so that equal tables give equal verdicts."""


@dataclass(frozen=True)
class TestResult:
    """Effect with its interval and p-value.

    `smallest_p` is the smallest p-value that so many seeds can give. `censoring_hides` is true when so many effects are censored that the
    estimate may lie below the true effect: such a result cannot contradict a claim.
    """

    __test__ = False  # no test class of pytest's

    effect: float
    low: float
    high: float
    p_value: float
    seeds: int
    smallest_p: float = 0.0
    censoring_hides: bool = False


def mostly_censored(effects: pd.DataFrame) -> bool:
    """Whether at least half of the effects have no value because the run ended first."""
    return len(effects) > 0 and float((effects["status"] == "not_yet").mean()) >= 0.5


def finite_or_zero(effects: pd.DataFrame) -> np.ndarray:
    """The values, an event that did not happen counting as no effect."""
    return effects["value"].fillna(0.0).to_numpy(dtype=np.float64)
